package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.AuthError;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.Listener;
import dev.dryberth.core.balancing.RouteTable.LoadBalancer;
import dev.dryberth.core.balancing.RouteTable.Rule;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetState;
import dev.dryberth.core.balancing.RouteTable.TargetType;
import dev.dryberth.core.metrics.Aggregate;
import dev.dryberth.core.metrics.MetricSample;
import dev.dryberth.core.metrics.MetricSink;
import dev.dryberth.core.metrics.MetricTimes;
import dev.dryberth.core.model.Dimension;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells what the load balancers carried as CloudWatch has it: under AWS's names, dimensions and
 * units, in namespace AWS/ApplicationELB or AWS/NetworkELB. What was counted since it was last told
 * is told within a second; as on AWS, nothing when there was nothing. Host counts are told once a
 * minute, and when they change. The plane's control thread only.
 *
 * <p>Deviation: there are no values by availability zone, for one machine stands for all.
 */
final class MetricFeed {

    private static final String COUNT = "Count";
    private static final String BYTES = "Bytes";
    private static final String SECONDS = "Seconds";
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String LOAD_BALANCER = "LoadBalancer";
    private static final String TARGET_GROUP = "TargetGroup";

    private final Metrics metrics;
    private final MetricTimes times;
    private final MetricSink sink;
    private final Map<String, Told> told = new HashMap<>();
    private final Map<String, Hosts> hosts = new HashMap<>();

    /** Found once a table: who looks each second should not have to search. */
    private List<Owned> owners = List.of();

    private RouteTable ownedIn = RouteTable.EMPTY;

    private record Owned(TargetGroup group, LoadBalancer balancer) {}

    MetricFeed(Metrics metrics, MetricTimes times, MetricSink sink) {
        this.metrics = metrics;
        this.times = times;
        this.sink = sink;
    }

    long everyMillis() {
        return times.feedMillis();
    }

    /** What was told of a load balancer or group by now, so that only what is new is told. */
    private static final class Told {

        private final Map<String, Long> counts = new HashMap<>();
        private final long[] latencies = new long[Latencies.SIZE];
        private double responseSeconds;

        long fresh(String name, long total) {
            Long before = counts.put(name, total);
            return before == null ? total : total - before;
        }
    }

    private record Hosts(long healthy, long unhealthy, long minute) {}

    /** Where samples of a load balancer, or of a group behind it, belong. */
    private record Place(
            Scope scope, String namespace, List<List<Dimension>> dimensions, Instant now) {

        static Place of(LoadBalancer balancer, List<List<Dimension>> dimensions, Instant now) {
            String[] fields = balancer.arn().split(":", 6);
            return new Place(
                    new Scope(fields[3], fields[4]),
                    balancer.type() == RouteTable.Type.APPLICATION
                            ? "AWS/ApplicationELB"
                            : "AWS/NetworkELB",
                    dimensions,
                    now);
        }

        void add(List<MetricSample> samples, String name, String unit, Aggregate value) {
            for (List<Dimension> each : dimensions) {
                samples.add(
                        new MetricSample(
                                scope, new Metric(namespace, name, each), unit, now, false, value));
            }
        }

        /** So many events: each is a measurement of 1, whose sum is what matters. */
        void count(List<MetricSample> samples, String name, long events) {
            if (events > 0) {
                add(samples, name, COUNT, Aggregate.of(1, (double) events));
            }
        }
    }

    void tell(RouteTable table, Instant now) {
        told.keySet()
                .removeIf(arn ->
                        !table.loadBalancers().containsKey(arn)
                                && !table.targetGroups().containsKey(arn));
        hosts.keySet().retainAll(table.targetGroups().keySet());
        List<MetricSample> samples = new ArrayList<>();
        for (LoadBalancer each : table.loadBalancers().values()) {
            MinuteRing ring = metrics.ring(each.arn());
            if (ring != null) {
                balancer(samples, each, ring, now);
            }
        }
        for (Owned each : owned(table)) {
            MinuteRing ring = metrics.ring(each.group().arn());
            if (ring != null) {
                group(samples, each.group(), each.balancer(), ring, now);
            }
        }
        if (!samples.isEmpty()) {
            sink.record(samples);
        }
    }

