package dev.dryberth.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

class ClockTest {

    private static final InstantSource STILL = InstantSource.fixed(Instant.EPOCH);

    @Test
    void awsWaitsLastAsLongAsTheSpeedSays() {
        Duration wait = Duration.ofMinutes(5);

        assertThat(new Clock(STILL, 1).wait(wait)).isEqualTo(wait);
        assertThat(new Clock(STILL, 10).wait(wait)).isEqualTo(Duration.ofSeconds(30));
        assertThat(new Clock(STILL, 0.5).wait(wait)).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void theTimeIsTheMachinesWhateverTheSpeed() {
        assertThat(new Clock(STILL, 10).now()).isEqualTo(Instant.EPOCH);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 10_001, Double.NaN, Double.POSITIVE_INFINITY})
    void aSpeedOutOfRangeIsRefused(double speed) {
        assertThatThrownBy(() -> new Clock(STILL, speed)).hasMessageContaining("speed: " + speed);
    }
}
