package dev.dryberth.api.cloudwatch;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.metrics.AlarmHistory;
import dev.dryberth.core.metrics.StateReason;
import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.AlarmHistoryItem;
import dev.dryberth.core.model.AlarmState;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.DeleteAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmHistoryRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmHistoryResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsForMetricRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsForMetricResponse;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsRequest;
import software.amazon.awssdk.services.cloudwatch.model.DescribeAlarmsResponse;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateRequest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Alarms and their history. Loop thread. */
final class Alarms {

    /** How many alarms an account may have in a region; AWS's quota. */
    static final int MAX_ALARMS = 5000;

    private static final int MAX_NAMES = 100;
    private static final int MAX_RECORDS = 100;
    private static final int DEFAULT_RECORDS = 50;
    private static final int MAX_REASON_LENGTH = 1023;
    private static final int MAX_REASON_DATA_LENGTH = 4000;

    private final Clock clock;

    Alarms(Clock clock) {
        this.clock = clock;
    }

    void put(Tx tx, PutMetricAlarmRequest request) {
        Instant now = clock.now();
        AlarmArn arn = new AlarmArn(scope(), AlarmRules.name(request.alarmName()));
        Alarm before = tx.world().alarms().get(arn);
        if (before != null) {
            AlarmHistory.updated(
                    tx,
                    before.configured(
                            AlarmRules.description(request.alarmDescription()),
                            AlarmRules.checked(scope(), request),
                            AlarmRules.actions(request),
                            now));
            return;
        }
        if (all(tx).count() >= MAX_ALARMS) {
            throw CloudWatchErrors.tooMany("alarms", MAX_ALARMS);
        }
        AlarmHistory.created(
                tx,
                new Alarm(
                        arn,
                        AlarmRules.description(request.alarmDescription()),
                        AlarmRules.checked(scope(), request),
                        AlarmRules.actions(request),
                        now,
                        AlarmState.INSUFFICIENT_DATA,
                        StateReason.UNCHECKED,
                        null,
                        now,
                        now,
                        AlarmTags.checked(request.tags())));
    }

    private static Scope scope() {
        return Caller.CURRENT.get().scope();
    }

    private static Stream<Alarm> all(Tx tx) {
        Scope scope = scope();
        return tx.world().alarms().all().stream().filter(each -> each.arn().scope().equals(scope));
    }

    private static @Nullable Alarm find(Tx tx, String name) {
        return tx.world().alarms().get(new AlarmArn(scope(), name));
    }

    DescribeAlarmsResponse describe(Tx tx, DescribeAlarmsRequest request) {
        if (request.childrenOfAlarmName() != null || request.parentsOfAlarmName() != null) {
            throw CloudWatchErrors.notBuilt("composite alarms");
        }
        if (request.hasAlarmNames() && request.alarmNamePrefix() != null) {
            throw CloudWatchErrors.combination(
                    "AlarmNames and AlarmNamePrefix can't be specified together.");
        }
        if (request.alarmNames().size() > MAX_NAMES) {
            throw CloudWatchErrors.invalid(
                    "AlarmNames", request.alarmNames().size() + " of them", "at most 100");
        }
        int size = Pages.size("MaxRecords", request.maxRecords(), DEFAULT_RECORDS, MAX_RECORDS);
        boolean metricAlarms =
                request.alarmTypes().isEmpty()
                        || request.alarmTypes().contains(AlarmType.METRIC_ALARM);
        List<Alarm> found =
                metricAlarms ? all(tx).filter(each -> isWanted(request, each)).toList() : List.of();
        Pages.Page<Alarm> page = Pages.of("DescribeAlarms", size, request.nextToken()).page(found);
        return DescribeAlarmsResponse.builder()
                .metricAlarms(page.items().stream().map(AlarmViews::onTheWire).toList())
                .compositeAlarms(List.of())
                .nextToken(page.nextToken())
                .build();
    }

    private static boolean isWanted(DescribeAlarmsRequest request, Alarm alarm) {
        String name = alarm.arn().name();
        String state = request.stateValueAsString();
        String action = request.actionPrefix();
        return (!request.hasAlarmNames() || request.alarmNames().contains(name))
                && (request.alarmNamePrefix() == null || name.startsWith(request.alarmNamePrefix()))
                && (state == null || state.equals(alarm.state().name()))
                && (action == null
                        || Stream.of(
                                        alarm.actions().ok(),
                                        alarm.actions().alarm(),
                                        alarm.actions().insufficientData())
                                .flatMap(List::stream)
                                .anyMatch(each -> each.startsWith(action)));
    }

