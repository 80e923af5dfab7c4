package dev.dryberth.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.OptionalDouble;

class TaskUsageTest {

    private static final Instant STARTED = Instant.parse("2026-11-25T09:00:00Z");
    private static final long SECOND_NANOS = 1_000_000_000;

    private static TaskUsage usage(long cpuSeconds, long at) {
        return new TaskUsage(
                cpuSeconds * SECOND_NANOS, 64L << 20, STARTED, STARTED.plusSeconds(at));
    }

    @Test
    void theFirstRateIsTheAverageSinceTheStart() {
        assertThat(usage(5, 10).cpuUnits(null)).hasValue(512);
        assertThat(usage(5, 0).cpuUnits(null)).isEmpty();
    }

    @Test
    void laterRatesAreFromOneMeasurementToTheNext() {
        assertThat(usage(65, 70).cpuUnits(usage(5, 10))).hasValue(1024);
    }

    @Test
    void aRestartedContainerBeginsAnew() {
        assertThat(usage(1, 10).cpuUnits(usage(5, 5))).hasValue(102.4);
    }

    @Test
    void percentagesAreOfWhatIsReserved() {
        assertThat(usage(0, 0).memoryMiB()).isEqualTo(64);
        assertThat(TaskUsage.percent(OptionalDouble.of(64), 256)).hasValue(25);
        assertThat(TaskUsage.percent(OptionalDouble.of(64), 0)).isEmpty();
        assertThat(TaskUsage.percent(OptionalDouble.empty(), 256)).isEmpty();
    }
}
