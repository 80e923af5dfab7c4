package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/** The figures of all load balancers and target groups. Any thread. */
public final class Metrics {

    private final Map<String, MinuteRing> rings = new ConcurrentSkipListMap<>();

    Metrics() {}

    MinuteRing of(String arn, String name) {
        return rings.computeIfAbsent(arn, any -> new MinuteRing(arn, name));
    }

    /** Forgets what the table no longer has. */
    void retain(RouteTable table) {
        rings.keySet()
                .removeIf(arn ->
                        !table.loadBalancers().containsKey(arn)
                                && !table.targetGroups().containsKey(arn));
    }

    void roll(long epochMillis) {
        rings.values().forEach(each -> each.roll(epochMillis));
    }

    /**
     * One minute of a load balancer or target group.
     *
     * @param targetAnswers how many answers of targets had a code of 2xx, 3xx, 4xx and 5xx
     * @param ownAnswers how many answers the load balancer made itself, likewise
     * @param responseSeconds of all answers of targets together
     */
    public record Minute(
            long epochMinute,
            long requests,
            List<Long> targetAnswers,
            List<Long> ownAnswers,
            long responses,
            double responseSeconds,
            long newConnections,
            long bytes) {}

    /** The minutes kept of an ARN, oldest first; the last is still running. */
    public List<Minute> minutes(String arn) {
        @Nullable MinuteRing ring = rings.get(arn);
        return ring == null ? List.of() : ring.minutes().stream().map(Metrics::minute).toList();
    }

    private static Minute minute(MinuteRing.Counts counts) {
        return new Minute(
                counts.epochMinute(),
                counts.requests(),
                IntStream.rangeClosed(2, 5).mapToObj(counts::byTarget).toList(),
                IntStream.rangeClosed(2, 5).mapToObj(counts::byBalancer).toList(),
                counts.responses(),
                counts.responseSeconds(),
                counts.newConnections(),
                counts.bytes());
    }

    @Nullable MinuteRing ring(String arn) {
        return rings.get(arn);
    }

    /** Everything since the start, in Prometheus' text format. */
    public String prometheus() {
        StringBuilder text = new StringBuilder();
        family(text, "requests_total", "counter", each -> each.total().requests());
        coded(text, "target_answers_total", (ring, digit) -> ring.total().byTarget(digit));
        coded(text, "own_answers_total", (ring, digit) -> ring.total().byBalancer(digit));
        text.append("# TYPE dryberth_elb_target_response_seconds_sum counter\n");
        for (MinuteRing each : rings()) {
            line(text, "target_response_seconds_sum", each, "", each.total().responseSeconds());
        }
        family(text, "target_response_seconds_count", "counter", e -> e.total().responses());
        family(
                text,
                "target_connection_errors_total",
                "counter",
                each -> each.total().targetConnectionErrors());
        family(
                text,
                "lambda_user_errors_total",
                "counter",
                each -> each.total().functionUserErrors());
        family(
                text,
                "lambda_internal_errors_total",
                "counter",
                each -> each.total().functionInternalErrors());
        family(
                text,
                "lambda_processed_bytes_total",
                "counter",
                each -> each.total().functionBytes());
        family(text, "new_connections_total", "counter", each -> each.total().newConnections());
        family(text, "processed_bytes_total", "counter", each -> each.total().bytes());
        family(text, "active_connections", "gauge", MinuteRing::activeConnections);
        family(text, "healthy_hosts", "gauge", MinuteRing::healthyHosts);
        family(text, "unhealthy_hosts", "gauge", MinuteRing::unhealthyHosts);
        return text.toString();
    }

    private Collection<MinuteRing> rings() {
        return rings.values();
    }

    private void family(
            StringBuilder text, String name, String type, ToLongFunction<MinuteRing> value) {
        text.append("# TYPE dryberth_elb_").append(name).append(' ').append(type).append('\n');
        for (MinuteRing each : rings()) {
            line(text, name, each, "", (double) value.applyAsLong(each));
        }
    }

    private interface Coded {
        long count(MinuteRing ring, int firstDigit);
    }

    private void coded(StringBuilder text, String name, Coded counted) {
        text.append("# TYPE dryberth_elb_").append(name).append(" counter\n");
        for (MinuteRing each : rings()) {
            for (int digit = 2; digit <= 5; digit++) {
                String label = ",code=\"" + digit + "xx\"";
                line(text, name, each, label, (double) counted.count(each, digit));
            }
        }
    }

    private static void line(
            StringBuilder text, String name, MinuteRing ring, String label, double value) {
        String kind = ring.arn().contains(":loadbalancer/") ? "load_balancer" : "target_group";
        text.append("dryberth_elb_").append(name);
        text.append('{').append(kind).append("=\"").append(ring.name()).append('"');
        text.append(label).append("} ");
        text.append(
                value == Math.rint(value)
                        ? Long.toString((long) value)
                        : String.format(Locale.ROOT, "%.6f", value));
        text.append('\n');
    }
}
