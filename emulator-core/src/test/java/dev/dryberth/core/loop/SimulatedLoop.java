package dev.dryberth.core.loop;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A loop without a thread: its time stands still until nothing is left to do and then jumps to the
 * next timer, so that hours pass in milliseconds and every run of the same events is the same. Used
 * by one thread, the test's, which counts as the loop's.
 */
public final class SimulatedLoop implements Loop {

    private final Timers timers = new Timers();
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final Clock clock;
    private Instant now;

    public SimulatedLoop(Instant start) {
        this(start, 1);
    }

    public SimulatedLoop(Instant start, double speed) {
        this.now = start;
        this.clock = new Clock(() -> now, speed);
    }

    @Override
    public void post(Runnable event) {
        queue.addLast(event);
    }

    @Override
    public boolean tryPost(Runnable event) {
        post(event);
        return true;
    }

    @Override
    public void schedule(String tag, Instant at, Runnable event) {
        timers.schedule(tag, at, event);
    }

    @Override
    public void cancel(String tag) {
        timers.cancel(tag);
    }

    @Override
    public boolean inLoop() {
        return true;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    /**
     * Runs the next event, letting time pass if only timers are left.
     *
     * @return false if nothing is left that is due until {@code end}; time stands still then
     */
    public boolean runNext(Instant end) {
        Runnable due = timers.takeDue(now);
        if (due == null) {
            due = queue.pollFirst();
        }
        if (due == null) {
            due = takeNextTimer(end);
        }
        if (due == null) {
            return false;
        }
        due.run();
        return true;
    }

    /** Runs everything due within {@code duration}, and lets that much time pass. */
    public void advance(Duration duration) {
        Instant end = now.plus(duration);
        while (runNext(end)) {
            // Each event may post or schedule others.
        }
        passTo(end);
    }

    /** Lets time pass without anything happening; it never goes back. */
    public void passTo(Instant end) {
        if (end.isAfter(now)) {
            now = end;
        }
    }

    /** Runs all that is posted, without letting time pass. */
    public void runPosted() {
        advance(Duration.ZERO);
    }

    private @Nullable Runnable takeNextTimer(Instant end) {
        Instant next = timers.nextAt();
        if (next == null || next.isAfter(end)) {
            return null;
        }
        now = next;
        return timers.takeDue(now);
    }

    /** How many posted events wait. */
    public int queued() {
        return queue.size();
    }

    public boolean hasTimer(String tag) {
        return timers.has(tag);
    }

    /** Forgets every event and timer, as the death of a daemon does. Time stays. */
    public void forgetAll() {
        queue.clear();
        timers.clear();
    }
}
