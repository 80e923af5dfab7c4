package dev.dryberth.core.runtime.docker;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** A Docker runtime on the real engine that remembers all it was told, for tests to wait on. */
final class RuntimeProbe implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final DockerRuntime runtime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private final List<RuntimeEvent> events = new ArrayList<>();

    private RuntimeProbe(DockerRuntime runtime) {
        this.runtime = runtime;
    }

    static RuntimeProbe start(String instanceId) {
        return start(instanceId, HostAccess.NONE, 1);
    }

    static RuntimeProbe start(String instanceId, HostAccess access, double speed) {
        DockerRuntime runtime =
                new DockerRuntime(
                        new DockerSettings(
                                instanceId,
                                null,
                                new Clock(InstantSource.system(), speed),
                                access,
                                DockerSettings.DEFAULT_PARALLELISM));
        RuntimeProbe probe = new RuntimeProbe(runtime);
        runtime.start(probe::tell);
        return probe;
    }

    private void tell(RuntimeEvent event) {
        lock.lock();
        try {
            events.add(event);
            told.signalAll();
        } finally {
            lock.unlock();
        }
    }

    DockerRuntime runtime() {
        return runtime;
    }

    void run(Effect effect) {
        runtime.run(effect);
    }

    List<RuntimeEvent> events() {
        lock.lock();
        try {
            return List.copyOf(events);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what was told so far. */
    void clear() {
        lock.lock();
        try {
            events.clear();
        } finally {
            lock.unlock();
        }
    }

    <T extends RuntimeEvent> T await(Class<T> type) throws InterruptedException {
        return await(type, _ -> true);
    }

    /** The first event of a kind, already told or told within half a minute. */
    <T extends RuntimeEvent> T await(Class<T> type, Predicate<T> wanted)
            throws InterruptedException {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (true) {
                for (RuntimeEvent event : events) {
                    if (type.isInstance(event) && wanted.test(type.cast(event))) {
                        return type.cast(event);
                    }
                }
                if (left <= 0) {
                    throw new AssertionError("No " + type.getSimpleName() + " among " + events);
                }
                left = told.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    long count(Class<? extends RuntimeEvent> type) {
        return events().stream().filter(type::isInstance).count();
    }

    /** Removes everything of this instance. */
    void removeAll() throws InterruptedException {
        run(new Effect.RemoveAll());
        lock.lock();
        try {
            events.removeIf(RuntimeEvent.AllRemoved.class::isInstance);
        } finally {
            lock.unlock();
        }
        await(RuntimeEvent.AllRemoved.class);
    }

    @Override
    public void close() {
        runtime.close();
    }

    static void pause(Duration duration) throws InterruptedException {
        // For what must NOT happen within a while; nothing else may wait like this.
        new java.util.concurrent.CountDownLatch(1)
                .await(duration.toMillis(), TimeUnit.MILLISECONDS);
    }
}
