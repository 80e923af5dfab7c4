package dev.dryberth.api.proxy;

import io.netty.channel.EventLoop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * One network thread's share of the data plane: its clients, its connections to targets, its
 * randomness. Client and target of a request always meet on one thread, so nothing here is locked.
 */
final class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final DataPlane plane;
    private final EventLoop loop;
    private final RandomGenerator random;
    private final TargetChoice choice;
    private final RequestRouter router;
    private final Logins logins;
    private final UpstreamPool pool;
    private final MultiplexedPool streams;
    private final Set<Timed> timed = Collections.newSetFromMap(new IdentityHashMap<>());

    Worker(DataPlane plane, EventLoop loop, RandomGenerator random) {
        this.plane = plane;
        this.loop = loop;
        this.random = random;
        choice = new TargetChoice(plane.clock(), plane.cookies(), random);
        router = new RequestRouter(this);
        logins = new Logins(this);
        pool = new UpstreamPool(plane.limits());
        streams = new MultiplexedPool(this);
    }

    /** The sweep ends with the loop. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void start() {
        long nanos = plane.limits().sweepInterval().toNanos();
        loop.scheduleWithFixedDelay(this::sweep, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        long now = System.nanoTime();
        long epochMillis = plane.clock().now().toEpochMilli();
        for (Timed each : List.copyOf(timed)) {
            each.check(now, epochMillis);
        }
        pool.sweep(now);
        streams.sweep(now);
    }

    /** Runs something on this thread, unless it has ended; from any thread. */
    void later(Runnable what) {
        try {
            loop.execute(what);
        } catch (RejectedExecutionException closed) {
            LOG.debug("What was awaited came when the network thread had ended", closed);
        }
    }

    void watch(Timed what) {
        timed.add(what);
    }

    void forget(Timed what) {
        timed.remove(what);
    }

    DataPlane plane() {
        return plane;
    }

    EventLoop loop() {
        return loop;
    }

    RandomGenerator random() {
        return random;
    }

    TargetChoice choice() {
        return choice;
    }

    RequestRouter router() {
        return router;
    }

    Logins logins() {
        return logins;
    }

    UpstreamPool pool() {
        return pool;
    }

    MultiplexedPool streams() {
        return streams;
    }
}