    DescribeAlarmsForMetricResponse describeForMetric(
            Tx tx, DescribeAlarmsForMetricRequest request) {
        Metric metric =
                MetricRules.metric(
                        "", request.namespace(), request.metricName(), request.dimensions());
        String statistic =
                request.statisticAsString() == null
                        ? request.extendedStatistic()
                        : request.statisticAsString();
        return DescribeAlarmsForMetricResponse.builder()
                .metricAlarms(
                        all(tx).filter(each -> each.rule().metric().equals(metric))
                                .filter(each ->
                                        statistic == null
                                                || statistic.equals(each.rule().statistic()))
                                .filter(each ->
                                        request.period() == null
                                                || request.period()
                                                        == each.rule().period().toSeconds())
                                .filter(each ->
                                        request.unitAsString() == null
                                                || request.unitAsString()
                                                        .equals(each.rule().unit()))
                                .map(AlarmViews::onTheWire)
                                .toList())
                .build();
    }

    /** Deletes all of them, or none when one does not exist. */
    void delete(Tx tx, DeleteAlarmsRequest request) {
        if (request.alarmNames().isEmpty()) {
            throw CloudWatchErrors.missing("AlarmNames");
        }
        if (request.alarmNames().size() > MAX_NAMES) {
            throw CloudWatchErrors.invalid(
                    "AlarmNames", request.alarmNames().size() + " of them", "at most 100");
        }
        for (String name : request.alarmNames().stream().distinct().toList()) {
            Alarm alarm = find(tx, name);
            if (alarm == null) {
                throw CloudWatchErrors.noSuchAlarm(name);
            }
            AlarmHistory.deleted(tx, alarm, clock.now());
        }
    }

    void setState(Tx tx, SetAlarmStateRequest request) {
        String name = AlarmRules.name(request.alarmName());
        String reason = request.stateReason();
        if (reason == null) {
            throw CloudWatchErrors.missing("StateReason");
        }
        if (reason.length() > MAX_REASON_LENGTH) {
            throw CloudWatchErrors.invalid("StateReason", reason, "at most 1023 characters");
        }
        String data = request.stateReasonData();
        if (data != null && data.length() > MAX_REASON_DATA_LENGTH) {
            throw CloudWatchErrors.invalid("StateReasonData", data, "at most 4000 characters");
        }
        AlarmState state = state(request.stateValueAsString());
        Alarm alarm = find(tx, name);
        if (alarm == null) {
            throw CloudWatchErrors.noSuchAlarm(name);
        }
        AlarmHistory.inState(tx, alarm, state, reason, data, clock.now());
    }

    private static AlarmState state(@Nullable String name) {
        if (name == null) {
            throw CloudWatchErrors.missing("StateValue");
        }
        for (AlarmState each : AlarmState.values()) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        throw CloudWatchErrors.validation(
                "StateValue must be one of OK, ALARM and INSUFFICIENT_DATA: " + name + ".");
    }

    /** Alarms that do not exist are passed over, as AWS does. [?] */
    void enableActions(Tx tx, List<String> names, boolean enabled) {
        if (names.isEmpty()) {
            throw CloudWatchErrors.missing("AlarmNames");
        }
        names.stream()
                .map(name -> find(tx, name))
                .filter(Objects::nonNull)
                .forEach(alarm -> {
                    Alarm.Actions actions = alarm.actions();
                    if (actions.enabled() != enabled) {
                        AlarmHistory.updated(
                                tx,
                                alarm.withActions(
                                        new Alarm.Actions(
                                                enabled,
                                                actions.ok(),
                                                actions.alarm(),
                                                actions.insufficientData()),
                                        clock.now()));
                    }
                });
    }

    DescribeAlarmHistoryResponse history(Tx tx, DescribeAlarmHistoryRequest request) {
        Scope scope = scope();
        String type = request.historyItemTypeAsString();
        Instant from = request.startDate();
        Instant to = request.endDate();
        boolean metricAlarms =
                request.alarmTypes().isEmpty()
                        || request.alarmTypes().contains(AlarmType.METRIC_ALARM);
        List<AlarmHistoryItem> found =
                new ArrayList<>(
                        request.alarmName() == null
                                ? tx.world().alarmHistory().all()
                                : AlarmHistory.of(tx, new AlarmArn(scope, request.alarmName())));
        found.removeIf(each ->
                !metricAlarms
                        || request.alarmContributorId() != null
                        || !each.key().alarm().scope().equals(scope)
                        || (type != null && !type.equals(each.type().wireName()))
                        || (from != null && each.at().isBefore(from))
                        || (to != null && each.at().isAfter(to)));
        Comparator<AlarmHistoryItem> order =
                Comparator.comparing(AlarmHistoryItem::at)
                        .thenComparingLong(each -> each.key().sequence());
        found.sort(request.scanBy() == ScanBy.TIMESTAMP_ASCENDING ? order : order.reversed());
        int size = Pages.size("MaxRecords", request.maxRecords(), DEFAULT_RECORDS, MAX_RECORDS);
        Pages.Page<AlarmHistoryItem> page =
                Pages.of("DescribeAlarmHistory", size, request.nextToken()).page(found);
        return DescribeAlarmHistoryResponse.builder()
                .alarmHistoryItems(page.items().stream().map(AlarmViews::onTheWire).toList())
                .nextToken(page.nextToken())
                .build();
    }
}