    private void balancer(
            List<MetricSample> samples, LoadBalancer balancer, MinuteRing ring, Instant now) {
        Told before = told.computeIfAbsent(balancer.arn(), fresh -> new Told());
        Place place =
                Place.of(
                        balancer,
                        List.of(List.of(new Dimension(LOAD_BALANCER, shortName(balancer)))),
                        now);
        MinuteRing.Counts total = ring.total();
        long bytes = before.fresh(BYTES, total.bytes());
        if (bytes > 0) {
            place.add(samples, "ProcessedBytes", BYTES, Aggregate.of((double) bytes, 1));
        }
        boolean http = balancer.type() == RouteTable.Type.APPLICATION;
        place.count(
                samples,
                http ? "NewConnectionCount" : "NewFlowCount",
                before.fresh("connections", total.newConnections()));
        if (ring.activeConnections() > 0) {
            place.add(
                    samples,
                    http ? "ActiveConnectionCount" : "ActiveFlowCount",
                    COUNT,
                    Aggregate.of(ring.activeConnections(), 1));
        }
        if (!http) {
            flows(samples, place, before, ring);
        } else {
            place.count(samples, "RequestCount", before.fresh("requests", total.requests()));
            for (int digit = 3; digit <= 5; digit++) {
                place.count(
                        samples,
                        "HTTPCode_ELB_%dXX_Count".formatted(digit),
                        before.fresh("own" + digit, total.byBalancer(digit)));
            }
            answers(samples, place, before, ring);
            logins(samples, place, before, total);
            long carried = before.fresh("function bytes", total.functionBytes());
            if (carried > 0) {
                place.add(
                        samples,
                        "LambdaTargetProcessedBytes",
                        BYTES,
                        Aggregate.of((double) carried, 1));
            }
        }
    }

    private static void flows(
            List<MetricSample> samples, Place place, Told before, MinuteRing ring) {
        for (FlowKind kind : FlowKind.values()) {
            MinuteRing.FlowCounts counts = ring.flows(kind);
            place.count(
                    samples,
                    "NewFlowCount_" + kind,
                    before.fresh("connections" + kind, counts.begun()));
            if (counts.active() > 0) {
                place.add(
                        samples,
                        "ActiveFlowCount_" + kind,
                        COUNT,
                        Aggregate.of(counts.active(), 1));
            }
            long bytes = before.fresh(BYTES + kind, counts.bytes());
            if (bytes > 0) {
                place.add(
                        samples, "ProcessedBytes_" + kind, BYTES, Aggregate.of((double) bytes, 1));
            }
        }
    }

    private static void answers(
            List<MetricSample> samples, Place place, Told before, MinuteRing ring) {
        for (int digit = 2; digit <= 5; digit++) {
            place.count(
                    samples,
                    "HTTPCode_Target_%dXX_Count".formatted(digit),
                    before.fresh("target" + digit, ring.total().byTarget(digit)));
        }
        Aggregate latency = latency(before, ring);
        if (latency != null) {
            place.add(samples, "TargetResponseTime", SECONDS, latency);
        }
    }

    private static @Nullable Aggregate latency(Told before, MinuteRing ring) {
        if (before.fresh("responses", ring.total().responses()) == 0) {
            return null;
        }
        Aggregate all = null;
        for (int band = 0; band < Latencies.SIZE; band++) {
            long count = ring.latencies().count(band);
            long fresh = count - before.latencies[band];
            if (fresh > 0) {
                before.latencies[band] = count;
                Aggregate each = Aggregate.of(Latencies.seconds(band), (double) fresh);
                all = all == null ? each : all.plus(each);
            }
        }
        double seconds = ring.total().responseSeconds();
        double fresh = seconds - before.responseSeconds;
        before.responseSeconds = seconds;
        // The bands are for percentiles; the sum, and so the average, is known better.
        return all == null
                ? null
                : new Aggregate(all.count(), fresh, all.min(), all.max(), all.distribution());
    }

    private void group(
            List<MetricSample> samples,
            TargetGroup group,
            LoadBalancer balancer,
            MinuteRing ring,
            Instant now) {
        Dimension its = new Dimension(TARGET_GROUP, resource(group.arn()));
        Dimension of = new Dimension(LOAD_BALANCER, shortName(balancer));
        Place place = Place.of(balancer, List.of(List.of(its, of)), now);
        Told before = told.computeIfAbsent(group.arn(), fresh -> new Told());
        place.count(
                samples,
                "TargetConnectionErrorCount",
                before.fresh("errors", ring.total().targetConnectionErrors()));
        if (balancer.type() == RouteTable.Type.APPLICATION) {
            long requests = before.fresh("requests", ring.total().requests());
            place.count(samples, "RequestCount", requests);
            Place alone = Place.of(balancer, List.of(List.of(its), List.of(its, of)), now);
            if (group.targetType() == TargetType.LAMBDA) {
                functions(samples, alone, before, ring);
            } else if (requests > 0 && !group.targets().isEmpty()) {
                alone.add(
                        samples,
                        "RequestCountPerTarget",
                        COUNT,
                        Aggregate.of((double) requests / group.targets().size(), 1));
            }
            answers(samples, place, before, ring);
        }
        hosts(samples, group, place);
    }

