package dev.dryberth.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Objects;

class StatisticTest {

    /** 1, 2, … 10, each once. */
    private static final Aggregate TEN = ten();

    private static Aggregate ten() {
        Aggregate all = Aggregate.of(10, 1);
        for (int i = 1; i < 10; i++) {
            all = all.plus(Aggregate.of(i, 1));
        }
        return all;
    }

    private static double of(String name, Aggregate aggregate) {
        return Objects.requireNonNull(Statistic.parse(name)).of(aggregate).orElse(Double.NaN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SampleCount|10",
                "Average|5.5",
                "Sum|55",
                "Minimum|1",
                "Maximum|10",
                "p50|5",
                "p90|9",
                "p99.9|10",
                "p100|10",
                "p0|1",
                "tm90|5",
                "TM(10%:90%)|5.5",
                "TM(2:4)|3.5",
                "TM(:2)|1.5",
                "IQM|5.5",
                "wm90|5.4",
                "WM(20%:90%)|5.5",
                "tc50|5",
                "TC(8:)|2",
                "ts50|15",
                "TS(80%:)|19",
                "PR(:3)|30",
                "PR(3:5)|20"
            })
    void saysOneFigure(String name, double expected) {
        assertThat(of(name, TEN)).isEqualTo(expected, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Median",
                "p101",
                "p-1",
                "p",
                "sum",
                "TM(:)",
                "TM(5:10%)",
                "TM(10%:5)",
                "TM(9:3)",
                "PR(1%:9%)",
                "pr90",
                "TM(%:9)",
                "TM(1:%)",
                "TM(1%:101%)",
                ""
            })
    void knowsNoOthers(String name) {
        assertThat(Statistic.parse(name)).isNull();
    }

    @Test
    void nothingInsideTheBoundsHasNoMean() {
        assertThat(of("TM(20:30)", TEN)).isNaN();
    }

    @Test
    void aSetOfUnlikeValuesHasNoPercentiles() {
        Aggregate set = Aggregate.ofSet(3, 6, 1, 3);

        assertThat(of("p50", set)).isNaN();
        assertThat(of("tm50", set)).isNaN();
        assertThat(of("Average", set)).isEqualTo(2);
        assertThat(of("p50", TEN.plus(set))).isNaN();
        assertThat(of("Maximum", set.plus(TEN))).isEqualTo(10);
        assertThat(of("p50", Aggregate.ofSet(3, 6, 2, 2))).isEqualTo(2);
        assertThat(of("p50", Aggregate.ofSet(1, 6, 6, 6))).isEqualTo(6);
    }

    @Test
    void manyDifferentValuesAreTakenTogetherWithoutLosingMuch() {
        Aggregate all = Aggregate.of(0, 1);
        for (int i = -1000; i <= 5000; i++) {
            all = all.plus(Aggregate.of(i, 1));
        }

        assertThat(Objects.requireNonNull(all.distribution()).size())
                .isLessThanOrEqualTo(Distribution.MAX_VALUES);
        assertThat(all.distribution().total()).isEqualTo(6002);
        assertThat(of("p50", all)).isBetween(1900.0, 2100.0);
        assertThat(of("p100", all)).isLessThanOrEqualTo(5000);
        assertThat(of("p0", all)).isGreaterThanOrEqualTo(-1000);
        assertThat(all.cells()).isLessThan(600);
    }
}
