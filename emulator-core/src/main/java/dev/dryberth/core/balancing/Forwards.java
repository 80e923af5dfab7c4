package dev.dryberth.core.balancing;

import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.state.World;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which target groups are forwarded to. A group with weight 0 counts: it is checked and ready, so
 * that the weight can be moved to it.
 */
public final class Forwards {

    private Forwards() {}

    /** The groups these actions name, in order. */
    public static List<TargetGroupArn> targetGroups(List<Action> actions) {
        List<TargetGroupArn> groups = new ArrayList<>();
        for (Action action : actions) {
            if (action.forwardConfig() != null) {
                for (TargetGroupTuple each : action.forwardConfig().targetGroups()) {
                    groups.add(TargetGroupArn.parse(each.targetGroupArn()));
                }
            }
        }
        return groups;
    }

    /** Every group that is forwarded to, with the load balancers that do it. */
    public static SortedMap<TargetGroupArn, SortedSet<LoadBalancerArn>> users(World world) {
        SortedMap<TargetGroupArn, SortedSet<LoadBalancerArn>> users = new TreeMap<>();
        for (Listener listener : world.listeners().all()) {
            add(users, listener.defaultActions(), listener.arn().loadBalancer());
        }
        for (ListenerRule rule : world.listenerRules().all()) {
            add(users, rule.actions(), rule.arn().listener().loadBalancer());
        }
        return users;
    }

    private static void add(
            SortedMap<TargetGroupArn, SortedSet<LoadBalancerArn>> users,
            List<Action> actions,
            LoadBalancerArn user) {
        for (TargetGroupArn group : targetGroups(actions)) {
            users.computeIfAbsent(group, fresh -> new TreeSet<>()).add(user);
        }
    }
}
