package dev.dryberth.api.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.AlarmRule;
import dev.dryberth.core.model.Scope;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;

final class AlarmRulesTest {

    private static final Scope SCOPE = new Scope("us-east-1", "000000000000");

    private static PutMetricAlarmRequest.Builder good() {
        return PutMetricAlarmRequest.builder()
                .alarmName("errors")
                .namespace("shop")
                .metricName("Errors")
                .statistic("Sum")
                .period(60)
                .evaluationPeriods(3)
                .threshold(5.0)
                .comparisonOperator("GreaterThanThreshold");
    }

    private static MetricDataQuery.Builder query() {
        return MetricDataQuery.builder()
                .id("m1")
                .metricStat(stat ->
                        stat.metric(metric -> metric.namespace("shop").metricName("Errors"))
                                .period(60)
                                .stat("Sum"));
    }

    private static PutMetricAlarmRequest.Builder byQuery(
            PutMetricAlarmRequest.Builder request, MetricDataQuery.Builder query) {
        return request.namespace(null)
                .metricName(null)
                .statistic((String) null)
                .period(null)
                .metrics(query.build());
    }

    private static Arguments refused(
            String message, Consumer<PutMetricAlarmRequest.Builder> change) {
        return Arguments.of(message, change);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refused("anomaly detection", r -> r.thresholdMetricId("t1")),
                refused("alarms on queries", r -> r.evaluationInterval(60)),
                refused("anomaly detection", r -> r.comparisonOperator("LessThanLowerThreshold")),
                refused("ComparisonOperator", r -> r.comparisonOperator("Like")),
                refused("ComparisonOperator", r -> r.comparisonOperator((String) null)),
                refused("Exactly one of Statistic", r -> r.extendedStatistic("p90")),
                refused("Exactly one of Statistic", r -> r.statistic((String) null)),
                refused("Statistic", r -> r.statistic("Median")),
                refused(
                        "ExtendedStatistic",
                        r -> r.statistic((String) null).extendedStatistic("Sum")),
                refused(
                        "ExtendedStatistic",
                        r -> r.statistic((String) null).extendedStatistic("q1")),
                refused("Period", r -> r.period(null)),
                refused("Period", r -> r.period(5)),
                refused("Period", r -> r.period(90)),
                refused("more than a day", r -> r.evaluationPeriods(2000)),
                refused("more than seven days", r -> r.period(3600).evaluationPeriods(200)),
                refused("EvaluationPeriods", r -> r.evaluationPeriods(null)),
                refused("EvaluationPeriods", r -> r.evaluationPeriods(0)),
                refused("DatapointsToAlarm", r -> r.datapointsToAlarm(4)),
                refused("DatapointsToAlarm", r -> r.datapointsToAlarm(0)),
                refused("Threshold", r -> r.threshold(null)),
                refused("Threshold", r -> r.threshold(Double.NaN)),
                refused("Unit", r -> r.unit("Parsecs")),
                refused("TreatMissingData", r -> r.treatMissingData("bad")),
                refused("percentiles only", r -> r.evaluateLowSampleCountPercentile("ignore")),
                refused(
                        "evaluate or ignore",
                        r ->
                                r.statistic((String) null)
                                        .extendedStatistic("p90")
                                        .evaluateLowSampleCountPercentile("skip")),
                refused("Namespace", r -> r.namespace(null)),
                refused("MetricName", r -> r.metricName("")),
                refused(
                        "same dimension twice",
                        r ->
                                r.dimensions(
                                        Dimension.builder().name("a").value("1").build(),
                                        Dimension.builder().name("a").value("2").build())),
                refused("given together", r -> r.metrics(query().build())),
                refused("another account", r -> byQuery(r, query().accountId("1"))),
                refused("return data", r -> byQuery(r, query().returnData(false))),
                refused("expected pattern", r -> byQuery(r, query().id("M1"))),
                refused(
                        "several metrics",
                        r ->
                                byQuery(r, query())
                                        .metrics(query().build(), query().id("m2").build())),
                refused("needs a MetricStat", r -> byQuery(r, MetricDataQuery.builder().id("m1"))));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesWhatItCannotKeep(String message, Consumer<PutMetricAlarmRequest.Builder> change) {
        PutMetricAlarmRequest.Builder request = good();
        change.accept(request);

        assertThatThrownBy(() -> AlarmRules.checked(SCOPE, request.build()))
                .hasMessageContaining(message);
    }

    @Test
    void refusesActionsThatAreNoArns() {
        assertThatThrownBy(() -> AlarmRules.actions(good().okActions("mail me").build()))
                .hasMessageContaining("Invalid arn syntax");
    }

    @Test
    void keepsWhatIsGood() {
        AlarmRule rule = AlarmRules.checked(SCOPE, good().build());

        assertThat(rule.period()).isEqualTo(Duration.ofMinutes(1));
        assertThat(rule.datapointsNeeded()).isEqualTo(3);
        assertThat(rule.missing()).isEqualTo(AlarmRule.MissingData.MISSING);
        assertThat(rule.query()).isNull();
        PutMetricAlarmRequest.Builder request = good();
        assertThat(
                        AlarmRules.checked(
                                        SCOPE,
                                        byQuery(request, query().accountId(SCOPE.account()))
                                                .build())
                                .query())
                .isNotNull();
    }
}
