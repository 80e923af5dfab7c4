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

    private static final Duration MAX = Duration.ofDays(1);

    /**
     * These waits with a change: {@code aws} and {@code local} name all of them, {@code
     * healthy-after=40} one, in seconds.
     *
     * @throws IllegalArgumentException if it names none, or is not from 0 to 86,400 seconds, or
     *     would place without a pause
     */
    public ServiceTimings with(String change) {
        int equals = change.indexOf('=');
        if (change.equals("aws")) {
            return AWS;
        } else if (change.equals("local")) {
            return LOCAL;
        } else if (equals < 0) {
            throw unknown(change);
        }
        Duration value = seconds(change.substring(equals + 1));
        if (change.startsWith("placement-retry=") && value.isZero()) {
            // Tried again in the same moment, it would be tried without end.
            throw outOfRange(change);
        }
        return switch (change.substring(0, equals)) {
            case "healthy-after" ->
                    new ServiceTimings(
                            value, firstBackoff, maxBackoff, placementRetry, repeatProblem);
            case "first-backoff" ->
                    new ServiceTimings(
                            healthyAfter, value, maxBackoff, placementRetry, repeatProblem);
            case "max-backoff" ->
                    new ServiceTimings(
                            healthyAfter, firstBackoff, value, placementRetry, repeatProblem);
            case "placement-retry" ->
                    new ServiceTimings(
                            healthyAfter, firstBackoff, maxBackoff, value, repeatProblem);
            case "repeat-problem" ->
                    new ServiceTimings(
                            healthyAfter, firstBackoff, maxBackoff, placementRetry, value);
            default -> throw unknown(change);
        };
    }

    private static Duration seconds(String text) {
        // No NaN or infinity passes the comparison, and no number that is too large.
        double seconds;
        try {
            seconds = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            seconds = -1;
        }
        if (!(seconds >= 0 && seconds <= MAX.toSeconds())) {
            throw outOfRange(text);
        }
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static IllegalArgumentException outOfRange(String text) {
        return new IllegalArgumentException(
                "'"
                        + text
                        + "' (expected: 0 to "
                        + MAX.toSeconds()
                        + " seconds; placement-retry at least 0.001)");
    }

    private static IllegalArgumentException unknown(String change) {
        return new IllegalArgumentException(
                "'"
                        + change
                        + "' (expected: aws, local, or one of healthy-after, first-backoff, max-backoff,"
                        + " placement-retry, repeat-problem with =SECONDS)");
    }

    /** The wait after {@code rounds} rounds of launches in a row of which none ran. */
    public Duration backoff(int rounds) {
        Duration wait = firstBackoff;
        for (int i = 1; i < rounds && wait.compareTo(maxBackoff) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(maxBackoff) < 0 ? wait : maxBackoff;
    }
}
