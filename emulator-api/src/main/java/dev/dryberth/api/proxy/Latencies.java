package dev.dryberth.api.proxy;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often answers took how long, for percentiles. Each doubling of the time has eight bands, so a
 * time is known to some 6 %. Counting is for network threads, reading for any.
 */
final class Latencies {

    private static final int BANDS_BITS = 3;
    private static final int BANDS = 1 << BANDS_BITS;

    /** What is below a microsecond, or beyond an hour, counts as that. */
    private static final int LEAST_EXPONENT = 10;

    private static final int MOST_EXPONENT = 42;
    static final int SIZE = (MOST_EXPONENT - LEAST_EXPONENT + 1) * BANDS;

    private static final double NANOS_PER_SECOND = 1e9;

    private final AtomicLongArray counts = new AtomicLongArray(SIZE);

    void add(long nanos) {
        counts.getAndIncrement(band(nanos));
    }

    private static int band(long nanos) {
        if (nanos < 1L << LEAST_EXPONENT) {
            return 0;
        }
        int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        if (exponent > MOST_EXPONENT) {
            return SIZE - 1;
        }
        int within = (int) (nanos >>> (exponent - BANDS_BITS)) & (BANDS - 1);
        return (exponent - LEAST_EXPONENT) * BANDS + within;
    }

    /** The middle of a band. */
    static double seconds(int band) {
        int exponent = LEAST_EXPONENT + band / BANDS;
        double part = (BANDS + band % BANDS + 0.5) / BANDS;
        return Math.scalb(part, exponent) / NANOS_PER_SECOND;
    }

    long count(int band) {
        return counts.get(band);
    }
}
