package dev.dryberth.core.balancing;

import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.RuleArn;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes the route table from the World: a pure function of it. Times in the table are AWS's own,
 * before the clock's speed, except for instants, which have been passed through it.
 *
 * <p>A target's state changes far more often than a rule does. So when the rows a load balancer is
 * made of are the same as for the table before, {@link #of(World, RouteTable, Set)} takes the load
 * balancers from there, and the target groups that did not change.
 */
public final class RouteTables {

    /** Where the ports of tasks on this machine's own container instances are published. */
    private static final String THIS_MACHINE = "127.0.0.1";

    private RouteTables() {}

    public static RouteTable of(World world) {
        Map<String, RouteTable.LoadBalancer> loadBalancers = new TreeMap<>();
        for (LoadBalancer each : world.loadBalancers().all()) {
            loadBalancers.put(each.arn().text(), loadBalancer(world, each));
        }
        return new RouteTable(loadBalancers, targetGroups(world, Forwards.users(world).keySet()));
    }

    /**
     * The table after a change that touched only targets and their groups.
     *
     * @param changed the groups that are to be looked at again; others are as before
     */
    public static RouteTable of(World world, RouteTable before, Set<TargetGroupArn> changed) {
        Map<String, RouteTable.TargetGroup> groups = new TreeMap<>(before.targetGroups());
        for (TargetGroupArn arn : changed) {
            TargetGroup row = world.targetGroups().get(arn);
            if (row == null) {
                groups.remove(arn.text());
            } else {
                groups.computeIfPresent(arn.text(), (text, old) -> targetGroup(world, row));
            }
        }
        return new RouteTable(before.loadBalancers(), groups);
    }

    private static RouteTable.LoadBalancer loadBalancer(World world, LoadBalancer row) {
        Map<String, String> attributes = AttributeRules.complete(row);
        List<RouteTable.Listener> listeners = new ArrayList<>();
        for (Listener each :
                world.listeners()
                        .between(
                                ListenerArn.firstOf(row.arn()),
                                ListenerArn.afterAllOf(row.arn()))) {
            listeners.add(listener(world, each, attributes));
        }
        return new RouteTable.LoadBalancer(
                row.arn().text(),
                row.arn().name(),
                RouteTable.Type.valueOf(row.arn().type().name()),
                row.address(),
                row.dnsName(),
                attributes,
                listeners);
    }

    private static RouteTable.Listener listener(
            World world, Listener row, Map<String, String> loadBalancer) {
        List<RouteTable.Rule> rules = new ArrayList<>();
        for (ListenerRule each :
                world.listenerRules()
                        .between(RuleArn.firstOf(row.arn()), RuleArn.afterAllOf(row.arn()))) {
            rules.add(RouteRules.rule(each));
        }
        rules.sort(Comparator.comparingInt(RouteTable.Rule::priority));
        return new RouteTable.Listener(
                row.arn().text(),
                RouteTable.Protocol.valueOf(row.protocol().name()),
                row.port(),
                AttributeRules.complete(row),
                rules,
                RouteRules.actions(row.defaultActions()),
                RouteTls.certificates(world, row),
                RouteTls.settings(world, row, loadBalancer));
    }

    private static Map<String, RouteTable.TargetGroup> targetGroups(
            World world, Collection<TargetGroupArn> used) {
        Map<String, RouteTable.TargetGroup> groups = new TreeMap<>();
        for (TargetGroupArn arn : used) {
            TargetGroup row = world.targetGroups().get(arn);
            if (row != null) {
                groups.put(arn.text(), targetGroup(world, row));
            }
        }
        return groups;
    }

    private static RouteTable.TargetGroup targetGroup(World world, TargetGroup row) {
        List<RouteTable.Target> targets = new ArrayList<>();
        for (Target each :
                world.targets()
                        .between(Target.Key.firstOf(row.arn()), Target.Key.afterAllOf(row.arn()))) {
            targets.add(
                    new RouteTable.Target(
                            each.id(),
                            each.port(),
                            address(world, row.targetType(), each.id()),
                            RouteTable.TargetState.valueOf(each.state().name()),
                            each.healthySince(),
                            each.drainUntil()));
        }
        TargetGroup.HealthCheck check = row.healthCheck();
        return new RouteTable.TargetGroup(
                row.arn().text(),
                row.arn().name(),
                RouteTable.TargetType.valueOf(row.targetType().name()),
                protocol(row.protocol()),
                row.protocolVersion() == null
                        ? RouteTable.ProtocolVersion.HTTP1
                        : RouteTable.ProtocolVersion.valueOf(row.protocolVersion().name()),
                new RouteTable.HealthCheck(
                        check.enabled(),
                        protocol(check.protocol()),
                        check.port(),
                        check.path() == null ? "" : check.path(),
                        check.interval(),
                        check.timeout(),
                        check.healthyThreshold(),
                        check.unhealthyThreshold(),
                        check.matcher() == null ? "" : check.matcher()),
                AttributeRules.complete(row),
                targets);
    }

    private static RouteTable.TargetProtocol protocol(@Nullable Enum<?> protocol) {
        return protocol == null
                ? RouteTable.TargetProtocol.NONE
                : RouteTable.TargetProtocol.valueOf(protocol.name());
    }

    private static @Nullable String address(
            World world, TargetGroup.TargetType type, String targetId) {
        return switch (type) {
            case IP -> targetId;
            case LAMBDA -> null;
            case INSTANCE -> addressOfInstance(world, targetId);
            case ALB -> {
                LoadBalancer target = world.loadBalancers().get(LoadBalancerArn.parse(targetId));
                yield target == null ? null : target.address();
            }
        };
    }

    private static @Nullable String addressOfInstance(World world, String instanceId) {
        for (ContainerInstance each : world.containerInstances().all()) {
            if (each.ec2InstanceId().equals(instanceId)
                    && each.status() != ContainerInstance.Status.INACTIVE) {
                return THIS_MACHINE;
            }
        }
        return null;
    }
}
