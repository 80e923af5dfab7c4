package dev.dryberth.core.metrics;

import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What was measured lately. It is kept in memory only, and forgotten with the daemon. Loop thread.
 *
 * <p>Measurements are put together by stretches of time: standard ones by the minute (on a faster
 * clock, by what a minute lasts there), those of high resolution by the second and after three
 * hours by the minute too. What is older than {@link #RETENTION} is dropped; and so that nobody can
 * fill the memory, when there are more than {@link #MAX_METRICS} metrics the one that nobody wrote
 * or asked for the longest goes, and when all take more than {@link #MAX_CELLS} its oldest
 * measurements.
 */
public final class MetricStore {

    /** How many metrics are kept. */
    public static final int MAX_METRICS = 5_000;

    /** How many numbers all measurements may take: about 16 MiB. */
    public static final int MAX_CELLS = 2_000_000;

    /** AWS keeps minutes as long. */
    public static final Duration RETENTION = Duration.ofDays(15);

    /** AWS keeps seconds as long. */
    public static final Duration HIGH_RESOLUTION_RETENTION = Duration.ofHours(3);

    private static final long SECOND_MILLIS = 1000;

    private final MetricTimes times;
    private final int maxMetrics;
    private final int maxCells;

    /** The one nobody touched for the longest first. */
    private final LinkedHashMap<Key, Series> all = new LinkedHashMap<>(16, 0.75f, true);

    private int cells;

    public MetricStore(MetricTimes times) {
        this(times, MAX_METRICS, MAX_CELLS);
    }

    MetricStore(MetricTimes times, int maxMetrics, int maxCells) {
        this.times = times;
        this.maxMetrics = maxMetrics;
        this.maxCells = maxCells;
    }

    private record Key(Scope scope, Metric metric) {}

    /** A metric that has measurements, and when the last of them came in. */
    public record Known(Metric metric, Instant lastWritten) {}

    private static final class Series {

        private final NavigableMap<String, Stretches> byUnit = new TreeMap<>();
        private Instant lastWritten;

        Series(Instant lastWritten) {
            this.lastWritten = lastWritten;
        }
    }

    /** Measurements of one unit, by when their stretch of time begins. */
    private static final class Stretches {

        private final NavigableMap<Long, Aggregate> standard = new TreeMap<>();
        private final NavigableMap<Long, Aggregate> fine = new TreeMap<>();
    }

    /** Keeps a measurement, unless it is too old. */
    public void put(MetricSample sample, Instant now) {
        long at = sample.at().toEpochMilli();
        long oldest = now.minus(RETENTION).toEpochMilli();
        if (at < oldest) {
            return;
        }
        Series series =
                all.computeIfAbsent(
                        new Key(sample.scope(), sample.metric()), fresh -> new Series(now));
        series.lastWritten = now;
        Stretches stretches =
                series.byUnit.computeIfAbsent(sample.unit(), fresh -> new Stretches());
        long fineSince = now.minus(HIGH_RESOLUTION_RETENTION).toEpochMilli();
        if (sample.highResolution() && at >= fineSince) {
            add(stretches.fine, start(at, SECOND_MILLIS), sample.aggregate());
        } else {
            add(stretches.standard, start(at, times.minuteMillis()), sample.aggregate());
        }
        age(stretches, fineSince, oldest);
        limit();
    }

    private static long start(long at, long length) {
        return Math.floorDiv(at, length) * length;
    }

    private void add(NavigableMap<Long, Aggregate> stretches, long start, Aggregate added) {
        Aggregate before = stretches.get(start);
        Aggregate after = before == null ? added : before.plus(added);
        stretches.put(start, after);
        cells += after.cells() - (before == null ? 0 : before.cells());
    }

    private void age(Stretches stretches, long fineSince, long oldest) {
        while (!stretches.fine.isEmpty() && stretches.fine.firstKey() < fineSince) {
            long at = stretches.fine.firstKey();
            add(stretches.standard, start(at, times.minuteMillis()), drop(stretches.fine));
        }
        while (!stretches.standard.isEmpty() && stretches.standard.firstKey() < oldest) {
            drop(stretches.standard);
        }
    }

    private Aggregate drop(NavigableMap<Long, Aggregate> stretches) {
        Aggregate dropped = stretches.pollFirstEntry().getValue();
        cells -= dropped.cells();
        return dropped;
    }

    private void limit() {
        while (all.size() > maxMetrics) {
            Iterator<Series> eldest = all.values().iterator();
            forget(eldest.next());
            eldest.remove();
        }
        while (cells > maxCells) {
            Iterator<Series> eldest = all.values().iterator();
            if (!shorten(eldest.next())) {
                eldest.remove();
            }
        }
    }

    private void forget(Series series) {
        for (Stretches each : series.byUnit.values()) {
            each.fine.values().forEach(gone -> cells -= gone.cells());
            each.standard.values().forEach(gone -> cells -= gone.cells());
        }
    }

    /** Drops the oldest stretch; false: there is none left. */
    private boolean shorten(Series series) {
        NavigableMap<Long, Aggregate> oldest = null;
        for (Stretches each : series.byUnit.values()) {
            for (NavigableMap<Long, Aggregate> some : List.of(each.standard, each.fine)) {
                if (!some.isEmpty() && (oldest == null || some.firstKey() < oldest.firstKey())) {
                    oldest = some;
                }
            }
        }
        if (oldest != null) {
            drop(oldest);
        }
        return oldest != null;
    }

    /** The units that measurements of a metric came with, in order. */
    public List<String> units(Scope scope, Metric metric) {
        Series series = all.get(new Key(scope, metric));
        return series == null ? List.of() : List.copyOf(series.byUnit.keySet());
    }

    /**
     * The measurements from {@code from} on and before {@code to}, put together by periods that
     * begin at {@code from}, by when these begin; a period without any is left out.
     *
     * @param unit null: of any unit
     */
    public NavigableMap<Instant, Aggregate> read(
            Scope scope,
            Metric metric,
            @Nullable String unit,
            Instant from,
            Instant to,
            long periodMillis) {
        NavigableMap<Instant, Aggregate> found = new TreeMap<>();
        Series series = all.get(new Key(scope, metric));
        if (series == null || !from.isBefore(to)) {
            return found;
        }
        long first = from.toEpochMilli();
        for (Map.Entry<String, Stretches> each : series.byUnit.entrySet()) {
            if (unit != null && !unit.equals(each.getKey())) {
                continue;
            }
            Stretches stretches = each.getValue();
            for (NavigableMap<Long, Aggregate> some : List.of(stretches.standard, stretches.fine)) {
                some.subMap(first, true, to.toEpochMilli(), false)
                        .forEach((at, value) ->
                                found.merge(
                                        Instant.ofEpochMilli(
                                                first + start(at - first, periodMillis)),
                                        value,
                                        Aggregate::plus));
            }
        }
        return found;
    }

    /** Every metric of a scope, in order. */
    public List<Known> metrics(Scope scope) {
        List<Known> known = new ArrayList<>();
        all.forEach((key, series) -> {
            if (key.scope().equals(scope)) {
                known.add(new Known(key.metric(), series.lastWritten));
            }
        });
        known.sort((one, other) -> one.metric().compareTo(other.metric()));
        return known;
    }

    /** Forgets everything. */
    public void clear() {
        all.clear();
        cells = 0;
    }
}
