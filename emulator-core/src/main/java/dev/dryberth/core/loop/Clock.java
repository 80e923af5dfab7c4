package dev.dryberth.core.loop;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The time, and how long a wait of AWS lasts here. Instants are the machine's own; a speed of 10
 * makes every AWS wait (a bake time, a deregistration delay, a health-check interval) a tenth as
 * long. Container stop timeouts and socket timeouts never pass through {@link #wait}.
 */
public record Clock(InstantSource source, double speed) {

    public Clock {
        if (!(speed > 0 && speed <= MAX_SPEED)) {
            throw new IllegalArgumentException(
                    "speed: " + speed + " (expected: > 0 and <= " + MAX_SPEED + ")");
        }
    }

    public static final double MAX_SPEED = 10_000;

    public Instant now() {
        return source.instant();
    }

    /** How long {@code awsWait} lasts on this clock. */
    public Duration wait(Duration awsWait) {
        return speed == 1.0 ? awsWait : Duration.ofNanos((long) (awsWait.toNanos() / speed));
    }
}
