package dev.dryberth.core.deployment;

import dev.dryberth.core.model.RolloutRules;

/**
 * When a deployment has failed too often.
 *
 * <p>The count is that of failures in a row: a task that never ran, one that ran but ended or was
 * replaced before it was ever healthy, one that was replaced because its checks failed. The
 * threshold is half the desired count, rounded up, at least 3 and at most 200: 3 for one task, 13
 * for 25, 200 for 800. It is computed anew each time, because the desired count may change.
 *
 * <p>Follows AWS's page on the deployment circuit breaker.
 */
public final class CircuitBreaker {

    /** Fewer failures never break a deployment that is measured in percent within bounds. */
    public static final int MIN_THRESHOLD = 3;

    /** More failures always do. */
    public static final int MAX_THRESHOLD = 200;

    private CircuitBreaker() {}

    /** How many failures in a row end a deployment. */
    public static int threshold(RolloutRules.Breaker breaker, int desiredCount) {
        int percent = Math.toIntExact(Math.ceilDiv((long) desiredCount * breaker.value(), 100L));
        return switch (breaker.threshold()) {
            case BOUNDED_PERCENT -> Math.clamp(percent, MIN_THRESHOLD, MAX_THRESHOLD);
            case UNBOUNDED_PERCENT -> Math.max(1, percent);
            case COUNT -> Math.max(1, breaker.value());
        };
    }
}
