package dev.dryberth.api.cloudwatch;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.metrics.MetricStore;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;

import software.amazon.awssdk.services.cloudwatch.model.DimensionFilter;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListMetricsResponse;
import software.amazon.awssdk.services.cloudwatch.model.RecentlyActive;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** ListMetrics: those with measurements in the last two weeks. Loop thread. */
final class MetricLists {

    private static final int PAGE_SIZE = 500;
    private static final Duration RECENT = Duration.ofHours(3);

    private final MetricStore store;
    private final Clock clock;

    MetricLists(MetricStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    ListMetricsResponse list(Scope scope, ListMetricsRequest request) {
        String recently = request.recentlyActiveAsString();
        if (recently != null && request.recentlyActive() != RecentlyActive.PT3_H) {
            throw CloudWatchErrors.invalid("RecentlyActive", recently, "PT3H");
        }
        boolean elsewhere =
                request.owningAccount() != null && !request.owningAccount().equals(scope.account());
        Instant since = recently == null ? Instant.MIN : clock.now().minus(RECENT);
        List<software.amazon.awssdk.services.cloudwatch.model.Metric> found = new ArrayList<>();
        for (MetricStore.Known each : store.metrics(scope)) {
            if (!elsewhere
                    && !each.lastWritten().isBefore(since)
                    && isWanted(request, each.metric())) {
                found.add(onTheWire(each.metric()));
            }
        }
        Pages.Page<software.amazon.awssdk.services.cloudwatch.model.Metric> page =
                Pages.of("ListMetrics", PAGE_SIZE, request.nextToken()).page(found);
        return ListMetricsResponse.builder()
                .metrics(page.items())
                .nextToken(page.nextToken())
                .build();
    }

    private static boolean isWanted(ListMetricsRequest request, Metric metric) {
        return (request.namespace() == null || request.namespace().equals(metric.namespace()))
                && (request.metricName() == null || request.metricName().equals(metric.name()))
                && request.dimensions().stream().allMatch(filter -> passes(filter, metric));
    }

    private static boolean passes(DimensionFilter filter, Metric metric) {
        return metric.dimensions().stream()
                .anyMatch(each ->
                        each.name().equals(filter.name())
                                && (filter.value() == null || filter.value().equals(each.value())));
    }

    static software.amazon.awssdk.services.cloudwatch.model.Metric onTheWire(Metric metric) {
        return software.amazon.awssdk.services.cloudwatch.model.Metric.builder()
                .namespace(metric.namespace())
                .metricName(metric.name())
                .dimensions(MetricRules.onTheWire(metric))
                .build();
    }
}
