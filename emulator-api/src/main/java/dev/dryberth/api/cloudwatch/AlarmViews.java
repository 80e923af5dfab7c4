package dev.dryberth.api.cloudwatch;

import dev.dryberth.core.metrics.Statistic;
import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmHistoryItem;
import dev.dryberth.core.model.AlarmRule;

import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;

/** Alarms as AWS shows them. Stateless, any thread. */
final class AlarmViews {

    private AlarmViews() {}

    static MetricAlarm onTheWire(Alarm alarm) {
        AlarmRule rule = alarm.rule();
        MetricAlarm.Builder view =
                MetricAlarm.builder()
                        .alarmName(alarm.arn().name())
                        .alarmArn(alarm.arn().toString())
                        .alarmDescription(alarm.description())
                        .alarmConfigurationUpdatedTimestamp(alarm.configuredAt())
                        .actionsEnabled(alarm.actions().enabled())
                        .okActions(alarm.actions().ok())
                        .alarmActions(alarm.actions().alarm())
                        .insufficientDataActions(alarm.actions().insufficientData())
                        .stateValue(alarm.state().name())
                        .stateReason(alarm.stateReason())
                        .stateReasonData(alarm.stateReasonData())
                        .stateUpdatedTimestamp(alarm.updatedAt())
                        .stateTransitionedTimestamp(alarm.transitionedAt())
                        .evaluationPeriods(rule.evaluationPeriods())
                        .datapointsToAlarm(rule.datapointsToAlarm())
                        .threshold(rule.threshold())
                        .comparisonOperator(rule.comparison().wireName())
                        .treatMissingData(
                                rule.missingData() == null ? null : rule.missingData().wireName());
        if (rule.ignoresLowSampleCount() != null) {
            view.evaluateLowSampleCountPercentile(
                    rule.ignoresLowSampleCount() ? "ignore" : "evaluate");
        }
        return (rule.query() == null ? plain(view, rule) : query(view, rule, rule.query())).build();
    }

    private static MetricAlarm.Builder plain(MetricAlarm.Builder view, AlarmRule rule) {
        boolean simple = Statistic.simple(rule.statistic()) != null;
        return view.namespace(rule.metric().namespace())
                .metricName(rule.metric().name())
                .dimensions(MetricRules.onTheWire(rule.metric()))
                .period(seconds(rule))
                .unit(rule.unit())
                .statistic(simple ? rule.statistic() : null)
                .extendedStatistic(simple ? null : rule.statistic());
    }

    private static MetricAlarm.Builder query(
            MetricAlarm.Builder view, AlarmRule rule, AlarmRule.Query query) {
        return view.metrics(
                MetricDataQuery.builder()
                        .id(query.id())
                        .label(query.label())
                        .returnData(true)
                        .accountId(
                                query.accountIds().isEmpty() ? null : query.accountIds().getFirst())
                        .metricStat(
                                MetricStat.builder()
                                        .metric(MetricLists.onTheWire(rule.metric()))
                                        .period(seconds(rule))
                                        .stat(rule.statistic())
                                        .unit(rule.unit())
                                        .build())
                        .build());
    }

    private static int seconds(AlarmRule rule) {
        return (int) rule.period().toSeconds();
    }

    static software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem onTheWire(
            AlarmHistoryItem item) {
        return software.amazon.awssdk.services.cloudwatch.model.AlarmHistoryItem.builder()
                .alarmName(item.key().alarm().name())
                .alarmType(AlarmType.METRIC_ALARM)
                .timestamp(item.at())
                .historyItemType(item.type().wireName())
                .historySummary(item.summary())
                .historyData(item.data())
                .build();
    }
}
