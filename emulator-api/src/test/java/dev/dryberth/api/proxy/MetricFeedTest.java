package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.AuthError;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.TargetState;
import dev.dryberth.core.metrics.MetricSample;
import dev.dryberth.core.metrics.MetricTimes;
import dev.dryberth.core.model.Dimension;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

class MetricFeedTest {

    private static final Instant NOW = Instant.parse("2026-11-25T09:00:00Z");
    private static final String GROUP = "arn:aws:elasticloadbalancing:x:1:targetgroup/tg/3";
    private static final String OF_BALANCER = "LoadBalancer=app/lb/1";
    private static final String OF_GROUP = "TargetGroup=targetgroup/tg/3";

    private final Metrics metrics = new Metrics();
    private final List<MetricSample> told = new ArrayList<>();
    private final MetricFeed feed = new MetricFeed(metrics, MetricTimes.at(1), told::addAll);
    private Tables tables;

    @BeforeEach
    void describe() throws IOException {
        tables = new Tables("127.0.3.9");
        tables.group(
                GROUP,
                Map.of(),
                List.of(
                        Tables.target(1, TargetState.HEALTHY),
                        Tables.target(2, TargetState.UNHEALTHY),
                        Tables.target(3, TargetState.INITIAL)));
        tables.defaultActions = List.of(Tables.forward(null, GROUP, 1));
    }

    private MinuteRing balancer() {
        return metrics.of(Tables.BALANCER, "lb");
    }

    private MinuteRing group() {
        return metrics.of(GROUP, "tg");
    }

    /** {@code RequestCount{LoadBalancer=app/lb/1} Count} to the sum of what was told. */
    private Map<String, Double> tell(Instant now) {
        told.clear();
        feed.tell(tables.table(), now);
        return told.stream()
                .collect(
                        Collectors.toMap(
                                MetricFeedTest::name, each -> each.aggregate().sum(), Double::sum));
    }

    private static String name(MetricSample sample) {
        String dimensions =
                sample.metric().dimensions().stream()
                        .map(MetricFeedTest::text)
                        .collect(Collectors.joining(",", "{", "}"));
        return sample.metric().name() + dimensions + " " + sample.unit();
    }

    private static String text(Dimension dimension) {
        return dimension.name() + "=" + dimension.value();
    }

    @Test
    void tellsRequestsAndAnswersUnderAwssNames() {
        for (int i = 0; i < 4; i++) {
            balancer().requested();
        }
        balancer().connected();
        balancer().carried(100);
        balancer().answeredByBalancer(503);
        balancer().answeredByTarget(200, 250_000_000);
        group().requested();
        group().requested();
        group().requested();
        group().answeredByTarget(200, 250_000_000);
        group().targetConnectionFailed();

        Map<String, Double> first = tell(NOW);

        String both = OF_BALANCER + "," + OF_GROUP;
        assertThat(first)
                .containsEntry("RequestCount{" + OF_BALANCER + "} Count", 4.0)
                .containsEntry("NewConnectionCount{" + OF_BALANCER + "} Count", 1.0)
                .containsEntry("ActiveConnectionCount{" + OF_BALANCER + "} Count", 1.0)
                .containsEntry("ProcessedBytes{" + OF_BALANCER + "} Bytes", 100.0)
                .containsEntry("HTTPCode_ELB_5XX_Count{" + OF_BALANCER + "} Count", 1.0)
                .containsEntry("HTTPCode_Target_2XX_Count{" + OF_BALANCER + "} Count", 1.0)
                .containsEntry("TargetResponseTime{" + OF_BALANCER + "} Seconds", 0.25)
                .containsEntry("RequestCount{" + both + "} Count", 3.0)
                .containsEntry("RequestCountPerTarget{" + OF_GROUP + "} Count", 1.0)
                .containsEntry("RequestCountPerTarget{" + both + "} Count", 1.0)
                .containsEntry("HTTPCode_Target_2XX_Count{" + both + "} Count", 1.0)
                .containsEntry("TargetResponseTime{" + both + "} Seconds", 0.25)
                .containsEntry("TargetConnectionErrorCount{" + both + "} Count", 1.0)
                .containsEntry("HealthyHostCount{" + both + "} Count", 1.0)
                .containsEntry("UnHealthyHostCount{" + both + "} Count", 1.0)
                .doesNotContainKey("HTTPCode_Target_5XX_Count{" + OF_BALANCER + "} Count");
        assertThat(told.getFirst().metric().namespace()).isEqualTo("AWS/ApplicationELB");
        assertThat(told.getFirst().scope().region()).isEqualTo("x");
    }

    @Test
    void tellsOnlyWhatIsNew() {
        balancer().requested();
        var _ = tell(NOW);
        balancer().requested();
        balancer().requested();

        assertThat(tell(NOW.plusSeconds(1)))
                .containsOnly(Map.entry("RequestCount{" + OF_BALANCER + "} Count", 2.0));
        assertThat(tell(NOW.plusSeconds(2))).isEmpty();
    }

    @Test
    void tellsHostsOnceAMinuteAndWhenTheyChange() {
        var _ = group();
        assertThat(tell(NOW)).hasSize(2);
        assertThat(tell(NOW.plusSeconds(59))).isEmpty();
        assertThat(tell(NOW.plusSeconds(60))).hasSize(2);
        tables.group(GROUP, Map.of(), List.of(Tables.target(1, TargetState.HEALTHY)));
        assertThat(tell(NOW.plusSeconds(61))).hasSize(2);
    }

