package dev.dryberth.api.cloudwatch;

import dev.dryberth.core.metrics.Aggregate;
import dev.dryberth.core.metrics.MetricStore;
import dev.dryberth.core.metrics.Statistic;
import dev.dryberth.core.metrics.Statistic.Simple;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;

import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStatisticsResponse;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** GetMetricStatistics. Loop thread. */
final class Statistics {

    private static final int MAX_DATAPOINTS = 1440;
    private static final int MAX_EXTENDED = 10;
    private static final long MILLIS = 1000;

    private final MetricStore store;

    Statistics(MetricStore store) {
        this.store = store;
    }

    /** Datapoints of different units stand apart, as AWS has them, in the order of time. */
    GetMetricStatisticsResponse get(
            Scope scope, Metric metric, GetMetricStatisticsRequest request) {
        int period = MetricRules.period("Period", request.period());
        if (request.startTime() == null || request.endTime() == null) {
            throw CloudWatchErrors.missing(request.startTime() == null ? "StartTime" : "EndTime");
        }
        if (!request.startTime().isBefore(request.endTime())) {
            throw CloudWatchErrors.combination(
                    "The parameter StartTime must be less than the parameter EndTime.");
        }
        Map<String, Statistic> statistics = statistics(request);
        Instant from = rounded(request.startTime(), Math.min(period, 60));
        long asked =
                Math.ceilDiv(Duration.between(from, request.endTime()).toMillis(), period * MILLIS);
        if (asked > MAX_DATAPOINTS) {
            throw CloudWatchErrors.combination(
                    "You have requested up to %d datapoints, which exceeds the limit of %d. You may reduce the datapoints requested by increasing Period, or decreasing the time range."
                            .formatted(asked, MAX_DATAPOINTS));
        }
        String unit = MetricRules.unit("Unit", request.unitAsString());
        List<Datapoint> datapoints = new ArrayList<>();
        for (String each : store.units(scope, metric)) {
            if (unit == null || unit.equals(each)) {
                store.read(scope, metric, each, from, request.endTime(), period * MILLIS)
                        .forEach((at, values) ->
                                datapoints.add(datapoint(at, each, values, statistics)));
            }
        }
        datapoints.sort(Comparator.comparing(Datapoint::timestamp));
        return GetMetricStatisticsResponse.builder()
                .label(metric.name())
                .datapoints(datapoints)
                .build();
    }

    static Instant rounded(Instant time, int seconds) {
        long length = seconds * MILLIS;
        return Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), length) * length);
    }

    private static Map<String, Statistic> statistics(GetMetricStatisticsRequest request) {
        List<String> simple = request.statisticsAsStrings();
        List<String> extended = request.extendedStatistics();
        if (simple.isEmpty() && extended.isEmpty()) {
            throw CloudWatchErrors.combination(
                    "At least one of the parameters Statistics and ExtendedStatistics must be"
                            + " specified.");
        }
        if (extended.size() > MAX_EXTENDED) {
            throw CloudWatchErrors.invalid(
                    "ExtendedStatistics", extended.size() + " of them", "at most 10");
        }
        Map<String, Statistic> statistics = new LinkedHashMap<>();
        for (String each : simple) {
            Simple known = Statistic.simple(each);
            if (known == null) {
                throw CloudWatchErrors.invalid(
                        "Statistics", each, "SampleCount, Average, Sum, Minimum or Maximum");
            }
            statistics.put(each, known);
        }
        for (String each : extended) {
            Statistic known = MetricRules.statistic("ExtendedStatistics", each);
            if (known instanceof Simple) {
                throw CloudWatchErrors.invalid("ExtendedStatistics", each, "p90 or the like");
            }
            statistics.put(each, known);
        }
        return statistics;
    }

    private static Datapoint datapoint(
            Instant at, String unit, Aggregate values, Map<String, Statistic> statistics) {
        Datapoint.Builder point = Datapoint.builder().timestamp(at).unit(unit);
        Map<String, Double> extended = new LinkedHashMap<>();
        statistics.forEach((name, statistic) ->
                statistic
                        .of(values)
                        .ifPresent(value -> {
                            if (statistic instanceof Simple simple) {
                                set(point, simple, value);
                            } else {
                                extended.put(name, value);
                            }
                        }));
        if (!extended.isEmpty()) {
            point.extendedStatistics(extended);
        }
        return point.build();
    }

    private static void set(Datapoint.Builder point, Simple statistic, double value) {
        switch (statistic) {
            case SAMPLE_COUNT -> point.sampleCount(value);
            case AVERAGE -> point.average(value);
            case SUM -> point.sum(value);
            case MINIMUM -> point.minimum(value);
            case MAXIMUM -> point.maximum(value);
        }
    }
}
