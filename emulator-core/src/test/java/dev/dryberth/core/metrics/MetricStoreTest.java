package dev.dryberth.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.Dimension;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class MetricStoreTest {

    private static final Instant NOW = Instant.parse("2026-11-25T09:00:00Z");
    private static final Metric METRIC = Rules.ERRORS;
    private static final Scope ELSEWHERE = new Scope("eu-west-1", "123456789012");

    private final MetricStore store = new MetricStore(MetricTimes.at(1));

    private static MetricSample sample(
            Scope scope, Metric metric, String unit, Instant at, boolean fine, double value) {
        return new MetricSample(scope, metric, unit, at, fine, Aggregate.of(value, 1));
    }

    private static MetricSample at(Instant at, double value) {
        return sample(Rules.SCOPE, METRIC, "Count", at, false, value);
    }

    private static Metric named(String name) {
        return new Metric("shop", name, List.of());
    }

    private Map<Instant, Double> sums(
            MetricStore from, @Nullable String unit, Instant since, Duration period) {
        Map<Instant, Double> sums = new TreeMap<>();
        from.read(Rules.SCOPE, METRIC, unit, since, NOW.plus(Duration.ofDays(1)), period.toMillis())
                .forEach((start, values) -> sums.put(start, values.sum()));
        return sums;
    }

    private Map<Instant, Double> sums(Instant since, Duration period) {
        return sums(store, null, since, period);
    }

    @Test
    void putsTogetherWhatFallsIntoAPeriod() {
        store.put(at(NOW.plusSeconds(1), 1), NOW);
        store.put(at(NOW.plusSeconds(59), 2), NOW);
        store.put(at(NOW.plusSeconds(60), 4), NOW);
        store.put(at(NOW.plusSeconds(180), 8), NOW);

        assertThat(sums(NOW, Duration.ofMinutes(1)))
                .containsExactly(
                        Map.entry(NOW, 3.0),
                        Map.entry(NOW.plusSeconds(60), 4.0),
                        Map.entry(NOW.plusSeconds(180), 8.0));
        assertThat(sums(NOW, Duration.ofMinutes(5))).containsExactly(Map.entry(NOW, 15.0));
        assertThat(sums(NOW.plusSeconds(60), Duration.ofMinutes(2)))
                .containsExactly(
                        Map.entry(NOW.plusSeconds(60), 4.0), Map.entry(NOW.plusSeconds(180), 8.0));
        assertThat(store.read(Rules.SCOPE, METRIC, null, NOW, NOW, 1)).isEmpty();
    }

    @Test
    void keepsScopesDimensionsAndUnitsApart() {
        store.put(at(NOW, 1), NOW);
        store.put(sample(Rules.SCOPE, METRIC, "Bytes", NOW, false, 2), NOW);
        store.put(sample(ELSEWHERE, METRIC, "Count", NOW, false, 4), NOW);
        Metric more =
                new Metric(
                        "shop",
                        "Errors",
                        List.of(new Dimension("a", "1"), new Dimension("A", "2")));
        store.put(sample(Rules.SCOPE, more, "Count", NOW, false, 8), NOW);

        assertThat(sums(store, "Count", NOW, Duration.ofMinutes(1)).values()).containsExactly(1.0);
        assertThat(sums(NOW, Duration.ofMinutes(1)).values()).containsExactly(3.0);
        assertThat(store.units(Rules.SCOPE, METRIC)).containsExactly("Bytes", "Count");
        assertThat(store.units(Rules.SCOPE, named("Other"))).isEmpty();
        assertThat(store.metrics(Rules.SCOPE).stream().map(MetricStore.Known::metric))
                .containsExactly(METRIC, more);
        assertThat(more.dimension("a")).isEqualTo("1");
        assertThat(more.dimension("b")).isEmpty();
    }

    @Test
    void keepsSecondsForThreeHoursAndMinutesForFifteenDays() {
        store.put(sample(Rules.SCOPE, METRIC, "Count", NOW.plusSeconds(7), true, 1), NOW);
        store.put(sample(Rules.SCOPE, METRIC, "Count", NOW.plusSeconds(8), true, 2), NOW);
        assertThat(sums(NOW, Duration.ofSeconds(1)))
                .containsExactly(
                        Map.entry(NOW.plusSeconds(7), 1.0), Map.entry(NOW.plusSeconds(8), 2.0));

        Instant later = NOW.plus(Duration.ofHours(4));
        store.put(at(later, 4), later);
        assertThat(sums(NOW, Duration.ofSeconds(1)))
                .containsExactly(Map.entry(NOW, 3.0), Map.entry(later, 4.0));

        Instant muchLater = NOW.plus(Duration.ofDays(16));
        store.put(at(muchLater, 8), muchLater);
        store.put(at(NOW, 16), muchLater);
        assertThat(sums(NOW, Duration.ofSeconds(1))).isEmpty();
    }

    @Test
    void aFineMeasurementThatIsOldIsKeptByTheMinute() {
        Instant old = NOW.minus(Duration.ofHours(5)).plusSeconds(7);
        store.put(sample(Rules.SCOPE, METRIC, "Count", old, true, 1), NOW);

        assertThat(sums(old.minusSeconds(7), Duration.ofSeconds(1)))
                .containsExactly(Map.entry(old.minusSeconds(7), 1.0));
    }

    @Test
    void onAFasterClockAMinuteLastsLess() {
        MetricStore fast = new MetricStore(MetricTimes.at(60));
        fast.put(at(NOW.plusMillis(1), 1), NOW);
        fast.put(at(NOW.plusMillis(1001), 2), NOW);

        assertThat(sums(fast, null, NOW, Duration.ofSeconds(1)).values()).containsExactly(1.0, 2.0);
    }

    @Test
    void forgetsTheMetricNobodyTouchedForTheLongest() {
        MetricStore small = new MetricStore(MetricTimes.at(1), 2, 1_000_000);
        small.put(sample(Rules.SCOPE, named("a"), "None", NOW, false, 1), NOW);
        small.put(sample(Rules.SCOPE, named("b"), "None", NOW, true, 1), NOW);
        small.units(Rules.SCOPE, named("a"));
        small.put(sample(Rules.SCOPE, named("c"), "None", NOW, false, 1), NOW);

        assertThat(small.metrics(Rules.SCOPE).stream().map(each -> each.metric().name()))
                .containsExactly("a", "c");
    }

    @Test
    void forgetsTheOldestWhenAllIsTooMuch() {
        MetricStore small = new MetricStore(MetricTimes.at(1), 10, 60);
        small.put(sample(Rules.SCOPE, named("a"), "None", NOW, true, 1), NOW);
        for (int minute = 0; minute < 9; minute++) {
            small.put(at(NOW.plusSeconds(60L * minute), minute), NOW);
        }

        assertThat(sums(small, null, NOW, Duration.ofMinutes(1)).values())
                .containsExactly(6.0, 7.0, 8.0);
        assertThat(small.metrics(Rules.SCOPE)).hasSize(1);
        small.clear();
        assertThat(small.metrics(Rules.SCOPE)).isEmpty();
    }

    @Test
    void periodsLastAsLongAsTheClockSays() {
        MetricTimes real = MetricTimes.at(1);
        assertThat(real.millis(Duration.ofMinutes(5))).isEqualTo(300_000);
        assertThat(real.tickMillis(Duration.ofMinutes(5))).isEqualTo(60_000);
        assertThat(real.tickMillis(Duration.ofSeconds(10))).isEqualTo(10_000);
        assertThat(real.feedMillis()).isEqualTo(1000);
        MetricTimes fast = MetricTimes.at(60);
        assertThat(fast.millis(Duration.ofMinutes(5))).isEqualTo(5000);
        assertThat(fast.millis(Duration.ofSeconds(10))).isEqualTo(1000);
        assertThat(fast.feedMillis()).isEqualTo(125);
        assertThat(fast.lagMillis()).isEqualTo(250);
        assertThat(MetricTimes.at(10_000).millis(Duration.ofMinutes(1))).isEqualTo(1000);
        assertThat(MetricTimes.at(0.5).millis(Duration.ofMinutes(1))).isEqualTo(120_000);
    }
}
