package dev.dryberth.core.engine;

import dev.dryberth.core.service.ServiceTimings;

import java.time.Duration;

/**
 * What can be set of the engine.
 *
 * @param pausePool how many network namespaces stand ready in each subnet
 * @param stoppedTaskRetention how long a stopped task is still described
 * @param timings the waits of the service scheduler
 */
public record EngineSettings(int pausePool, Duration stoppedTaskRetention, ServiceTimings timings) {

    /** More than this in one subnet costs more than it could ever save. */
    public static final int MAX_PAUSE_POOL = 32;

    /** How long an INACTIVE service is still described. */
    public static final Duration INACTIVE_SERVICE_RETENTION = Duration.ofHours(1);

    /** AWS describes stopped tasks for at least an hour. */
    public static final Duration DEFAULT_RETENTION = Duration.ofHours(1);

    public EngineSettings {
        if (pausePool < 0 || pausePool > MAX_PAUSE_POOL) {
            throw new IllegalArgumentException(
                    "pause pool: " + pausePool + " (expected: 0 to " + MAX_PAUSE_POOL + ")");
        }
    }

    public static EngineSettings withPausePool(int size) {
        return new EngineSettings(size, DEFAULT_RETENTION, ServiceTimings.LOCAL);
    }
}
