package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class ServiceTimingsTest {

    @Test
    void areChangedOneByOneOrAllAtOnce() {
        assertThat(
                        ServiceTimings.AWS
                                .with("healthy-after=0.5")
                                .with("first-backoff=1")
                                .with("max-backoff=2")
                                .with("placement-retry=0.001")
                                .with("repeat-problem=86400"))
                .isEqualTo(
                        new ServiceTimings(
                                Duration.ofMillis(500),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofMillis(1),
                                Duration.ofDays(1)));
        assertThat(ServiceTimings.LOCAL.with("aws")).isEqualTo(ServiceTimings.AWS);
        assertThat(ServiceTimings.AWS.with("local")).isEqualTo(ServiceTimings.LOCAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fast",
                "nap=1",
                "healthy-after",
                "healthy-after=",
                "healthy-after=soon",
                "healthy-after=-1",
                "healthy-after=NaN",
                "placement-retry=0",
                "max-backoff=86401"
            })
    void refuseAChangeThatIsNone(String change) {
        assertThatThrownBy(() -> ServiceTimings.LOCAL.with(change))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ");
    }

    @Test
    void backOffTwiceAsLongAfterEachRoundUpToTheLongest() {
        ServiceTimings timings = ServiceTimings.LOCAL.with("first-backoff=1").with("max-backoff=5");
        assertThat(timings.backoff(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(timings.backoff(2)).isEqualTo(Duration.ofSeconds(2));
        assertThat(timings.backoff(3)).isEqualTo(Duration.ofSeconds(4));
        assertThat(timings.backoff(4)).isEqualTo(Duration.ofSeconds(5));
        assertThat(timings.backoff(1000)).isEqualTo(Duration.ofSeconds(5));
    }
}
