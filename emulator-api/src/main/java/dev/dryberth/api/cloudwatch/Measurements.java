package dev.dryberth.api.cloudwatch;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.metrics.Aggregate;
import dev.dryberth.core.metrics.MetricSample;
import dev.dryberth.core.metrics.MetricStore;
import dev.dryberth.core.model.Scope;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudwatch.model.EntityMetricData;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.StatisticSet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** PutMetricData. Loop thread. */
final class Measurements {

    private static final int MAX_DATA = 1000;
    private static final int MAX_VALUES = 150;
    private static final double LARGEST = Math.pow(2, 360);
    private static final Duration EARLIEST = Duration.ofDays(14);
    private static final Duration LATEST = Duration.ofHours(2);

    private final MetricStore store;
    private final Clock clock;

    Measurements(MetricStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Takes all of a request's measurements, or none. */
    void put(Scope scope, PutMetricDataRequest request) {
        String namespace = MetricRules.namespace(request.namespace());
        List<MetricDatum> data = new ArrayList<>(request.metricData());
        for (EntityMetricData each : request.entityMetricData()) {
            data.addAll(each.metricData());
        }
        if (data.isEmpty()) {
            throw CloudWatchErrors.missing("MetricData");
        }
        if (data.size() > MAX_DATA) {
            throw CloudWatchErrors.invalid(
                    "The collection MetricData must not have a size greater than 1000.");
        }
        Instant now = clock.now();
        List<MetricSample> samples = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            String place = "MetricData.member." + (i + 1) + ".";
            samples.add(sample(scope, namespace, place, data.get(i), now));
        }
        samples.forEach(each -> store.put(each, now));
    }

    private static MetricSample sample(
            Scope scope, String namespace, String place, MetricDatum datum, Instant now) {
        String unit = MetricRules.unit(place + "Unit", datum.unitAsString());
        Integer resolution = datum.storageResolution();
        if (resolution != null && resolution != 1 && resolution != MetricRules.SECONDS_PER_MINUTE) {
            throw CloudWatchErrors.invalid(place + "StorageResolution", resolution, "1 or 60");
        }
        return new MetricSample(
                scope,
                MetricRules.metric(place, namespace, datum.metricName(), datum.dimensions()),
                unit == null ? MetricSample.NO_UNIT : unit,
                timestamp(place, datum.timestamp(), now),
                resolution != null && resolution == 1,
                aggregate(place, datum));
    }

    private static Instant timestamp(String place, @Nullable Instant given, Instant now) {
        if (given == null) {
            return now;
        }
        if (given.isBefore(now.minus(EARLIEST)) || given.isAfter(now.plus(LATEST))) {
            throw CloudWatchErrors.invalid(
                    place + "Timestamp",
                    given,
                    "at most two weeks in the past and two hours in the future");
        }
        return given;
    }

    private static Aggregate aggregate(String place, MetricDatum datum) {
        int kinds =
                (datum.value() == null ? 0 : 1)
                        + (datum.hasValues() ? 1 : 0)
                        + (datum.statisticValues() == null ? 0 : 1);
        if (kinds != 1) {
            throw CloudWatchErrors.combination(
                    "Exactly one of %sValue, %sValues and %sStatisticValues must be given."
                            .formatted(place, place, place));
        }
        if (datum.value() != null) {
            return Aggregate.of(number(place + "Value", datum.value()), 1);
        }
        return datum.statisticValues() == null
                ? values(place, datum)
                : set(place + "StatisticValues.", datum.statisticValues());
    }

    private static Aggregate values(String place, MetricDatum datum) {
        List<Double> values = datum.values();
        List<Double> counts = datum.counts();
        if (values.isEmpty() || values.size() > MAX_VALUES) {
            throw CloudWatchErrors.invalid(
                    place + "Values", values.size() + " of them", "from 1 to " + MAX_VALUES);
        }
        if (datum.hasCounts() && counts.size() != values.size()) {
            throw CloudWatchErrors.invalid(
                    place + "Counts", counts.size() + " of them", "as many as Values");
        }
        Aggregate all = null;
        for (int i = 0; i < values.size(); i++) {
            double count = datum.hasCounts() ? positive(place + "Counts", counts.get(i)) : 1;
            Aggregate each = Aggregate.of(number(place + "Values", values.get(i)), count);
            all = all == null ? each : all.plus(each);
        }
        if (all == null) {
            throw new IllegalStateException("no values");
        }
        return all;
    }

    private static Aggregate set(String place, StatisticSet set) {
        double least = number(place + "Minimum", set.minimum());
        double most = number(place + "Maximum", set.maximum());
        if (least > most) {
            throw CloudWatchErrors.invalid(place + "Minimum", least, "at most Maximum");
        }
        return Aggregate.ofSet(
                positive(place + "SampleCount", set.sampleCount()),
                number(place + "Sum", set.sum()),
                least,
                most);
    }

    private static double positive(String name, @Nullable Double value) {
        double number = number(name, value);
        if (number <= 0) {
            throw CloudWatchErrors.invalid(name, value, "greater than 0");
        }
        return number;
    }

    private static double number(String name, @Nullable Double value) {
        if (value == null) {
            throw CloudWatchErrors.missing(name);
        }
        if (!(Math.abs(value) <= LARGEST)) {
            throw CloudWatchErrors.invalid(name, value, "a number from -2^360 to 2^360");
        }
        return value;
    }
}
