package dev.dryberth.api.proxy;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Sees what becomes of each request, and may answer one in its target's place. Called on the
 * network threads, so it must not wait.
 */
public interface TrafficTap {

    /** Sees nothing and leaves everything as it is. */
    TrafficTap NONE =
            new TrafficTap() {
                @Override
                public @Nullable Fault fault(String targetId, int port) {
                    return null;
                }

                @Override
                public void settled(Settled request) {
                    // Nobody asked.
                }
            };

    /** What a target is made to answer; null: what it answers by itself. */
    @Nullable Fault fault(String targetId, int port);

    /** Once for each request that a listener took. */
    void settled(Settled request);

    /**
     * An answer in a target's place.
     *
     * @param status the answer's HTTP status
     * @param delay how long after the request's end it comes; not scaled
     */
    record Fault(int status, Duration delay) {}

    /**
     * A request that is over.
     *
     * @param targetId as it is registered; null: it never came to a target
     * @param targetPort 0: it never came to a target
     * @param status what the client was answered, or why not all of it; 0: nothing
     */
    record Settled(@Nullable String targetId, int targetPort, int status) {}
}
