package dev.dryberth.core.balancing;

import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.RuleArn;
import dev.dryberth.core.model.ServiceRevision.Balanced;
import dev.dryberth.core.model.ServiceRevision.Pair;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ForwardActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The traffic of one rule, as a deployment moves it: read as weights of target groups, written back
 * with other weights. A rule is named by its ARN; that of a listener, or of its default rule,
 * stands for the listener's default actions. Loop thread.
 */
public final class RuleTraffic {

    /** The weight of a group that has all of the traffic. */
    private static final int ALL = 100;

    private RuleTraffic() {}

    /**
     * Whether a text can name a rule; it need not exist. A listener can only be a network load
     * balancer's, which has no rules.
     */
    public static boolean isRule(String text) {
        ListenerArn listener = listenerOf(text);
        return listener != null
                && (ruleArn(text) != null
                        || listener.loadBalancer().type() == LoadBalancer.Type.NETWORK);
    }

    /**
     * The groups that a rule forwards to, with their weights.
     *
     * @return null if there is no such rule; empty if it forwards nothing
     */
    public static @Nullable SortedMap<TargetGroupArn, Integer> weights(World world, String rule) {
        List<Action> actions = actions(world, rule);
        if (actions == null) {
            return null;
        }
        SortedMap<TargetGroupArn, Integer> weights = new TreeMap<>();
        for (Action action : actions) {
            if (action.forwardConfig() != null) {
                for (TargetGroupTuple each : action.forwardConfig().targetGroups()) {
                    weights.put(TargetGroupArn.parse(each.targetGroupArn()), each.weight());
                }
            }
        }
        return weights;
    }

    /** The rules of a listener that forward traffic to {@code group}, the default one last. */
    public static List<String> forwarding(World world, ListenerArn listener, TargetGroupArn group) {
        List<String> rules = new ArrayList<>();
        for (ListenerRule each : world.listenerRules().all()) {
            if (each.arn().listener().equals(listener)) {
                rules.add(each.arn().text());
            }
        }
        Listener row = world.listeners().get(listener);
        if (row != null) {
            boolean network = listener.loadBalancer().type() == LoadBalancer.Type.NETWORK;
            rules.add(network ? listener.text() : row.defaultRule().text());
        }
        rules.removeIf(rule -> {
            SortedMap<TargetGroupArn, Integer> weights = weights(world, rule);
            return weights == null || weights.getOrDefault(group, 0) == 0;
        });
        return rules;
    }

    /**
     * Puts the tasks of a deployment that moves no traffic where it goes: of two groups that take
     * turns, in the one with more weight, which gets all of it if it was split.
     */
    public static List<Balanced> gathered(Tx tx, List<Balanced> balanced) {
        return balanced.stream().map(each -> gathered(tx, each)).toList();
    }

    private static Balanced gathered(Tx tx, Balanced balanced) {
        Pair pair = balanced.pair();
        Map<TargetGroupArn, Integer> weights =
                pair == null ? null : weights(tx.world(), pair.productionRule());
        if (pair == null || weights == null) {
            return balanced;
        }
        int own = weights.getOrDefault(balanced.group(), 0);
        int others = weights.getOrDefault(pair.other(), 0);
        TargetGroupArn serving = others > own ? pair.other() : balanced.group();
        if (own > 0 && others > 0) {
            SortedMap<TargetGroupArn, Integer> all = new TreeMap<>();
            all.put(balanced.group(), 0);
            all.put(pair.other(), 0);
            all.put(serving, ALL);
            set(tx, pair.productionRule(), all);
        }
        return balanced.in(serving);
    }

    /** Lets a rule forward to these groups with these weights; one that is gone stays so. */
    public static void set(Tx tx, String rule, Map<TargetGroupArn, Integer> weights) {
        World world = tx.world();
        List<Action> before = actions(world, rule);
        if (before == null) {
            return;
        }
        List<Action> after =
                before.stream()
                        .map(each ->
                                each.type() == ActionTypeEnum.FORWARD ? to(each, weights) : each)
                        .toList();
        ListenerRule row = ruleOf(world, rule);
        if (row != null) {
            tx.put(
                    world.listenerRules(),
                    row.arn(),
                    row.with(row.conditions(), after, row.transforms()));
        } else {
            Listener listener =
                    Objects.requireNonNull(
                            world.listeners().get(Objects.requireNonNull(listenerOf(rule))));
            tx.put(world.listeners(), listener.arn(), listener.withDefaultActions(after));
        }
    }

    private static Action to(Action forward, Map<TargetGroupArn, Integer> weights) {
        List<TargetGroupTuple> groups = new ArrayList<>();
        weights.forEach((group, weight) ->
                groups.add(
                        TargetGroupTuple.builder()
                                .targetGroupArn(group.text())
                                .weight(weight)
                                .build()));
        ForwardActionConfig config = forward.forwardConfig();
        return forward.toBuilder()
                .targetGroupArn(groups.size() == 1 ? groups.getFirst().targetGroupArn() : null)
                .forwardConfig(config.toBuilder().targetGroups(groups).build())
                .build();
    }

    private static @Nullable List<Action> actions(World world, String rule) {
        ListenerRule row = ruleOf(world, rule);
        if (row != null) {
            return row.actions();
        }
        ListenerArn arn = listenerOf(rule);
        Listener listener = arn == null ? null : world.listeners().get(arn);
        boolean whole =
                listener != null
                        && (rule.equals(listener.arn().text())
                                || rule.equals(listener.defaultRule().text()));
        return whole ? Objects.requireNonNull(listener).defaultActions() : null;
    }

    private static @Nullable ListenerRule ruleOf(World world, String rule) {
        RuleArn arn = ruleArn(rule);
        return arn == null ? null : world.listenerRules().get(arn);
    }

    private static @Nullable RuleArn ruleArn(String text) {
        try {
            return RuleArn.parse(text);
        } catch (IllegalArgumentException other) {
            return null;
        }
    }

    private static @Nullable ListenerArn listenerOf(String text) {
        RuleArn rule = ruleArn(text);
        if (rule != null) {
            return rule.listener();
        }
        try {
            return ListenerArn.parse(text);
        } catch (IllegalArgumentException neither) {
            return null;
        }
    }
}
