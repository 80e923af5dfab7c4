package dev.dryberth.cli;

import dev.dryberth.api.http.Neighbour;
import dev.dryberth.api.oidc.SessionKeys;
import dev.dryberth.api.proxy.DataPlane;
import dev.dryberth.api.proxy.ListenerState;
import dev.dryberth.api.proxy.ProxyLimits;
import dev.dryberth.api.proxy.TrafficTap;
import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.TargetReports;
import dev.dryberth.core.engine.Balancing;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.metrics.MetricSink;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Between the loop and the data plane: hands over each new route table, and tells the loop of each
 * listener whether its ports could be bound. The data plane is made when the first load balancer
 * is: a daemon without one has none of its threads and classes. Any thread.
 */
final class Traffic implements AutoCloseable {

    /** How soon a port that could not be bound is looked at again. */
    private static final long LOOK_AGAIN_SECONDS = 3;

    private final Clock clock;
    private final Balancing balancing;
    private final Path accessLogs;
    private final Supplier<? extends MetricSink> measurements;
    private final FunctionInvoker functions;
    private final SessionKeys sessionKeys;
    private final AtomicReference<@Nullable RouteTable> next = new AtomicReference<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("dryberth-traffic").factory());

    /** Made on {@link #thread}; read there, and by who asks for metrics. */
    private volatile @Nullable DataPlane plane;

    private @Nullable Future<?> lookingAgain;
    private volatile TrafficTap tap = TrafficTap.NONE;

    /**
     * Begins to follow what is published.
     *
     * @param accessLogs the directory for the load balancers' access logs
     * @param measurements asked when there is something to measure
     * @param functions calls targets that are Lambda functions
     * @param sessionKeys of logins through load balancers
     */
    Traffic(
            Clock clock,
            Balancing balancing,
            Path accessLogs,
            Supplier<? extends MetricSink> measurements,
            FunctionInvoker functions,
            SessionKeys sessionKeys) {
        this.clock = clock;
        this.balancing = balancing;
        this.accessLogs = accessLogs;
        this.measurements = measurements;
        this.functions = functions;
        this.sessionKeys = sessionKeys;
        balancing.subscribe(this::follow);
    }

    /** Called where a commit became durable: the work is done elsewhere. */
    private void follow(RouteTable table) {
        if (table.loadBalancers().isEmpty() && plane == null && next.get() == null) {
            return;
        }
        if (next.getAndSet(table) == null) {
            try {
                thread.execute(this::carry);
            } catch (RejectedExecutionException closed) {
                // Nothing is carried any more while the daemon removes what it made.
            }
        }
    }

    private void carry() {
        RouteTable table = next.getAndSet(null);
        if (table == null) {
            return;
        }
        DataPlane carrier = plane;
        if (carrier == null) {
            carrier =
                    new DataPlane(
                            clock,
                            new Reports(balancing),
                            ProxyLimits.DEFAULT,
                            accessLogs,
                            measurements.get(),
                            functions,
                            sessionKeys,
                            new SplittableRandom()::nextLong);
            carrier.tap(tap);
            plane = carrier;
        }
        carrier.publish(table);
        carrier.settle();
        tellWhatListens(carrier);
    }

    /** A listener has an address of its own and one it shares; it works when both do. */
    private void tellWhatListens(DataPlane carrier) {
        Map<String, @Nullable String> problems = new TreeMap<>();
        boolean failing = false;
        for (ListenerState state : carrier.listenerStates()) {
            failing |= state.failure() != null;
            if (state.failure() != null || !problems.containsKey(state.listenerArn())) {
                problems.put(state.listenerArn(), state.failure());
            }
        }
        problems.forEach(balancing::listening);
        Future<?> before = lookingAgain;
        if (before != null) {
            before.cancel(false);
            lookingAgain = null;
        }
        if (failing) {
            lookingAgain =
                    thread.schedule(
                            () -> tellWhatListens(carrier), LOOK_AGAIN_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Who answers to load balancers' names on the API's port; null: there is none yet. */
    @Nullable Neighbour neighbour() {
        return plane;
    }

    /** From now on {@code next} sees what is carried. */
    void tap(TrafficTap next) {
        tap = next;
        DataPlane carrier = plane;
        if (carrier != null) {
            carrier.tap(next);
        }
    }

    /** Where each listener can be reached and where it cannot. */
    List<ListenerState> listenerStates() {
        DataPlane carrier = plane;
        return carrier == null ? List.of() : carrier.listenerStates();
    }

    /** What was carried so far, in Prometheus' text format. */
    String metrics() {
        DataPlane carrier = plane;
        return carrier == null ? "" : carrier.metrics().prometheus();
    }

    /** Takes nobody new and lets requests in hand finish, within the data plane's limit. */
    @Override
    public void close() {
        thread.shutdownNow();
        DataPlane carrier = plane;
        if (carrier != null) {
            carrier.close();
        }
    }

    /** What the data plane finds out, told to the loop. */
    private record Reports(Balancing balancing) implements TargetReports {

        @Override
        public void probed(String group, String targetId, int port, ProbeResult result) {
            balancing.probed(group, targetId, port, result);
        }

        @Override
        public void idle(String group, String targetId, int port) {
            balancing.idle(group, targetId, port);
        }
    }
}
