package dev.dryberth.api.cloudwatch;

import dev.dryberth.core.metrics.Aggregate;
import dev.dryberth.core.metrics.MetricStore;
import dev.dryberth.core.metrics.Statistic;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataQuery;
import software.amazon.awssdk.services.cloudwatch.model.MetricDataResult;
import software.amazon.awssdk.services.cloudwatch.model.MetricStat;
import software.amazon.awssdk.services.cloudwatch.model.ScanBy;
import software.amazon.awssdk.services.cloudwatch.model.StatusCode;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** GetMetricData, of metrics as they are: metric math and SQL are refused. Loop thread. */
final class MetricQueries {

    private static final int MAX_QUERIES = 500;
    private static final int MAX_DATAPOINTS = 100_800;
    private static final long MILLIS = 1000;
    private static final Pattern ID = Pattern.compile("[a-z][A-Za-z0-9_]{0,254}");

    private final MetricStore store;
    private final BiConsumer<Scope, Metric> asked;

    /**
     * Reads from a store.
     *
     * @param asked told of each metric somebody wants to know about
     */
    MetricQueries(MetricStore store, BiConsumer<Scope, Metric> asked) {
        this.store = store;
        this.asked = asked;
    }

    /** One query of one metric. */
    private record Query(
            String id,
            String label,
            Metric metric,
            int period,
            Statistic statistic,
            boolean shown,
            @Nullable String unit) {}

    GetMetricDataResponse get(Scope scope, GetMetricDataRequest request) {
        if (request.startTime() == null || request.endTime() == null) {
            throw CloudWatchErrors.missing(request.startTime() == null ? "StartTime" : "EndTime");
        }
        if (!request.startTime().isBefore(request.endTime())) {
            throw CloudWatchErrors.validation(
                    "The parameter StartTime must be less than the parameter EndTime.");
        }
        List<Query> queries = queries(scope, request.metricDataQueries());
        queries.forEach(each -> asked.accept(scope, each.metric()));
        boolean ascending = request.scanBy() == ScanBy.TIMESTAMP_ASCENDING;
        int size =
                Pages.size(
                        "MaxDatapoints", request.maxDatapoints(), MAX_DATAPOINTS, MAX_DATAPOINTS);
        Pages pages = Pages.of("GetMetricData", size, request.nextToken());
        List<MetricDataResult> results = new ArrayList<>();
        int skip = pages.from();
        int left = size;
        String next = null;
        for (Query each : queries) {
            if (!each.shown()) {
                continue;
            }
            Series series = series(scope, each, request, ascending);
            int from = Math.min(skip, series.times().size());
            int to = Math.min(series.times().size(), from + left);
            skip -= from;
            left -= to - from;
            boolean complete = to == series.times().size();
            results.add(result(each, series, from, to, complete));
            if (!complete && next == null) {
                next = pages.token(pages.from() + size);
            }
        }
        return GetMetricDataResponse.builder()
                .metricDataResults(results)
                .messages(List.of())
                .nextToken(next)
                .build();
    }

    private record Series(List<Instant> times, List<Double> values) {}

    private Series series(
            Scope scope, Query query, GetMetricDataRequest request, boolean ascending) {
        Instant from = Statistics.rounded(request.startTime(), query.period());
        NavigableMap<Instant, Aggregate> found =
                store.read(
                        scope,
                        query.metric(),
                        query.unit(),
                        from,
                        request.endTime(),
                        query.period() * MILLIS);
        List<Instant> times = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        for (Map.Entry<Instant, Aggregate> each :
                (ascending ? found : found.descendingMap()).entrySet()) {
            OptionalDouble value = query.statistic().of(each.getValue());
            if (value.isPresent()) {
                times.add(each.getKey());
                values.add(value.getAsDouble());
            }
        }
        return new Series(times, values);
    }

    private static MetricDataResult result(
            Query query, Series series, int from, int to, boolean complete) {
        return MetricDataResult.builder()
                .id(query.id())
                .label(query.label())
                .timestamps(series.times().subList(from, to))
                .values(series.values().subList(from, to))
                .statusCode(complete ? StatusCode.COMPLETE : StatusCode.PARTIAL_DATA)
                .build();
    }

    private static List<Query> queries(Scope scope, List<MetricDataQuery> wanted) {
        if (wanted.isEmpty()) {
            throw CloudWatchErrors.missing("MetricDataQueries");
        }
        if (wanted.size() > MAX_QUERIES) {
            throw CloudWatchErrors.validation(
                    "The collection MetricDataQueries must not have a size greater than 500.");
        }
        List<Query> queries = new ArrayList<>();
        TreeSet<String> ids = new TreeSet<>();
        for (MetricDataQuery each : wanted) {
            MetricStat stat = plain(scope, each);
            if (!ids.add(each.id())) {
                throw CloudWatchErrors.validation(
                        "The values for parameter id in MetricDataQueries are not unique.");
            }
            Metric metric =
                    MetricRules.metric(
                            "MetricStat.Metric.",
                            stat.metric().namespace(),
                            stat.metric().metricName(),
                            stat.metric().dimensions());
            queries.add(
                    new Query(
                            each.id(),
                            each.label() == null ? metric.name() : each.label(),
                            metric,
                            MetricRules.period("MetricStat.Period", stat.period()),
                            MetricRules.statistic("MetricStat.Stat", stat.stat()),
                            !Boolean.FALSE.equals(each.returnData()),
                            MetricRules.unit("MetricStat.Unit", stat.unitAsString())));
        }
        return queries;
    }

    /** The metric a query is of, which must be just that. */
    static MetricStat plain(Scope scope, MetricDataQuery query) {
        String id = query.id();
        if (id == null || !ID.matcher(id).matches()) {
            throw CloudWatchErrors.validation(
                    "The value %s for parameter Id is not matching the expected pattern: it begins with a lower-case letter and has letters, digits and underscores only."
                            .formatted(id));
        }
        if (query.expression() != null) {
            throw CloudWatchErrors.notBuilt(
                    "metric math and SQL (the Expression of query " + id + ")");
        }
        if (query.accountId() != null && !query.accountId().equals(scope.account())) {
            throw CloudWatchErrors.notBuilt(
                    "metrics of another account (the AccountId of query " + id + ")");
        }
        MetricStat stat = query.metricStat();
        if (stat == null || stat.metric() == null || stat.stat() == null) {
            throw CloudWatchErrors.validation(
                    "Query " + id + " needs a MetricStat with a Metric, a Period and a Stat.");
        }
        return stat;
    }
}
