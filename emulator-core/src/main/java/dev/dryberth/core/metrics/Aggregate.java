package dev.dryberth.core.metrics;

import org.jspecify.annotations.Nullable;

/**
 * Measurements of a stretch of time, put together. Immutable.
 *
 * @param distribution null: some came without their single values, so percentiles are not known
 */
public record Aggregate(
        double count, double sum, double min, double max, @Nullable Distribution distribution) {

    /** The same value, measured {@code count} times. */
    public static Aggregate of(double value, double count) {
        return new Aggregate(count, value * count, value, value, Distribution.of(value, count));
    }

    /** What somebody else put together; the single values are known only if they are all alike. */
    public static Aggregate ofSet(double count, double sum, double min, double max) {
        return new Aggregate(
                count,
                sum,
                min,
                max,
                min == max || count == 1 ? Distribution.of(sum / count, count) : null);
    }

    public Aggregate plus(Aggregate other) {
        return new Aggregate(
                count + other.count,
                sum + other.sum,
                Math.min(min, other.min),
                Math.max(max, other.max),
                distribution == null || other.distribution == null
                        ? null
                        : distribution.plus(other.distribution));
    }

    public double average() {
        return sum / count;
    }

    /** How much memory it takes, in words about. */
    int cells() {
        return FIXED_CELLS + (distribution == null ? 0 : 2 * distribution.size());
    }

    private static final int FIXED_CELLS = 16;
}
