package dev.dryberth.api.cloudwatch;

import dev.dryberth.core.metrics.Statistic;
import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmRule;
import dev.dryberth.core.model.AlarmRule.Comparison;
import dev.dryberth.core.model.AlarmRule.MissingData;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

import java.time.Duration;
import java.util.List;

/** What is asked of an alarm's configuration. Stateless, any thread. */
final class AlarmRules {

    static final int MAX_NAME_LENGTH = 255;
    private static final int MAX_DESCRIPTION_LENGTH = 1024;
    private static final int MAX_ACTIONS = 5;
    private static final int SECONDS_PER_HOUR = 3600;
    private static final long ONE_DAY = 86_400;
    private static final long SEVEN_DAYS = 7 * ONE_DAY;

    private AlarmRules() {}

    /** How a request names the metric, its statistic and the period. */
    private record Watched(
            Metric metric,
            String statistic,
            int period,
            @Nullable String unit,
            AlarmRule.@Nullable Query query) {}

    static AlarmRule checked(Scope scope, PutMetricAlarmRequest request) {
        if (request.thresholdMetricId() != null) {
            throw CloudWatchErrors.notBuilt("alarms on anomaly detection (ThresholdMetricId)");
        }
        if (request.evaluationCriteria() != null || request.evaluationInterval() != null) {
            throw CloudWatchErrors.notBuilt(
                    "alarms on queries (EvaluationCriteria, EvaluationInterval)");
        }
        Watched watched = request.hasMetrics() ? query(scope, request) : plain(request);
        int periods = atLeastOne("EvaluationPeriods", request.evaluationPeriods());
        Integer needed = request.datapointsToAlarm();
        if (needed != null && (needed < 1 || needed > periods)) {
            throw CloudWatchErrors.validation(
                    "DatapointsToAlarm must be from 1 to EvaluationPeriods: " + needed + ".");
        }
        long most = watched.period() >= SECONDS_PER_HOUR ? SEVEN_DAYS : ONE_DAY;
        if ((long) watched.period() * periods > most) {
            throw CloudWatchErrors.validation(
                    "Metrics cannot be checked across more than %s (EvaluationPeriods * Period must be <= %d)."
                            .formatted(most == ONE_DAY ? "a day" : "seven days", most));
        }
        Double threshold = request.threshold();
        if (threshold == null) {
            throw CloudWatchErrors.missing("Threshold");
        }
        if (!Double.isFinite(threshold)) {
            throw CloudWatchErrors.invalid("Threshold", threshold, "a finite number");
        }
        return new AlarmRule(
                watched.metric(),
                watched.statistic(),
                Duration.ofSeconds(watched.period()),
                watched.unit(),
                periods,
                needed,
                threshold,
                comparison(request.comparisonOperatorAsString()),
                missingData(request.treatMissingData()),
                lowSampleCount(watched.statistic(), request.evaluateLowSampleCountPercentile()),
                watched.query());
    }

    private static Watched plain(PutMetricAlarmRequest request) {
        String simple = request.statisticAsString();
        String extended = request.extendedStatistic();
        if ((simple == null) == (extended == null)) {
            throw CloudWatchErrors.validation(
                    "Exactly one of Statistic and ExtendedStatistic must be specified.");
        }
        if (simple != null && Statistic.simple(simple) == null) {
            throw CloudWatchErrors.invalid(
                    "Statistic", simple, "SampleCount, Average, Sum, Minimum or Maximum");
        }
        if (extended != null
                && MetricRules.statistic("ExtendedStatistic", extended)
                        instanceof Statistic.Simple) {
            throw CloudWatchErrors.invalid("ExtendedStatistic", extended, "p90 or the like");
        }
        return new Watched(
                MetricRules.metric(
                        "", request.namespace(), request.metricName(), request.dimensions()),
                simple == null ? String.valueOf(extended) : simple,
                period(request.period()),
                MetricRules.unit("Unit", request.unitAsString()),
                null);
    }

