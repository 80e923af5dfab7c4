package dev.dryberth.core.service;

import java.time.Duration;

/**
 * The waits of the service scheduler, before the clock's speed. Where AWS makes a developer wait
 * for nothing, the default is shorter; {@link #AWS} has AWS's own.
 *
 * @param healthyAfter how long a task runs until it counts as healthy, when neither a load balancer
 *     nor a container health check says so
 * @param firstBackoff how long after a round of launches of which none ran the next one comes; each
 *     further such round doubles it
 * @param maxBackoff the longest such wait
 * @param placementRetry how long after a task could not be placed it is tried again
 * @param repeatProblem how long a problem is not said again
 */
public record ServiceTimings(
        Duration healthyAfter,
        Duration firstBackoff,
        Duration maxBackoff,
        Duration placementRetry,
        Duration repeatProblem) {

    /** As observed on AWS. [?] The first back-off and the time between placements are guesses. */
    public static final ServiceTimings AWS =
            new ServiceTimings(
                    Duration.ofSeconds(40),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(27),
                    Duration.ofSeconds(30),
                    Duration.ofHours(6));

    /** A crash shows within seconds on a machine nobody else uses, and retries cost nothing. */
    public static final ServiceTimings LOCAL =
            new ServiceTimings(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(5),
                    Duration.ofHours(6));

    /** The wait after {@code rounds} rounds of launches in a row of which none ran. */
    public Duration backoff(int rounds) {
        Duration wait = firstBackoff;
        for (int i = 1; i < rounds && wait.compareTo(maxBackoff) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(maxBackoff) < 0 ? wait : maxBackoff;
    }
}
