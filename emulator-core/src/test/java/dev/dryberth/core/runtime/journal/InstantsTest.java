package dev.dryberth.core.runtime.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.SplittableRandom;

class InstantsTest {

    @Test
    void readsWhatInstantsWrite() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            long nanos = random.nextInt(1_000_000_000);
            Instant instant =
                    Instant.ofEpochSecond(
                            random.nextLong(-3_000_000_000L, 10_000_000_000L),
                            switch (i % 4) {
                                case 0 -> 0;
                                case 1 -> nanos / 1_000_000 * 1_000_000;
                                case 2 -> nanos / 1000 * 1000;
                                default -> nanos;
                            });
            assertThat(Instants.parse(instant.toString())).isEqualTo(instant);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-28T23:59:59Z",
                "2024-02-29T00:00:00.1Z",
                "2026-01-01T24:00:00Z",
                "2026-12-31T23:59:60Z",
                "2026-01-01T00:00:00.Z",
                "+12026-01-01T00:00:00Z",
                "2026-01-01T00:00:00+01:00"
            })
    void readsThemAsTheLibraryDoes(String text) {
        assertThat(Instants.parse(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-02-30T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-01-01T25:00:00Z",
                "2026-01-01T00:61:00Z",
                "2026-01-01T00:00Z",
                "2026-01-01T00:00:00.12a4Z",
                "20x6-01-01T00:00:00Z",
                "2026-01-01T00:00:00,123Z"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Instants.parse(text)).isInstanceOf(DateTimeException.class);
    }
}
