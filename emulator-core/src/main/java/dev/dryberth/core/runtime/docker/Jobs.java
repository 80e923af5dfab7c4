package dev.dryberth.core.runtime.docker;

import dev.dryberth.core.runtime.docker.Reasons.Refused;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Carries out effects: in the order of their lanes, a few at a time, each once more when the engine
 * went away under it. All an effect does can be done twice, so a broken connection needs no answer
 * to the question how far it had come.
 */
final class Jobs implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Jobs.class);

    /** How long an effect waits for an engine that is gone. */
    static final Duration ENGINE_WAIT = Duration.ofSeconds(30);

    /** The ECS agent's patience with one start. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int MAX_CONNECTION_FAILURES = 4;

    private final Lanes lanes = new Lanes();
    private final Gate gate;
    private final Semaphore permits;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("docker-timer").factory());

    Jobs(Gate gate, int parallelism) {
        this.gate = gate;
        this.permits = new Semaphore(parallelism, true);
    }

    /**
     * One thing to do.
     *
     * @param lane its order among others, see {@link Lanes}
     * @param goal what the container was to become, for the reason of a timeout
     * @param failed gets what {@code attempt} threw at last
     */
    record Job(String lane, String goal, Runnable attempt, Consumer<RuntimeException> failed) {}

    /** Thrown by an attempt that wants another, later; there is no limit to these. */
    static final class NotYet extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private final transient Duration delay;

        NotYet(String message, Duration delay) {
            super(message);
            this.delay = delay;
        }
    }

    void submit(Job job) {
        lanes.submit(job.lane(), () -> carryOut(job));
    }

    /** Runs {@code task} on a virtual thread after {@code delay} of real time. */
    ScheduledFuture<?> later(Duration delay, Runnable task) {
        return timer.schedule(
                () -> {
                    Thread.ofVirtual().name("docker later").start(task);
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void carryOut(Job job) {
        try {
            int connectionFailures = 0;
            while (!gate.ended()) {
                Duration pause;
                try {
                    if (once(job)) {
                        return;
                    }
                    throw new Refused(
                            "DockerTimeoutError", Reasons.transition(job.goal(), ENGINE_WAIT));
                } catch (NotYet again) {
                    pause = again.delay;
                } catch (RuntimeException e) {
                    if (!Engine.unreachable(e) || ++connectionFailures == MAX_CONNECTION_FAILURES) {
                        if (!gate.ended()) {
                            job.failed().accept(e);
                        }
                        return;
                    }
                    pause = Duration.ofMillis(20L << (2 * connectionFailures));
                }
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One attempt; false when the engine stayed away. */
    private boolean once(Job job) throws InterruptedException {
        if (!gate.enter(ENGINE_WAIT)) {
            return gate.ended();
        }
        try {
            permits.acquire();
            try {
                patiently(job);
                return true;
            } finally {
                permits.release();
            }
        } finally {
            gate.leave();
        }
    }

    /** An engine that hangs is left by interrupting the thread that waits for it. */
    private void patiently(Job job) {
        ScheduledFuture<?> watch =
                timer.schedule(
                        Thread.currentThread()::interrupt,
                        PATIENCE.toMillis(),
                        TimeUnit.MILLISECONDS);
        boolean interrupted;
        RuntimeException failure = null;
        try {
            job.attempt().run();
        } catch (RuntimeException e) {
            failure = e;
        } catch (Error e) {
            // Somebody waits for how this ends: it must not vanish with the thread.
            log.error("{} failed", job.lane(), e);
            failure = new IllegalStateException(e);
        } finally {
            watch.cancel(false);
            interrupted = Thread.interrupted();
        }
        if (failure == null) {
            return;
        }
        if (interrupted) {
            throw new Refused("DockerTimeoutError", Reasons.transition(job.goal(), PATIENCE));
        }
        throw failure;
    }

    @Override
    public void close() {
        gate.end();
        closed.countDown();
        timer.shutdownNow();
    }
}