    private static void logins(
            List<MetricSample> samples, Place place, Told before, MinuteRing.Counts total) {
        place.count(samples, "ELBAuthSuccess", before.fresh("logins", total.logins()));
        place.count(
                samples,
                "ELBAuthRefreshTokenSuccess",
                before.fresh("refreshed logins", total.refreshedLogins()));
        for (AuthError.Metric each : AuthError.Metric.values()) {
            String name =
                    switch (each) {
                        case FAILURE -> "ELBAuthFailure";
                        case ERROR -> "ELBAuthError";
                        case TOO_LARGE -> "ELBAuthUserClaimsSizeExceeded";
                    };
            place.count(samples, name, before.fresh(name, total.failedLogins(each)));
        }
        long calls = before.fresh("provider calls", total.providerCalls());
        long nanos = before.fresh("provider nanos", total.providerNanos());
        if (calls > 0) {
            // Of single logins within a second only the average is known.
            place.add(
                    samples,
                    "ELBAuthLatency",
                    "Milliseconds",
                    Aggregate.of(nanos / NANOS_PER_MILLI / calls, (double) calls));
        }
    }

    private static void functions(
            List<MetricSample> samples, Place place, Told before, MinuteRing ring) {
        place.count(
                samples,
                "LambdaUserError",
                before.fresh("user errors", ring.total().functionUserErrors()));
        place.count(
                samples,
                "LambdaInternalError",
                before.fresh("internal errors", ring.total().functionInternalErrors()));
    }

    private void hosts(List<MetricSample> samples, TargetGroup group, Place place) {
        Hosts now =
                new Hosts(
                        count(group, TargetState.HEALTHY),
                        count(group, TargetState.UNHEALTHY),
                        place.now().toEpochMilli() / times.minuteMillis());
        boolean checked = group.targetType() != TargetType.LAMBDA || group.healthCheck().enabled();
        if (checked && !group.targets().isEmpty() && !now.equals(hosts.put(group.arn(), now))) {
            place.add(samples, "HealthyHostCount", COUNT, Aggregate.of((double) now.healthy(), 1));
            place.add(
                    samples,
                    "UnHealthyHostCount",
                    COUNT,
                    Aggregate.of((double) now.unhealthy(), 1));
        }
    }

    private static long count(TargetGroup group, TargetState state) {
        return group.targets().stream().filter(each -> each.state() == state).count();
    }

    /** {@code app/name/id}. */
    private static String shortName(LoadBalancer balancer) {
        String resource = resource(balancer.arn());
        return resource.substring(resource.indexOf('/') + 1);
    }

    private static String resource(String arn) {
        return arn.substring(arn.lastIndexOf(':') + 1);
    }

    @SuppressWarnings("ReferenceEquality") // a table that is the same again is the same object
    private List<Owned> owned(RouteTable table) {
        if (table != ownedIn) {
            owners = owners(table);
            ownedIn = table;
        }
        return owners;
    }

    /** The groups that are forwarded to, each with its load balancer: AWS lets it have one. */
    private static List<Owned> owners(RouteTable table) {
        Map<String, LoadBalancer> byGroup = new TreeMap<>();
        for (LoadBalancer balancer : table.loadBalancers().values()) {
            for (Listener listener : balancer.listeners()) {
                note(byGroup, balancer, listener.defaultActions());
                for (Rule rule : listener.rules()) {
                    note(byGroup, balancer, rule.actions());
                }
            }
        }
        List<Owned> owners = new ArrayList<>();
        byGroup.forEach((arn, balancer) -> {
            TargetGroup group = table.targetGroups().get(arn);
            if (group != null) {
                owners.add(new Owned(group, balancer));
            }
        });
        return owners;
    }

    private static void note(
            Map<String, LoadBalancer> byGroup, LoadBalancer balancer, List<Action> actions) {
        for (Action action : actions) {
            if (action instanceof Action.Forward forward) {
                forward.targetGroups()
                        .forEach(each -> byGroup.putIfAbsent(each.targetGroupArn(), balancer));
            }
        }
    }
}
