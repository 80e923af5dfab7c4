package dev.dryberth.api.ecs;

import dev.dryberth.core.balancing.RuleTraffic;
import dev.dryberth.core.model.ServiceRevision.Pair;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.AdvancedConfiguration;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The advancedConfiguration of a service's load balancers: which two target groups take turns, and
 * by which rules the traffic moves. Whether the rules exist and forward to the groups is found out
 * when a deployment begins, as on AWS.
 */
final class AdvancedConfigurations {

    private AdvancedConfigurations() {}

    static void check(World world, List<LoadBalancer> asked, boolean shifts) {
        long advanced = asked.stream().filter(each -> each.advancedConfiguration() != null).count();
        if (shifts && advanced == 0 && !asked.isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "advancedConfiguration field is required for all loadBalancers when using a"
                            + " non-ROLLING deployment strategy");
        }
        if (advanced != 0 && advanced != asked.size()) {
            throw EcsErrors.invalidParameter(
                    "Either all or none of the provided loadBalancers must have"
                            + " advancedConfiguration defined");
        }
        Set<String> groups = new HashSet<>();
        Set<String> production = new HashSet<>();
        for (LoadBalancer each : asked) {
            distinct(groups, each.targetGroupArn());
            AdvancedConfiguration more = each.advancedConfiguration();
            if (more != null) {
                distinct(groups, more.alternateTargetGroupArn());
                String rule = rule("productionListenerRule", more.productionListenerRule());
                if (!production.add(rule)) {
                    throw EcsErrors.invalidParameter(
                            "Duplicate productionListenerRule found: " + rule); // [?]
                }
                requireTestRule(world, each.targetGroupArn(), more);
            }
        }
        for (LoadBalancer each : asked) {
            AdvancedConfiguration more = each.advancedConfiguration();
            if (more != null && more.testListenerRule() != null) {
                String test = rule("testListenerRule", more.testListenerRule());
                if (production.contains(test)) {
                    throw EcsErrors.invalidParameter(
                            "The following rules cannot be used as both production and test listener"
                                    + " rules: "
                                    + test);
                }
            }
        }
    }

    /** Without a test rule nothing else makes the second group one that is forwarded to. */
    private static void requireTestRule(
            World world, @Nullable String group, AdvancedConfiguration asked) {
        Map<TargetGroupArn, Integer> weights =
                RuleTraffic.weights(world, asked.productionListenerRule());
        if (asked.testListenerRule() != null || weights == null) {
            return;
        }
        Set<String> forwarded =
                weights.keySet().stream().map(TargetGroupArn::text).collect(Collectors.toSet());
        if (!forwarded.contains(group) || !forwarded.contains(asked.alternateTargetGroupArn())) {
            throw EcsErrors.invalidParameter(
                    "For Application LoadBalancer, testListenerRule is required when"
                            + " productionListenerRule is not associated with both targetGroup and"
                            + " alternateTargetGroup");
        }
    }

    private static void distinct(Set<String> seen, @Nullable String group) {
        if (group != null && !seen.add(group)) {
            throw EcsErrors.invalidParameter("Duplicate targetGroupArn found: " + group);
        }
    }

    private static String rule(String member, @Nullable String text) {
        if (text == null || !RuleTraffic.isRule(text)) {
            throw EcsErrors.invalidParameter(
                    member
                            + " has an invalid ARN format. Must be RuleArn for ALB or ListenerArn"
                            + " for NLB. Got: "
                            + text);
        }
        return text;
    }

    static Pair pair(TargetGroupArn other, AdvancedConfiguration asked) {
        return new Pair(other, asked.productionListenerRule(), asked.testListenerRule());
    }
}
