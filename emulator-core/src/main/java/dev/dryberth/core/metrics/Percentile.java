package dev.dryberth.core.metrics;

import org.jspecify.annotations.Nullable;

import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code p99.9}: the least value that so many percent of all values do not exceed. */
record Percentile(double percent) implements Statistic {

    private static final Pattern NAME =
            Pattern.compile("[pP]([0-9]{1,2}(?:\\.[0-9]{1,10})?|100(?:\\.0{1,10})?)");

    /** AWS's rule for when so few samples tell nothing of so high, or low, a percentile. */
    private static final double SAMPLES_BEYOND = 10;

    static @Nullable Percentile parse(String text) {
        Matcher name = NAME.matcher(text);
        return name.matches() ? new Percentile(Double.parseDouble(name.group(1))) : null;
    }

    @Override
    public OptionalDouble of(Aggregate aggregate) {
        Distribution values = aggregate.distribution();
        return values == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(
                        Math.clamp(of(values, percent), aggregate.min(), aggregate.max()));
    }

    static double of(Distribution values, double percent) {
        double wanted = values.total() * percent / 100;
        double seen = 0;
        for (int i = 0; i < values.size(); i++) {
            seen += values.count(i);
            if (seen >= wanted) {
                return values.value(i);
            }
        }
        return values.value(values.size() - 1);
    }

    /** Whether so many samples are enough: ten of them must lie beyond it. */
    boolean isSignificant(double samples) {
        double beyond = Math.min(percent, 100 - percent) / 100;
        return samples * beyond >= SAMPLES_BEYOND;
    }
}
