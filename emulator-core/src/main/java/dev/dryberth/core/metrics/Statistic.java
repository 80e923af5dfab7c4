package dev.dryberth.core.metrics;

import org.jspecify.annotations.Nullable;

import java.util.OptionalDouble;

/** One figure that can be said of an {@link Aggregate}; empty: of this one it can't. */
public sealed interface Statistic permits Statistic.Simple, Percentile, Trimmed {

    OptionalDouble of(Aggregate aggregate);

    /** The figures that need no single values. */
    enum Simple implements Statistic {
        SAMPLE_COUNT("SampleCount"),
        AVERAGE("Average"),
        SUM("Sum"),
        MINIMUM("Minimum"),
        MAXIMUM("Maximum");

        private final String wireName;

        Simple(String wireName) {
            this.wireName = wireName;
        }

        @Override
        public OptionalDouble of(Aggregate aggregate) {
            return OptionalDouble.of(
                    switch (this) {
                        case SAMPLE_COUNT -> aggregate.count();
                        case AVERAGE -> aggregate.average();
                        case SUM -> aggregate.sum();
                        case MINIMUM -> aggregate.min();
                        case MAXIMUM -> aggregate.max();
                    });
        }
    }

    /** Reads a statistic's name; null: there is none of that name. */
    static @Nullable Statistic parse(String text) {
        Simple simple = simple(text);
        if (simple != null) {
            return simple;
        }
        Percentile percentile = Percentile.parse(text);
        return percentile != null ? percentile : Trimmed.parse(text);
    }

    /** Reads one of the five names that need no single values; null: it is none of them. */
    static Statistic.@Nullable Simple simple(String text) {
        for (Simple each : Simple.values()) {
            if (each.wireName.equals(text)) {
                return each;
            }
        }
        return null;
    }
}
