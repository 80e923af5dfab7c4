package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.ElbArn;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.RuleArn;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TrustStore;
import dev.dryberth.core.model.TrustStoreArn;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;

/**
 * Reads the ARNs of requests and finds what they name. What belongs to another scope is not found,
 * as if it did not exist. Loop thread.
 */
final class References {

    private References() {}

    static Scope scope() {
        return Caller.CURRENT.get().scope();
    }

    static LoadBalancerArn loadBalancerArn(@Nullable String text) {
        return parse(text, LoadBalancerArn::parse, "loadBalancerArn", "load balancer");
    }

    static ListenerArn listenerArn(@Nullable String text) {
        return parse(text, ListenerArn::parse, "listenerArn", "listener");
    }

    static RuleArn ruleArn(@Nullable String text) {
        return parse(text, RuleArn::parse, "ruleArn", "listener rule");
    }

    static TargetGroupArn targetGroupArn(@Nullable String text) {
        return parse(text, TargetGroupArn::parse, "targetGroupArn", "target group");
    }

    private static <T> T parse(
            @Nullable String text, Function<String, T> parser, String member, String kind) {
        if (text == null) {
            throw ElbErrors.missing(member);
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException notOne) {
            throw ElbErrors.validation("'" + text + "' is not a valid " + kind + " ARN");
        }
    }

    static TrustStore trustStore(World world, @Nullable String text) {
        TrustStoreArn arn = parse(text, TrustStoreArn::parse, "trustStoreArn", "trust store");
        TrustStore found = world.trustStores().get(arn);
        if (found == null || isForeign(arn)) {
            throw ElbErrors.trustStoreNotFound(arn.text());
        }
        return found;
    }

    static boolean isForeign(ElbArn arn) {
        return !arn.scope().equals(scope());
    }

    static LoadBalancer loadBalancer(World world, @Nullable String text) {
        LoadBalancerArn arn = loadBalancerArn(text);
        LoadBalancer found = world.loadBalancers().get(arn);
        if (found == null || isForeign(arn)) {
            throw ElbErrors.loadBalancerNotFound(arn.text());
        }
        return found;
    }

    static Listener listener(World world, @Nullable String text) {
        ListenerArn arn = listenerArn(text);
        Listener found = world.listeners().get(arn);
        if (found == null || isForeign(arn)) {
            throw ElbErrors.listenersNotFound();
        }
        return found;
    }

    /** A rule; null: it is its listener's default rule. */
    static @Nullable ListenerRule rule(World world, RuleArn arn) {
        if (!isForeign(arn)) {
            ListenerRule found = world.listenerRules().get(arn);
            if (found != null || isDefaultRule(world, arn)) {
                return found;
            }
        }
        throw ElbErrors.rulesNotFound();
    }

    private static boolean isDefaultRule(World world, RuleArn arn) {
        Listener listener = world.listeners().get(arn.listener());
        return listener != null && listener.defaultRule().equals(arn);
    }

    static TargetGroup targetGroup(World world, @Nullable String text) {
        TargetGroupArn arn = targetGroupArn(text);
        TargetGroup found = world.targetGroups().get(arn);
        if (found == null || isForeign(arn)) {
            throw ElbErrors.targetGroupNotFound(arn.text());
        }
        return found;
    }
}
