package dev.dryberth.api.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.DimensionFilter;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.MissingRequiredParameterException;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StatisticSet;
import software.amazon.awssdk.services.cloudwatch.model.Tag;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the real SDK client, which speaks CBOR, makes of our answers, over HTTP. */
final class CloudWatchClientTest {

    private CloudWatchFixture fixture;
    private CloudWatchClient cloudWatch;

    @BeforeEach
    void start() {
        fixture = new CloudWatchFixture();
        cloudWatch =
                CloudWatchClient.builder()
                        .endpointOverride(
                                URI.create(
                                        "http://127.0.0.1:" + fixture.server.address().getPort()))
                        .region(Region.US_EAST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create("000000000000", "secret")))
                        .httpClient(UrlConnectionHttpClient.create())
                        .build();
    }

    @AfterEach
    void stop() {
        cloudWatch.close();
        fixture.close();
    }

    private static MetricDatum.Builder datum() {
        return MetricDatum.builder().metricName("Errors").unit("Count");
    }

    private void put(MetricDatum.Builder... data) {
        List<MetricDatum> all = new ArrayList<>();
        for (MetricDatum.Builder each : data) {
            all.add(each.build());
        }
        cloudWatch.putMetricData(request -> request.namespace("shop").metricData(all));
    }

    private static Consumer<PutMetricAlarmRequest.Builder> alarm(String name) {
        return request ->
                request.alarmName(name)
                        .namespace("shop")
                        .metricName("Errors")
                        .statistic("Sum")
                        .period(60)
                        .evaluationPeriods(1)
                        .threshold(5.0)
                        .comparisonOperator("GreaterThanThreshold")
                        .treatMissingData("notBreaching");
    }

    private MetricAlarm described(String name) {
        return cloudWatch
                .describeAlarms(request -> request.alarmNames(name))
                .metricAlarms()
                .getFirst();
    }

    private List<Datapoint> statistics(String... statistics) {
        return cloudWatch
                .getMetricStatistics(request ->
                        request.namespace("shop")
                                .metricName("Errors")
                                .startTime(fixture.now().minus(Duration.ofMinutes(10)))
                                .endTime(fixture.now().plus(Duration.ofMinutes(10)))
                                .period(60)
                                .extendedStatistics("p50")
                                .statisticsWithStrings(statistics))
                .datapoints();
    }

    @Test
    void whatWasMeasuredCanBeAskedFor() {
        put(
                datum().value(3.0),
                datum().values(1.0, 2.0).counts(2.0, 1.0),
                datum().statisticValues(
                                StatisticSet.builder()
                                        .sampleCount(2.0)
                                        .sum(8.0)
                                        .minimum(4.0)
                                        .maximum(4.0)
                                        .build()),
                datum().unit("Bytes").value(100.0));

        List<Datapoint> found = statistics("Sum", "SampleCount", "Average", "Minimum", "Maximum");

        assertThat(found).hasSize(2);
        assertThat(found.getFirst().unitAsString()).isEqualTo("Bytes");
        Datapoint count = found.getLast();
        assertThat(count.timestamp()).isEqualTo(Instant.parse("2026-11-25T09:00:00Z"));
        assertThat(count.sum()).isEqualTo(15);
        assertThat(count.sampleCount()).isEqualTo(6);
        assertThat(count.average()).isEqualTo(2.5);
        assertThat(count.minimum()).isEqualTo(1);
        assertThat(count.maximum()).isEqualTo(4);
        assertThat(count.extendedStatistics()).containsEntry("p50", 2.0);
    }

    @Test
    void aLargeRequestComesCompressed() {
        List<MetricDatum> many = new ArrayList<>();
        for (int i = 0; i < 900; i++) {
            many.add(datum().value(1.0).timestamp(fixture.now()).build());
        }
        cloudWatch.putMetricData(request -> request.namespace("shop").metricData(many));

        assertThat(statistics("Sum").getFirst().sum()).isEqualTo(900);
    }

    @Test
    void anAlarmGoesThroughItsStates() {
        cloudWatch.putMetricAlarm(alarm("errors"));
        assertThat(described("errors").stateValueAsString()).isEqualTo("INSUFFICIENT_DATA");
        assertThat(described("errors").stateReason())
                .isEqualTo("Unchecked: Initial alarm creation");
        put(datum().value(7.0));

        fixture.advance(Duration.ofSeconds(53));

        MetricAlarm raised = described("errors");
        assertThat(raised.stateValueAsString()).isEqualTo("ALARM");
        assertThat(raised.stateReason()).contains("[7.0 (25/11/26 09:00:00)]");
        assertThat(raised.stateTransitionedTimestamp()).isEqualTo(fixture.now());
        fixture.advance(Duration.ofMinutes(3));
        assertThat(described("errors").stateValueAsString()).isEqualTo("OK");
        assertThat(
                        cloudWatch
                                .describeAlarmHistory(request ->
                                        request.alarmName("errors")
                                                .scanBy(ScanBy.TIMESTAMP_ASCENDING))
                                .alarmHistoryItems())
                .extracting(AlarmHistoryItem::historySummary)
                .containsExactly(
                        "Alarm \"errors\" created",
                        "Alarm updated from INSUFFICIENT_DATA to ALARM",
                        "Alarm updated from ALARM to OK");
    }

    @Test
    void alarmsAreDescribedAsTheyWerePut() {
        cloudWatch.putMetricAlarm(request -> {
            alarm("first").accept(request);
            request.alarmDescription("too many")
                    .statistic((String) null)
                    .extendedStatistic("p99.9")
                    .evaluateLowSampleCountPercentile("ignore")
                    .dimensions(Dimension.builder().name("Shop").value("1").build())
                    .datapointsToAlarm(1)
                    .unit("Count")
                    .actionsEnabled(false)
                    .alarmActions("arn:aws:sns:us-east-1:000000000000:ops")
                    .tags(Tag.builder().key("a").value("1").build());
        });
        cloudWatch.putMetricAlarm(alarm("second"));

        MetricAlarm first = described("first");
        assertThat(first.extendedStatistic()).isEqualTo("p99.9");
        assertThat(first.statistic()).isNull();
        assertThat(first.evaluateLowSampleCountPercentile()).isEqualTo("ignore");
        assertThat(first.alarmActions()).containsExactly("arn:aws:sns:us-east-1:000000000000:ops");
        assertThat(first.actionsEnabled()).isFalse();
        assertThat(first.dimensions().getFirst().value()).isEqualTo("1");
        assertThat(described("second").datapointsToAlarm()).isNull();
        assertThat(names(request -> request.actionPrefix("arn:aws:sns"))).containsExactly("first");
        assertThat(names(request -> request.alarmNamePrefix("sec"))).containsExactly("second");
        assertThat(names(request -> request.stateValue("OK"))).isEmpty();
        assertThat(cloudWatch.describeAlarmsPaginator(request -> request.maxRecords(1))).hasSize(2);
        assertThat(
                        cloudWatch
                                .describeAlarmsForMetric(request ->
                                        request.namespace("shop")
                                                .metricName("Errors")
                                                .statistic("Sum")
                                                .period(60))
                                .metricAlarms())
                .extracting(MetricAlarm::alarmName)
                .containsExactly("second");
        cloudWatch.enableAlarmActions(request -> request.alarmNames("first", "none"));
        assertThat(described("first").actionsEnabled()).isTrue();
        cloudWatch.disableAlarmActions(request -> request.alarmNames("first"));
        assertThat(described("first").actionsEnabled()).isFalse();
        cloudWatch.putMetricAlarm(alarm("first"));
        assertThat(described("first").extendedStatistic()).isNull();
        cloudWatch.tagResource(request ->
                request.resourceARN(first.alarmArn()).tags(Tag.builder().key("b").build()));
        cloudWatch.untagResource(request -> request.resourceARN(first.alarmArn()).tagKeys("a"));
        assertThat(
                        cloudWatch
                                .listTagsForResource(
                                        request -> request.resourceARN(first.alarmArn()))
                                .tags())
                .extracting(Tag::key)
                .containsExactly("b");
    }

    private List<String> names(
            Consumer<software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest.Builder>
                    request) {
        return cloudWatch.describeAlarms(request).metricAlarms().stream()
                .map(MetricAlarm::alarmName)
                .toList();
    }

    @Test
    void anAlarmMayNameItsMetricAsAQuery() {
        cloudWatch.putMetricAlarm(request ->
                request.alarmName("query")
                        .metrics(query("m1"))
                        .evaluationPeriods(1)
                        .threshold(1.0)
                        .comparisonOperator("LessThanThreshold"));

        MetricAlarm query = described("query");
        assertThat(query.metrics()).hasSize(1);
        assertThat(query.metrics().getFirst().metricStat().stat()).isEqualTo("Sum");
        assertThat(query.metricName()).isNull();
        assertThatExceptionOfType(CloudWatchException.class)
                .isThrownBy(() ->
                        cloudWatch.putMetricAlarm(request ->
                                request.alarmName("math")
                                        .metrics(
                                                query("m1"),
                                                MetricDataQuery.builder()
                                                        .id("e1")
                                                        .expression("m1 * 2")
                                                        .build())
                                        .evaluationPeriods(1)
                                        .threshold(1.0)
                                        .comparisonOperator("LessThanThreshold")))
                .withMessageContaining("does not implement metric math");
    }

    private static MetricDataQuery query(String id) {
        return MetricDataQuery.builder()
                .id(id)
                .metricStat(stat ->
                        stat.metric(metric -> metric.namespace("shop").metricName("Errors"))
                                .period(60)
                                .stat("Sum"))
                .build();
    }

    @Test
    void metricDataComesInPagesNewestFirst() {
        for (int minute = 0; minute < 3; minute++) {
            put(datum().value((double) minute).timestamp(fixture.now().minusSeconds(60L * minute)));
        }
        List<Double> values = new ArrayList<>();
        List<GetMetricDataResponse> pages = new ArrayList<>();
        for (GetMetricDataResponse page :
                cloudWatch.getMetricDataPaginator(request ->
                        request.metricDataQueries(query("m1"))
                                .startTime(fixture.now().minus(Duration.ofHours(1)))
                                .endTime(fixture.now().plusSeconds(1))
                                .maxDatapoints(2))) {
            pages.add(page);
            values.addAll(page.metricDataResults().getFirst().values());
        }

        assertThat(values).containsExactly(0.0, 1.0, 2.0);
        assertThat(pages).hasSize(2);
        assertThat(pages.getFirst().metricDataResults().getFirst().statusCodeAsString())
                .isEqualTo("PartialData");
        assertThat(pages.getLast().metricDataResults().getFirst().label()).isEqualTo("Errors");
    }

    @Test
    void metricsAreListed() {
        put(
                datum().value(1.0).dimensions(Dimension.builder().name("Shop").value("1").build()),
                datum().value(1.0).metricName("Other"));

        assertThat(cloudWatch.listMetricsPaginator(request -> request.namespace("shop")).metrics())
                .extracting(each -> each.metricName())
                .containsExactly("Errors", "Other");
        assertThat(
                        cloudWatch
                                .listMetrics(request ->
                                        request.dimensions(
                                                DimensionFilter.builder().name("Shop").build()))
                                .metrics())
                .hasSize(1);
        assertThat(cloudWatch.listMetrics(request -> request.metricName("None")).metrics())
                .isEmpty();
        fixture.advance(Duration.ofHours(4));
        assertThat(cloudWatch.listMetrics(request -> request.recentlyActive("PT3H")).metrics())
                .isEmpty();
    }

    @Test
    void refusalsBecomeTheSdksOwnExceptions() {
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() ->
                        cloudWatch.setAlarmState(request ->
                                request.alarmName("none").stateValue("OK").stateReason("a test")))
                .satisfies(thrown -> {
                    assertThat(thrown.statusCode()).isEqualTo(404);
                    assertThat(thrown.awsErrorDetails().errorCode()).isEqualTo("ResourceNotFound");
                });
        assertThatExceptionOfType(InvalidParameterValueException.class)
                .isThrownBy(() -> put(datum().value(Double.NaN)));
        assertThatExceptionOfType(InvalidParameterCombinationException.class)
                .isThrownBy(() -> put(datum()));
        assertThatExceptionOfType(MissingRequiredParameterException.class)
                .isThrownBy(() -> put(datum().metricName(null).value(1.0)));
        assertThatExceptionOfType(InvalidParameterCombinationException.class)
                .isThrownBy(() ->
                        cloudWatch.getMetricStatistics(request ->
                                request.namespace("shop")
                                        .metricName("Errors")
                                        .startTime(fixture.now().minus(Duration.ofDays(2)))
                                        .endTime(fixture.now())
                                        .period(60)
                                        .statisticsWithStrings("Sum")))
                .withMessageContaining("exceeds the limit of 1440");
        assertThatExceptionOfType(CloudWatchException.class)
                .isThrownBy(() ->
                        cloudWatch.putCompositeAlarm(
                                request -> request.alarmName("all").alarmRule("ALARM(errors)")))
                .withMessageContaining("does not implement cloudwatch:PutCompositeAlarm");
    }

    @Test
    void allOrNoneOfTheAlarmsAreDeleted() {
        cloudWatch.putMetricAlarm(alarm("errors"));
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() ->
                        cloudWatch.deleteAlarms(request -> request.alarmNames("errors", "none")));
        assertThat(described("errors").alarmName()).isEqualTo("errors");

        cloudWatch.deleteAlarms(request -> request.alarmNames("errors"));

        assertThat(cloudWatch.describeAlarms().metricAlarms()).isEmpty();
    }
}