    @Test
    void tellsWhatBecameOfCallsOfFunctionsAndNothingOfHostsThatNobodyChecks() {
        tables.groups.put(
                GROUP,
                new RouteTable.TargetGroup(
                        GROUP,
                        "tg",
                        RouteTable.TargetType.LAMBDA,
                        RouteTable.TargetProtocol.NONE,
                        RouteTable.ProtocolVersion.HTTP1,
                        Tables.NEVER_CHECKED,
                        Map.of(),
                        List.of(Tables.target(0, TargetState.UNAVAILABLE))));
        group().requested();
        group().functionFailed(true);
        group().functionFailed(true);
        group().functionFailed(false);
        balancer().functionCarried(300);

        String both = OF_BALANCER + "," + OF_GROUP;
        assertThat(tell(NOW))
                .containsOnly(
                        Map.entry("RequestCount{" + both + "} Count", 1.0),
                        Map.entry("LambdaUserError{" + OF_GROUP + "} Count", 2.0),
                        Map.entry("LambdaUserError{" + both + "} Count", 2.0),
                        Map.entry("LambdaInternalError{" + OF_GROUP + "} Count", 1.0),
                        Map.entry("LambdaInternalError{" + both + "} Count", 1.0),
                        Map.entry("LambdaTargetProcessedBytes{" + OF_BALANCER + "} Bytes", 300.0));
        assertThat(metrics.prometheus())
                .contains("dryberth_elb_lambda_user_errors_total{target_group=\"tg\"} 2\n")
                .contains("dryberth_elb_lambda_internal_errors_total{target_group=\"tg\"} 1\n")
                .contains("dryberth_elb_lambda_processed_bytes_total{load_balancer=\"lb\"} 300\n");
    }

    @Test
    void tellsHowLoginsWent() {
        balancer().authenticated(false);
        balancer().authenticated(false);
        balancer().authenticated(true);
        balancer().authenticationFailed(AuthError.Metric.FAILURE);
        balancer().authenticationFailed(AuthError.Metric.ERROR);
        balancer().authenticationFailed(AuthError.Metric.TOO_LARGE);
        balancer().askedProvider(10_000_000);
        balancer().askedProvider(30_000_000);

        assertThat(tell(NOW))
                .containsOnly(
                        Map.entry("ELBAuthSuccess{" + OF_BALANCER + "} Count", 2.0),
                        Map.entry("ELBAuthRefreshTokenSuccess{" + OF_BALANCER + "} Count", 1.0),
                        Map.entry("ELBAuthFailure{" + OF_BALANCER + "} Count", 1.0),
                        Map.entry("ELBAuthError{" + OF_BALANCER + "} Count", 1.0),
                        Map.entry("ELBAuthUserClaimsSizeExceeded{" + OF_BALANCER + "} Count", 1.0),
                        Map.entry("ELBAuthLatency{" + OF_BALANCER + "} Milliseconds", 40.0));
    }

    @Test
    void aNetworkLoadBalancerHasFlows() {
        tables.type = RouteTable.Type.NETWORK;
        balancer().flowBegan(FlowKind.TCP);
        balancer().flowBegan(FlowKind.UDP);
        balancer().flowBegan(FlowKind.UDP);
        balancer().flowCarried(FlowKind.UDP, 70);
        balancer().flowCarried(FlowKind.TLS, 30);
        balancer().flowEnded(FlowKind.TCP);
        balancer().requested();

        assertThat(tell(NOW))
                .containsOnly(
                        Map.entry("NewFlowCount{" + OF_BALANCER + "} Count", 3.0),
                        Map.entry("NewFlowCount_TCP{" + OF_BALANCER + "} Count", 1.0),
                        Map.entry("NewFlowCount_UDP{" + OF_BALANCER + "} Count", 2.0),
                        Map.entry("ActiveFlowCount{" + OF_BALANCER + "} Count", 2.0),
                        Map.entry("ActiveFlowCount_UDP{" + OF_BALANCER + "} Count", 2.0),
                        Map.entry("ProcessedBytes{" + OF_BALANCER + "} Bytes", 100.0),
                        Map.entry("ProcessedBytes_UDP{" + OF_BALANCER + "} Bytes", 70.0),
                        Map.entry("ProcessedBytes_TLS{" + OF_BALANCER + "} Bytes", 30.0));
        assertThat(told.getFirst().metric().namespace()).isEqualTo("AWS/NetworkELB");
    }

    @Test
    void percentilesOfResponseTimesAreWithinABand() {
        for (int i = 1; i <= 100; i++) {
            balancer().answeredByTarget(200, i * 10_000_000L);
        }
        var _ = tell(NOW);

        MetricSample latency =
                told.stream()
                        .filter(each -> each.metric().name().equals("TargetResponseTime"))
                        .findFirst()
                        .orElseThrow();
        assertThat(latency.aggregate().average()).isBetween(0.5049, 0.5051);
        assertThat(latency.aggregate().max()).isBetween(0.93, 1.07);
        assertThat(latency.aggregate().min()).isBetween(0.0093, 0.0107);
    }

    @Test
    void timesBeyondAllBandsCount() {
        Latencies latencies = new Latencies();
        latencies.add(0);
        latencies.add(Long.MAX_VALUE);

        assertThat(latencies.count(0)).isEqualTo(1);
        assertThat(latencies.count(Latencies.SIZE - 1)).isEqualTo(1);
    }
}
