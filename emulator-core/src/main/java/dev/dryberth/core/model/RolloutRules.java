package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * How a service's deployments go: its deploymentConfiguration, reduced to what decisions are made
 * on.
 *
 * @param bakeTime how long old and new run side by side at the end; null: as the alarms imply
 * @param shift how traffic moves; null: the strategy is ROLLING
 */
public record RolloutRules(
        int minimumHealthyPercent,
        int maximumPercent,
        Breaker breaker,
        Alarms alarms,
        @Nullable Duration bakeTime,
        @Nullable Shift shift) {

    /** Rules of the strategy ROLLING. */
    public RolloutRules(
            int minimumHealthyPercent,
            int maximumPercent,
            Breaker breaker,
            Alarms alarms,
            @Nullable Duration bakeTime) {
        this(minimumHealthyPercent, maximumPercent, breaker, alarms, bakeTime, null);
    }

    /** What ECS takes when nothing is said. */
    public static final RolloutRules REPLICA =
            new RolloutRules(100, 200, Breaker.OFF, Alarms.OFF, null);

    /** What ECS takes for daemons when nothing is said. */
    public static final RolloutRules DAEMON =
            new RolloutRules(0, 100, Breaker.OFF, Alarms.OFF, null);

    /**
     * The deployment circuit breaker.
     *
     * @param resetOnHealthyTask whether a healthy task makes the count of failures 0 again
     * @param value a percentage of the desired count, or a count, as {@code threshold} says
     */
    public record Breaker(
            boolean enable,
            boolean rollback,
            boolean resetOnHealthyTask,
            Threshold threshold,
            int value) {

        public static final Breaker OFF =
                new Breaker(false, false, true, Threshold.BOUNDED_PERCENT, 50);
    }

    /** How the breaker's threshold is meant. */
    public enum Threshold {
        BOUNDED_PERCENT,
        UNBOUNDED_PERCENT,
        COUNT
    }

    /** The alarms that end a deployment. */
    public record Alarms(boolean enable, boolean rollback, List<String> names) {

        public static final Alarms OFF = new Alarms(false, false, List.of());
    }

    /** The same with other alarms. */
    public RolloutRules watchedBy(Alarms next) {
        return new RolloutRules(
                minimumHealthyPercent, maximumPercent, breaker, next, bakeTime, shift);
    }

    /** The fewest healthy tasks a deployment leaves. */
    public int lower(int desiredCount) {
        return Math.ceilDiv(desiredCount * minimumHealthyPercent, 100);
    }

    /** The most tasks, running or on their way there, a deployment may have. */
    public int upper(int desiredCount) {
        return Math.floorDiv(desiredCount * maximumPercent, 100);
    }
}