    /** A list of queries may have one only, which is of a metric: there is no metric math. */
    private static Watched query(Scope scope, PutMetricAlarmRequest request) {
        if (request.metricName() != null
                || request.namespace() != null
                || request.period() != null
                || request.statisticAsString() != null
                || request.extendedStatistic() != null
                || request.hasDimensions()) {
            throw CloudWatchErrors.validation(
                    "Metrics can't be given together with MetricName, Namespace, Dimensions,"
                            + " Period, Unit, Statistic or ExtendedStatistic.");
        }
        List<MetricDataQuery> queries = request.metrics();
        queries.forEach(each -> MetricQueries.plain(scope, each));
        if (queries.size() != 1) {
            throw CloudWatchErrors.notBuilt(
                    "alarms on several metrics (Metrics has %d members)".formatted(queries.size()));
        }
        MetricDataQuery query = queries.getFirst();
        MetricStat stat = MetricQueries.plain(scope, query);
        if (Boolean.FALSE.equals(query.returnData())) {
            throw CloudWatchErrors.validation(
                    "Exactly one element of the metrics list should return data.");
        }
        MetricRules.statistic("Metrics.member.1.MetricStat.Stat", stat.stat());
        return new Watched(
                MetricRules.metric(
                        "Metrics.member.1.MetricStat.Metric.",
                        stat.metric().namespace(),
                        stat.metric().metricName(),
                        stat.metric().dimensions()),
                stat.stat(),
                period(stat.period()),
                MetricRules.unit("Metrics.member.1.MetricStat.Unit", stat.unitAsString()),
                new AlarmRule.Query(
                        query.id(),
                        query.label(),
                        query.accountId() == null ? List.of() : List.of(query.accountId())));
    }

    private static int period(@Nullable Integer given) {
        int period = MetricRules.period("Period", given);
        if (period < 10) {
            throw CloudWatchErrors.validation(
                    "Period must be 10, 20, 30 or a multiple of 60: " + period + ".");
        }
        return period;
    }

    private static int atLeastOne(String name, @Nullable Integer value) {
        if (value == null) {
            throw CloudWatchErrors.missing(name);
        }
        if (value < 1) {
            throw CloudWatchErrors.invalid(name, value, "at least 1");
        }
        return value;
    }

    private static Comparison comparison(@Nullable String name) {
        if (name == null) {
            throw CloudWatchErrors.missing("ComparisonOperator");
        }
        for (Comparison each : Comparison.values()) {
            if (each.wireName().equals(name)) {
                return each;
            }
        }
        if (name.contains("Lower") || name.contains("Upper")) {
            throw CloudWatchErrors.notBuilt("alarms on anomaly detection (" + name + ")");
        }
        throw CloudWatchErrors.invalid("ComparisonOperator", name, "GreaterThanThreshold, say");
    }

    private static @Nullable MissingData missingData(@Nullable String name) {
        if (name == null) {
            return null;
        }
        for (MissingData each : MissingData.values()) {
            if (each.wireName().equals(name)) {
                return each;
            }
        }
        throw CloudWatchErrors.validation(
                "TreatMissingData must be one of breaching, notBreaching, ignore and missing: "
                        + name
                        + ".");
    }

    private static @Nullable Boolean lowSampleCount(String statistic, @Nullable String treatment) {
        if (treatment == null) {
            return null;
        }
        if (!statistic.startsWith("p")) {
            throw CloudWatchErrors.validation(
                    "EvaluateLowSampleCountPercentile is for percentiles only.");
        }
        return switch (treatment) {
            case "evaluate" -> false;
            case "ignore" -> true;
            default ->
                    throw CloudWatchErrors.validation(
                            "EvaluateLowSampleCountPercentile must be evaluate or ignore: "
                                    + treatment
                                    + ".");
        };
    }

    static String name(@Nullable String name) {
        return MetricRules.text("AlarmName", name, MAX_NAME_LENGTH);
    }

    static @Nullable String description(@Nullable String text) {
        if (text != null && text.length() > MAX_DESCRIPTION_LENGTH) {
            throw CloudWatchErrors.invalid("AlarmDescription", text, "at most 1024 characters");
        }
        return text;
    }

    static Alarm.Actions actions(PutMetricAlarmRequest request) {
        return new Alarm.Actions(
                !Boolean.FALSE.equals(request.actionsEnabled()),
                actions("OKActions", request.okActions()),
                actions("AlarmActions", request.alarmActions()),
                actions("InsufficientDataActions", request.insufficientDataActions()));
    }

    private static List<String> actions(String name, List<String> arns) {
        if (arns.size() > MAX_ACTIONS) {
            throw CloudWatchErrors.invalid(name, arns.size() + " of them", "at most 5");
        }
        for (String each : arns) {
            if (!each.startsWith("arn:")) {
                throw CloudWatchErrors.validation(
                        "Invalid arn syntax in " + name + ": " + each + ".");
            }
        }
        return List.copyOf(arns);
    }
}
