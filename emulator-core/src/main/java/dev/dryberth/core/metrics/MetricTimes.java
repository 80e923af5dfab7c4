package dev.dryberth.core.metrics;

import java.time.Duration;

/**
 * How long AWS's periods last on a clock that runs faster. Measurements bear the machine's time, so
 * a minute that lasts a second here is a stretch of one second of them. Nothing gets shorter than
 * {@link #SHORTEST_MILLIS}: what feeds the metrics runs no faster.
 *
 * @param minuteMillis how long a minute lasts; the stretch that standard measurements are kept by
 */
public record MetricTimes(double speed, long minuteMillis) {

    static final long SHORTEST_MILLIS = 1000;
    private static final long MINUTE_MILLIS = 60_000;
    private static final long LONGEST_FEED_MILLIS = 1000;
    private static final long FEEDS_PER_MINUTE = 8;

    public static MetricTimes at(double speed) {
        return new MetricTimes(speed, shortened(MINUTE_MILLIS, speed));
    }

    private static long shortened(long millis, double speed) {
        return Math.max(Math.min(SHORTEST_MILLIS, millis), Math.round(millis / speed));
    }

    /** How long a period lasts; whole minutes remain whole minutes. */
    public long millis(Duration period) {
        long millis = period.toMillis();
        return millis % MINUTE_MILLIS == 0
                ? millis / MINUTE_MILLIS * minuteMillis
                : shortened(millis, speed);
    }

    /** How often an alarm of that period is looked at: each minute, or each shorter period. */
    public long tickMillis(Duration period) {
        return Math.min(millis(period), minuteMillis);
    }

    /** How often the daemon's own figures are handed over. */
    public long feedMillis() {
        return Math.min(LONGEST_FEED_MILLIS, minuteMillis / FEEDS_PER_MINUTE);
    }

    /** How long after a period its last figures have come in. */
    public long lagMillis() {
        return 2 * feedMillis();
    }
}
