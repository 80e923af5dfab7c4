package dev.dryberth.core.loop;

import java.time.Instant;

/** The one thread that owns the World, as its users see it. Methods may be called on any thread. */
public interface Loop {

    /** Runs {@code event} on the loop thread, after everything posted before it. */
    void post(Runnable event);

    /**
     * Like {@link #post}, unless too much waits already: for what can be turned away.
     *
     * @return whether the event will run
     */
    boolean tryPost(Runnable event);

    /**
     * Runs {@code event} on the loop at {@code at}; an earlier timer of the same tag is replaced.
     */
    void schedule(String tag, Instant at, Runnable event);

    void cancel(String tag);

    boolean inLoop();

    Clock clock();
}
