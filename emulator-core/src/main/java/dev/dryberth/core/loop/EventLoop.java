package dev.dryberth.core.loop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The loop of a running daemon: one thread that runs events in the order they were posted, and
 * timers when they are due.
 *
 * <p>Two doors lead in. {@link #tryPost} is for what can be turned away: an API request is refused
 * once {@link #MAX_QUEUED_REQUESTS} events wait. {@link #post} never refuses and never blocks,
 * because what the runtime or the journal reports has happened and must not be lost, and because a
 * loop that waits for itself would stand still. It needs no limit of its own: each such event
 * answers an effect or a commit, and those stem from requests that were let in.
 *
 * <p>A tick runs the timers that are due and then at most {@link #MAX_EVENTS_PER_TICK} events, so a
 * flood of events delays timers by no more than that. With nothing to do the thread parks; it wakes
 * at least every {@link #MAX_PARK} while a timer waits, to notice that the machine slept or its
 * clock was set.
 *
 * <p>An event that throws is logged and the loop goes on: one bad event must not end the daemon.
 */
public final class EventLoop implements Loop, AutoCloseable {

    /** How many events may wait before {@link #tryPost} refuses. */
    public static final int MAX_QUEUED_REQUESTS = 10_000;

    /** How many events run before timers are looked at again. */
    static final int MAX_EVENTS_PER_TICK = 256;

    static final Duration MAX_PARK = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    private final Clock clock;
    private final Timers timers = new Timers();
    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final Thread thread;
    private volatile boolean parked;
    private volatile boolean closing;

    public EventLoop(Clock clock) {
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("dryberth-loop").daemon().unstarted(this::loop);
    }

    /** Begins to run events; those posted before have waited in order. */
    public void start() {
        thread.start();
    }

    @Override
    public boolean tryPost(Runnable event) {
        if (closing || queued.get() >= MAX_QUEUED_REQUESTS) {
            return false;
        }
        enqueue(event);
        return true;
    }

    /** Never refuses; after {@link #close} has returned, the event is dropped. */
    @Override
    public void post(Runnable event) {
        enqueue(event);
    }

    private void enqueue(Runnable event) {
        queued.incrementAndGet();
        queue.add(event);
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void schedule(String tag, Instant at, Runnable event) {
        if (inLoop()) {
            timers.schedule(tag, at, event);
        } else {
            post(() -> timers.schedule(tag, at, event));
        }
    }

    @Override
    public void cancel(String tag) {
        if (inLoop()) {
            timers.cancel(tag);
        } else {
            post(() -> timers.cancel(tag));
        }
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    /** How many posted events wait. */
    public int queued() {
        return queued.get();
    }

    /**
     * Runs everything posted before and stops; timers that are not due are dropped. Waits for the
     * last event unless called on the loop itself.
     */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        if (!inLoop() && thread.isAlive()) {
            joinUninterruptibly();
        }
    }

    private void joinUninterruptibly() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        while (true) {
            runDueTimers();
            boolean drained = runQueued();
            if (drained && closing) {
                return;
            }
            if (drained) {
                park();
            }
        }
    }

    private void runDueTimers() {
        if (timers.size() == 0) {
            return;
        }
        Instant now = clock.now();
        Runnable due = timers.takeDue(now);
        while (due != null) {
            runSafely(due);
            due = timers.takeDue(now);
        }
    }

    /** Runs a tick's worth of events; true: none is left. */
    private boolean runQueued() {
        for (int i = 0; i < MAX_EVENTS_PER_TICK; i++) {
            Runnable event = queue.poll();
            if (event == null) {
                return true;
            }
            queued.decrementAndGet();
            runSafely(event);
        }
        return false;
    }

    // A thread parks only after it said so and looked once more, and a poster looks after it added:
    // one of the two always sees the other.
    private void park() {
        parked = true;
        try {
            if (!queue.isEmpty() || closing) {
                return;
            }
            Instant next = timers.nextAt();
            if (next == null) {
                LockSupport.park(this);
            } else {
                long nanos = nanosUntil(next);
                if (nanos > 0) {
                    LockSupport.parkNanos(this, nanos);
                }
            }
        } finally {
            parked = false;
        }
    }

    private long nanosUntil(Instant next) {
        Duration left = Duration.between(clock.now(), next);
        return left.compareTo(MAX_PARK) > 0 ? MAX_PARK.toNanos() : left.toNanos();
    }

    private static void runSafely(Runnable event) {
        try {
            event.run();
        } catch (Throwable thrown) {
            LOG.error("An event failed; the loop goes on", thrown);
        }
    }
}
