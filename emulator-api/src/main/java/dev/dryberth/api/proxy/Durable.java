package dev.dryberth.api.proxy;

import dev.dryberth.api.oidc.SessionKeys;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.LoadBalancer;
import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetState;
import dev.dryberth.core.balancing.TargetReports;
import dev.dryberth.core.balancing.TargetSelector;
import dev.dryberth.core.loop.Clock;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What must survive when a new table replaces the old one: whose turn it is, what each target has
 * in hand, and the metrics. The publishing thread only.
 */
final class Durable {

    private final Clock clock;
    private final TargetReports reports;
    private final Metrics metrics;
    private final SessionKeys sessionKeys;
    private final Map<String, Tls> tls = new HashMap<>();
    private final Map<String, AtomicLong> turns = new HashMap<>();
    private final Map<TargetTraffic.Key, TargetTraffic> traffic = new HashMap<>();

    Durable(Clock clock, TargetReports reports, Metrics metrics, SessionKeys sessionKeys) {
        this.sessionKeys = sessionKeys;
        this.clock = clock;
        this.reports = reports;
        this.metrics = metrics;
    }

    /** With the keys at hand, so that no network thread has to wait for them. */
    Authenticator authenticator(Action.AuthenticateOidc action, String balancerArn) {
        sessionKeys.prepare();
        return new Authenticator(action, balancerArn, sessionKeys, clock);
    }

    AtomicLong turns(String of) {
        return turns.computeIfAbsent(of, any -> new AtomicLong());
    }

    @Nullable Tls tls(RouteTable.Listener listener) {
        return listener.certificates().isEmpty()
                ? null
                : tls(listener.arn(), listener.certificates(), listener.tls());
    }

    Tls sharedTls(
            int port, List<RouteTable.Certificate> certificates, RouteTable.TlsSettings settings) {
        return tls("shared port " + port, certificates, settings);
    }

    /** The same for the same certificates, since reading them takes longer than a request. */
    private Tls tls(
            String key,
            List<RouteTable.Certificate> certificates,
            RouteTable.TlsSettings settings) {
        Tls known = tls.get(key);
        if (known == null || !known.isOf(certificates, settings)) {
            known = Tls.of(certificates, settings);
            tls.put(key, known);
        }
        return known;
    }

    BalancerSettings settings(LoadBalancer balancer) {
        return BalancerSettings.of(balancer, metrics.of(balancer.arn(), balancer.name()));
    }

    GroupRoute group(TargetGroup group) {
        IdentityHashMap<Target, TargetTraffic> targets = new IdentityHashMap<>();
        for (Target each : group.targets()) {
            TargetTraffic its = traffic(group, each);
            if (its != null) {
                targets.put(each, its);
            }
        }
        String slowStart = group.attributes().getOrDefault("slow_start.duration_seconds", "0");
        return new GroupRoute(
                group,
                TargetSelector.of(group, clock.wait(Duration.ofSeconds(Long.parseLong(slowStart)))),
                targets,
                turns(group.arn()),
                metrics.of(group.arn(), group.name()));
    }

    private @Nullable TargetTraffic traffic(TargetGroup group, Target target) {
        TargetTraffic.Key key = TargetTraffic.Key.of(group, target);
        return key == null
                ? null
                : traffic.computeIfAbsent(key, any -> new TargetTraffic(any, reports));
    }

    /** After the routing is in force: tells each target's traffic what the table says of it. */
    void apply(Routing routing) {
        Set<TargetTraffic.Key> present = new HashSet<>();
        for (TargetGroup group : routing.table().targetGroups().values()) {
            long healthy = 0;
            long checked = 0;
            for (Target each : group.targets()) {
                healthy += each.state() == TargetState.HEALTHY ? 1 : 0;
                checked += each.state() == TargetState.UNAVAILABLE ? 0 : 1;
                TargetTraffic its = traffic(group, each);
                if (its != null) {
                    present.add(its.key());
                    tell(its, each);
                }
            }
            metrics.of(group.arn(), group.name()).hosts(healthy, checked);
        }
        traffic.values().removeIf(each -> forgets(each, present, routing.table()));
        Set<String> used = countersOf(routing.table());
        turns.keySet().retainAll(used);
        tls.keySet().removeIf(each -> !used.contains(each) && !each.startsWith("shared"));
        metrics.retain(routing.table());
    }

    private static void tell(TargetTraffic traffic, Target target) {
        if (target.state() == TargetState.DRAINING) {
            Instant until = target.drainUntil();
            traffic.drain(until == null ? Long.MAX_VALUE : until.toEpochMilli());
        } else {
            traffic.serve(target.state() != TargetState.UNHEALTHY);
        }
    }

    /** A target that left its group is cut off; of a group that left all rules, what runs ends. */
    private static boolean forgets(
            TargetTraffic traffic, Set<TargetTraffic.Key> present, RouteTable table) {
        if (present.contains(traffic.key())) {
            return false;
        }
        if (table.targetGroups().containsKey(traffic.key().groupArn())) {
            traffic.leave();
            return true;
        }
        return traffic.inFlight() == 0;
    }

    private static Set<String> countersOf(RouteTable table) {
        Set<String> keys = new HashSet<>(table.targetGroups().keySet());
        for (LoadBalancer balancer : table.loadBalancers().values()) {
            for (RouteTable.Listener listener : balancer.listeners()) {
                keys.add(listener.arn());
                listener.rules().forEach(rule -> keys.add(rule.arn()));
            }
        }
        return keys;
    }
}
