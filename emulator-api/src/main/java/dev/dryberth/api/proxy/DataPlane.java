package dev.dryberth.api.proxy;

import dev.dryberth.api.http.BodyBudget;
import dev.dryberth.api.http.Neighbour;
import dev.dryberth.api.http.ServerCodec;
import dev.dryberth.api.http.Transport;
import dev.dryberth.api.oidc.SessionKeys;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.Stickiness;
import dev.dryberth.core.balancing.TargetReports;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.metrics.MetricSink;
import dev.dryberth.core.metrics.MetricTimes;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Carries the load balancers' traffic as the latest {@link RouteTable} says: listeners, requests,
 * flows, health checks, access log and metrics. Any thread may publish, ask for states and close.
 *
 * <p>Threads: a few network threads carry everything, each client and the targets it needs on one
 * of them. One control thread turns a published table into a {@link Routing}, puts it in force with
 * one volatile write, then opens and closes listeners and tells who drains; tables published while
 * it is busy replace each other. A virtual thread writes the access log.
 */
public final class DataPlane implements Neighbour, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);
    private static final int KEY_BYTES = 32;
    private static final long HOUSEKEEPING_MILLIS = 1000;
    private static final long RETRY_BIND_EVERY = 3;

    private final Clock clock;
    private final ProxyLimits limits;
    private final FunctionInvoker functions;
    private final SessionKeys sessionKeys;
    private final BodyBudget functionBytes;
    private final Transport transport = Transport.best();
    private final EventLoopGroup threads;
    private final ScheduledExecutorService control;
    private final IdentityHashMap<EventExecutor, Worker> workers = new IdentityHashMap<>();
    private final Stickiness cookies;
    private final Metrics metrics = new Metrics();
    private final MetricFeed feed;
    private final AccessLog accessLog;
    private final Durable durable;
    private final Listeners listeners;
    private final Probes probes;
    private final AtomicReference<@Nullable RouteTable> published = new AtomicReference<>();
    private final AtomicInteger open = new AtomicInteger();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private volatile Routing routing;
    private volatile boolean closing;
    private volatile TrafficTap tap = TrafficTap.NONE;
    private long housekeepings;

    /**
     * Starts with nothing to carry.
     *
     * @param accessLogDirectory made when the first line is written
     * @param measurements where what was carried is told, as CloudWatch has it
     * @param functions calls the targets that are Lambda functions
     * @param sessionKeys seal the sessions of users who are logged in
     * @param seeds where all other randomness comes from: choice of targets, trace ids, the
     *     cookies' key
     */
    public DataPlane(
            Clock clock,
            TargetReports reports,
            ProxyLimits limits,
            Path accessLogDirectory,
            MetricSink measurements,
            FunctionInvoker functions,
            SessionKeys sessionKeys,
            LongSupplier seeds) {
        this.clock = clock;
        this.sessionKeys = sessionKeys;
        this.functions = functions;
        functionBytes = new BodyBudget(limits.maxFunctionBytes());
        this.limits = limits;
        cookies = new Stickiness(key(seeds));
        accessLog = new AccessLog(accessLogDirectory, limits.maxQueuedLogLines());
        feed = new MetricFeed(metrics, MetricTimes.at(clock.speed()), measurements);
        durable = new Durable(clock, reports, metrics, sessionKeys);
        routing = new Routing(RouteTable.EMPTY, durable);
        listeners = new Listeners(this);
        threads =
                new MultiThreadIoEventLoopGroup(
                        limits.networkThreads(),
                        new DefaultThreadFactory("proxy", true),
                        transport.io());
        List<Worker> all = new ArrayList<>();
        for (EventExecutor each : threads) {
            Worker worker =
                    new Worker(this, (EventLoop) each, new SplittableRandom(seeds.getAsLong()));
            workers.put(each, worker);
            all.add(worker);
        }
        all.forEach(Worker::start);
        probes = new Probes(all.getFirst(), reports);
        control =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("proxy-control").factory());
        startHousekeeping();
    }

    private static byte[] key(LongSupplier seeds) {
        byte[] key = new byte[KEY_BYTES];
        new SplittableRandom(seeds.getAsLong()).nextBytes(key);
        return key;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the control thread
    private void startHousekeeping() {
        control.scheduleWithFixedDelay(
                this::keepHouse, 0, HOUSEKEEPING_MILLIS, TimeUnit.MILLISECONDS);
        control.scheduleWithFixedDelay(
                this::tellMeasurements,
                feed.everyMillis(),
                feed.everyMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Puts a table in force soon; a later one may overtake it. */
    public void publish(RouteTable table) {
        if (published.getAndSet(table) == null && !closing) {
            control.execute(this::apply);
        }
    }

    private void apply() {
        RouteTable table = published.getAndSet(null);
        if (table == null || closing) {
            return;
        }
        try {
            Routing next = new Routing(table, durable);
            routing = next;
            durable.apply(next);
            listeners.follow(next);
            probes.follow(next);
        } catch (RuntimeException fault) {
            LOG.error("A route table could not be put in force", fault);
        }
    }

    private void keepHouse() {
        try {
            metrics.roll(clock.now().toEpochMilli());
            housekeepings++;
            if (listeners.hasFailures() && housekeepings % RETRY_BIND_EVERY == 0 && !closing) {
                listeners.follow(routing);
            }
        } catch (RuntimeException fault) {
            LOG.error("The data plane's housekeeping failed", fault);
        }
    }

    private void tellMeasurements() {
        try {
            feed.tell(routing.table(), clock.now());
        } catch (RuntimeException fault) {
            LOG.error("What was carried could not be told", fault);
        }
    }

    /** Waits until what was published before is in force. */
    public void settle() {
        Future<?> done = control.submit(() -> {});
        try {
            done.get();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Where each listener can be reached and where it cannot, by ARN. */
    public List<ListenerState> listenerStates() {
        return listeners.states();
    }

    public Metrics metrics() {
        return metrics;
    }

    /** From now on {@code next} sees what is carried. */
    public void tap(TrafficTap next) {
        tap = next;
    }

    TrafficTap tap() {
        return tap;
    }

    /** How many clients are connected now. */
    public int connectionCount() {
        return open.get();
    }

    @Override
    public boolean answersTo(String host) {
        return routing.named(host) != null;
    }

    @Override
    public @Nullable String refusal(String host) {
        RouteTable.LoadBalancer balancer = routing.unreached(host);
        return balancer == null
                ? null
                : "Load balancer %s has no HTTP listener, and by this port only those are reached (its own address is %s)."
                        .formatted(balancer.name(), balancer.address());
    }

    /** It moves to one of the plane's network threads first, where the targets are spoken to. */
    @Override
    public void take(
            Channel connection,
            ServerCodec.Requests requests,
            ServerCodec.Answers answers,
            List<HttpObject> received) {
        EventLoop to = threads.next();
        connection
                .deregister()
                .addListener(left ->
                        to.register(connection)
                                .addListener(arrived ->
                                        to.execute(() ->
                                                begin(connection, requests, answers, received))));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a close that fails ends in channelInactive
    private void begin(
            Channel connection,
            ServerCodec.Requests requests,
            ServerCodec.Answers answers,
            List<HttpObject> received) {
        if (closing || !connection.isRegistered() || !admits(connection)) {
            received.forEach(ReferenceCountUtil::release);
            connection.close();
            return;
        }
        Worker worker = worker(connection.eventLoop());
        Door door = new Door((InetSocketAddress) connection.localAddress(), Door.Behind.anyName());
        Http1Wire.install(
                worker, new Arrival(worker, door, connection), connection, requests, answers);
        connection.config().setAutoRead(true);
        ChannelHandlerContext read = connection.pipeline().context(requests);
        received.forEach(read::fireChannelRead);
        read.fireChannelReadComplete();
    }

    boolean admits(Channel channel) {
        if (open.incrementAndGet() > limits.maxConnections()) {
            open.decrementAndGet();
            LOG.warn("More than {} clients: one is turned away", limits.maxConnections());
            return false;
        }
        channel.closeFuture().addListener(closed -> left());
        return true;
    }

    private void left() {
        if (open.decrementAndGet() == 0 && closing) {
            drained.complete(null);
        }
    }

    Worker worker(EventExecutor loop) {
        Worker worker = workers.get(loop);
        if (worker == null) {
            throw new IllegalStateException(loop + " is none of the plane's network threads");
        }
        return worker;
    }

    /** In force now; a request reads it once and keeps to it. */
    Routing routing() {
        return routing;
    }

    Clock clock() {
        return clock;
    }

    ProxyLimits limits() {
        return limits;
    }

    FunctionInvoker functions() {
        return functions;
    }

    SessionKeys sessionKeys() {
        return sessionKeys;
    }

    /** What requests to functions may hold in memory, all together. */
    BodyBudget functionBytes() {
        return functionBytes;
    }

    Transport transport() {
        return transport;
    }

    EventLoopGroup threads() {
        return threads;
    }

    Stickiness cookies() {
        return cookies;
    }

    boolean isClosing() {
        return closing;
    }

    void log(AccessLog.Line line) {
        accessLog.add(line);
    }

    void fault(Channel channel, Throwable cause) {
        LOG.warn("{} is closed because of a fault", channel, cause);
    }

    /**
     * Takes nobody new, lets requests in hand finish within the drain timeout, then closes what is
     * left.
     */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        Future<?> closed = control.submit(listeners::closeAll);
        probes.close();
        if (open.get() == 0) {
            drained.complete(null);
        }
        drained.completeOnTimeout(null, limits.drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
        try {
            closed.get();
            drained.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException fault) {
            LOG.error("Listeners could not be closed", fault.getCause());
        }
        control.shutdown();
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        accessLog.close();
    }
}
