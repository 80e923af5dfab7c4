package dev.dryberth.api.cloudwatch;

import dev.dryberth.api.aws.AwsService;
import dev.dryberth.api.aws.cbor.RpcV2Cbor;
import dev.dryberth.api.aws.json.AwsJson;
import dev.dryberth.api.aws.query.AwsQuery;
import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.metrics.MetricStore;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.wire.Fragments;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmHistoryRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmHistoryResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsForMetricRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsForMetricResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.DisableAlarmActionsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DisableAlarmActionsResponse;
import software.amazon.awssdk.services.cloudwatch.model.EnableAlarmActionsRequest;
import software.amazon.awssdk.services.cloudwatch.model.EnableAlarmActionsResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsResponse;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsResponse;
import software.amazon.awssdk.services.cloudwatch.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmResponse;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateRequest;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateResponse;
import software.amazon.awssdk.services.cloudwatch.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatch.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudwatch.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudwatch.model.UntagResourceResponse;

import java.util.List;

/**
 * CloudWatch, as far as deployments, autoscaling and tests need it: the table of its operations.
 * Metric math, composite alarms, anomaly detection, dashboards and streams are not built. May be
 * called on any thread; the operations run on the loop.
 */
public final class CloudWatch implements CloudWatchClient {

    private static final String TARGET = "GraniteServiceVersion20100801";
    private static final String VERSION = "2010-08-01";
    private static final String NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/";

    private final Engine engine;

    /** Made when first asked for: a daemon nobody asks for a metric has none of these classes. */
    private @Nullable Parts parts;

    public CloudWatch(Engine engine) {
        this.engine = engine;
    }

    /** CloudWatch as the request chain serves it: in each of the protocols that clients speak. */
    public AwsService service() {
        return new AwsService(
                "cloudwatch",
                List.of(TARGET, VERSION),
                List.of(SERVICE_NAME),
                List.of(
                        RpcV2Cbor.INSTANCE,
                        AwsJson.V1_0_AND_QUERY,
                        AwsQuery.of(VERSION, NAMESPACE)),
                CloudWatchClient.class,
                this,
                CloudWatchCoverage.recordedOnly(),
                List.of(),
                List.of(),
                Fragments.NONE);
    }

    private static final class Parts {

        final Measurements measurements;
        final Statistics statistics;
        final MetricQueries queries;
        final MetricLists lists;
        final Alarms alarms;

        Parts(Engine engine) {
            MetricStore store = engine.alarming().store();
            Clock clock = engine.loop().clock();
            measurements = new Measurements(store, clock);
            statistics = new Statistics(store);
            queries = new MetricQueries(store, engine.utilization()::asked);
            lists = new MetricLists(store, clock);
            alarms = new Alarms(clock);
        }
    }

    private Parts parts() {
        if (parts == null) {
            parts = new Parts(engine);
        }
        return parts;
    }

    private static Scope scope() {
        return Caller.CURRENT.get().scope();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public PutMetricDataResponse putMetricData(PutMetricDataRequest request) {
        return engine.call(tx -> {
            parts().measurements.put(scope(), request);
            return PutMetricDataResponse.builder().build();
        });
    }

    @Override
    public GetMetricStatisticsResponse getMetricStatistics(GetMetricStatisticsRequest request) {
        return engine.call(tx -> {
            Metric metric =
                    MetricRules.metric(
                            "", request.namespace(), request.metricName(), request.dimensions());
            engine.utilization().asked(scope(), metric);
            return parts().statistics.get(scope(), metric, request);
        });
    }

    @Override
    public GetMetricDataResponse getMetricData(GetMetricDataRequest request) {
        return engine.call(tx -> parts().queries.get(scope(), request));
    }

    @Override
    public ListMetricsResponse listMetrics(ListMetricsRequest request) {
        return engine.call(tx -> parts().lists.list(scope(), request));
    }

    @Override
    public PutMetricAlarmResponse putMetricAlarm(PutMetricAlarmRequest request) {
        return engine.call(tx -> {
            parts().alarms.put(tx, request);
            return PutMetricAlarmResponse.builder().build();
        });
    }

    @Override
    public DescribeAlarmsResponse describeAlarms(DescribeAlarmsRequest request) {
        return engine.call(tx -> parts().alarms.describe(tx, request));
    }

    @Override
    public DescribeAlarmsForMetricResponse describeAlarmsForMetric(
            DescribeAlarmsForMetricRequest request) {
        return engine.call(tx -> parts().alarms.describeForMetric(tx, request));
    }

    @Override
    public DescribeAlarmHistoryResponse describeAlarmHistory(DescribeAlarmHistoryRequest request) {
        return engine.call(tx -> parts().alarms.history(tx, request));
    }

    @Override
    public SetAlarmStateResponse setAlarmState(SetAlarmStateRequest request) {
        return engine.call(tx -> {
            parts().alarms.setState(tx, request);
            return SetAlarmStateResponse.builder().build();
        });
    }

    @Override
    public DeleteAlarmsResponse deleteAlarms(DeleteAlarmsRequest request) {
        return engine.call(tx -> {
            parts().alarms.delete(tx, request);
            return DeleteAlarmsResponse.builder().build();
        });
    }

    @Override
    public EnableAlarmActionsResponse enableAlarmActions(EnableAlarmActionsRequest request) {
        return engine.call(tx -> {
            parts().alarms.enableActions(tx, request.alarmNames(), true);
            return EnableAlarmActionsResponse.builder().build();
        });
    }

    @Override
    public DisableAlarmActionsResponse disableAlarmActions(DisableAlarmActionsRequest request) {
        return engine.call(tx -> {
            parts().alarms.enableActions(tx, request.alarmNames(), false);
            return DisableAlarmActionsResponse.builder().build();
        });
    }

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        return engine.call(tx -> {
            AlarmTags.tag(tx, request.resourceARN(), request.tags());
            return TagResourceResponse.builder().build();
        });
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        return engine.call(tx -> {
            AlarmTags.untag(tx, request.resourceARN(), request.tagKeys());
            return UntagResourceResponse.builder().build();
        });
    }

    @Override
    public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        return engine.call(tx ->
                ListTagsForResourceResponse.builder()
                        .tags(AlarmTags.list(tx, request.resourceARN()))
                        .build());
    }
}
