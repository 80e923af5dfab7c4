package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.TargetGroup;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * Where a flow through a network load balancer goes, be it a connection or datagrams. Follows
 * "Network Load Balancers": the target is the one a hash of the addresses and ports of both ends
 * falls on among the healthy (among all, if none is), or of the client's address alone if the group
 * is sticky. The flow has begun on the target and must {@link #end} once.
 */
record FlowTarget(ListenerRoute route, GroupRoute group, TargetTraffic target) {

    private static final int SPREAD = 0x9E3779B9;

    /** Null: nothing to choose from, or the choice begins to drain at this moment. */
    static @Nullable FlowTarget choose(
            @Nullable ListenerRoute route, InetSocketAddress client, InetSocketAddress listener) {
        GroupRoute group = route == null ? null : group(route);
        TargetTraffic target =
                group == null || !group.carried()
                        ? null
                        : group.chooseByHash(hash(group, client, listener));
        if (route == null || group == null || target == null || !target.tryBegin()) {
            return null;
        }
        route.settings().metrics().requested();
        group.metrics().requested();
        return new FlowTarget(route, group, target);
    }

    private static @Nullable GroupRoute group(ListenerRoute route) {
        if (!(route.defaultDecision().step() instanceof ListenerRoute.Step.Forward forward)) {
            return null;
        }
        String chosen = forward.groups().choose(forward.turns().getAndIncrement());
        return chosen == null ? null : route.group(chosen);
    }

    private static int hash(
            GroupRoute group, InetSocketAddress client, InetSocketAddress listener) {
        int hash = client.getAddress().hashCode();
        if (group.sticky() != GroupRoute.Sticky.SOURCE_IP) {
            hash = 31 * hash + client.getPort();
            hash = 31 * hash + listener.hashCode();
        }
        hash *= SPREAD;
        return hash ^ (hash >>> 16);
    }

    /** Whether targets are told who the client is by a header of proxy protocol version 2. */
    boolean tellsClient() {
        return BalancerSettings.isOn(group.group().attributes(), "proxy_protocol_v2.enabled");
    }

    void end() {
        target.end();
    }

    /**
     * Flows outlive the deregistration delay unless the group says otherwise, but are cut when a
     * target that was healthy at their start no longer is, unless the group says otherwise; which
     * groups of UDP and TCP_UDP always do.
     */
    Relay.Rule rule() {
        TargetGroup its = group.group();
        Map<String, String> attributes = its.attributes();
        boolean endsWithDelay =
                BalancerSettings.isOn(
                        attributes, "deregistration_delay.connection_termination.enabled");
        boolean endsUnhealthy =
                !target.isUnhealthy()
                        && !"false"
                                .equals(
                                        attributes.get(
                                                "target_health_state.unhealthy.connection_termination.enabled"));
        return epochMillis ->
                (endsWithDelay && target.isCut(epochMillis))
                        || (endsUnhealthy && target.isUnhealthy());
    }
}
