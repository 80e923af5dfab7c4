package dev.dryberth.core.metrics;

import java.util.Arrays;

/**
 * How often each value occurred, for percentiles. Immutable.
 *
 * <p>Up to {@link #MAX_VALUES} different values are kept as they are. When there are more, values
 * close to each other become one: each moves to the middle of its band, bands being as wide as a
 * fixed part of the value, 1 % at first and twice that until few enough are left. A percentile is
 * then off by half a band at most.
 */
final class Distribution {

    /** How many different values are told apart. */
    static final int MAX_VALUES = 256;

    private static final double NARROWEST_BAND = 0.01;

    private final double[] values;
    private final double[] counts;

    private Distribution(double[] values, double[] counts) {
        this.values = values;
        this.counts = counts;
    }

    static Distribution of(double value, double count) {
        return new Distribution(new double[] {value}, new double[] {count});
    }

    int size() {
        return values.length;
    }

    double value(int index) {
        return values[index];
    }

    double count(int index) {
        return counts[index];
    }

    double total() {
        return Arrays.stream(counts).sum();
    }

    Distribution plus(Distribution other) {
        Merge merge = new Merge(values.length + other.values.length);
        int mine = 0;
        int theirs = 0;
        while (mine < values.length || theirs < other.values.length) {
            if (theirs == other.values.length
                    || (mine < values.length && values[mine] <= other.values[theirs])) {
                merge.add(values[mine], counts[mine]);
                mine++;
            } else {
                merge.add(other.values[theirs], other.counts[theirs]);
                theirs++;
            }
        }
        Distribution merged = merge.done();
        for (double band = NARROWEST_BAND; merged.size() > MAX_VALUES; band *= 2) {
            merged = merged.inBands(band);
        }
        return merged;
    }

    private Distribution inBands(double band) {
        Merge merge = new Merge(values.length);
        double width = Math.log1p(band);
        for (int i = 0; i < values.length; i++) {
            merge.add(middle(values[i], width), counts[i]);
        }
        return merge.done();
    }

    private static double middle(double value, double width) {
        if (value == 0) {
            return 0;
        }
        return Math.copySign(Math.exp(Math.rint(Math.log(Math.abs(value)) / width) * width), value);
    }

    /** Gathers values in ascending order, equal ones as one. */
    private static final class Merge {

        private final double[] values;
        private final double[] counts;
        private int size;

        Merge(int most) {
            values = new double[most];
            counts = new double[most];
        }

        void add(double value, double count) {
            if (size > 0 && values[size - 1] == value) {
                counts[size - 1] += count;
            } else {
                values[size] = value;
                counts[size] = count;
                size++;
            }
        }

        Distribution done() {
            return new Distribution(Arrays.copyOf(values, size), Arrays.copyOf(counts, size));
        }
    }
}
