package dev.dryberth.api.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.DefaultThreadFactory;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * An HTTP/1.1 server on one address. Owns its sockets and its few network threads; start and close
 * it from any other thread.
 *
 * <p>All a client may take is limited by {@link HttpLimits}. Closing stops accepting, lets requests
 * in hand finish within the drain timeout, then closes what is left.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what is started here ends with the server
public final class HttpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int MAX_NETWORK_THREADS = 4;
    private static final int ACCEPT_BACKLOG = 4096;
    private static final int SHARE_LEAVING_AT_ONCE = 16;

    /** Of a connection that has become somebody else's. */
    private static final AttributeKey<Boolean> TAKEN =
            AttributeKey.valueOf(HttpServer.class, "taken");

    private static final Duration LONGEST_SWEEP_INTERVAL = Duration.ofSeconds(1);
    private static final int SWEEPS_PER_TIMEOUT = 4;

    private final HttpLimits limits;
    private final HttpHandler handler;
    private final BodyBudget bodyBudget;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final EventLoopGroup threads;
    private final Channel listening;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();

    private volatile Supplier<? extends @Nullable Neighbour> neighbour = () -> null;

    private HttpServer(InetSocketAddress bind, HttpLimits limits, HttpHandler handler)
            throws IOException {
        this.limits = limits;
        this.handler = handler;
        bodyBudget = new BodyBudget(limits.maxBufferedBodyBytes());
        Transport transport = Transport.best();
        threads =
                new MultiThreadIoEventLoopGroup(
                        Math.min(Runtime.getRuntime().availableProcessors(), MAX_NETWORK_THREADS),
                        new DefaultThreadFactory("http"),
                        transport.io());
        listening = listen(bind, transport);
        long sweepNanos = sweepIntervalNanos();
        threads.next()
                .scheduleWithFixedDelay(this::sweep, sweepNanos, sweepNanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Binds and begins to serve.
     *
     * @throws IOException if the address cannot be bound; the message says which
     */
    public static HttpServer start(InetSocketAddress bind, HttpLimits limits, HttpHandler handler)
            throws IOException {
        return new HttpServer(bind, limits, handler);
    }

    private Channel listen(InetSocketAddress bind, Transport transport) throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(threads)
                        .channel(transport.server())
                        .handler(new Door())
                        .option(ChannelOption.SO_BACKLOG, ACCEPT_BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        setUp(channel);
                                    }
                                })
                        .bind(bind)
                        .awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            threads.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException(
                    "Cannot listen on %s: %s".formatted(bind, failure.getMessage()), failure);
        }
        return bound.channel();
    }

    /** The address in use; its port is the real one when 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** How many clients are connected now. */
    public int connectionCount() {
        return open.get();
    }

    /**
     * Counts a client before its connection is set up elsewhere. At the limit the one that has
     * waited longest is asked to leave, and nobody else comes in until somebody has left.
     */
    private final class Door extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            Channel channel = (Channel) accepted;
            channel.closeFuture()
                    .addListener(closed -> {
                        if (!channel.hasAttr(TAKEN)) {
                            left();
                        }
                    });
            if (open.incrementAndGet() >= limits.maxConnections()) {
                context.channel().config().setAutoRead(false);
                askLongestWaitingToLeave();
            }
            context.fireChannelRead(accepted);
        }
    }

    private void left() {
        int still = open.decrementAndGet();
        if (draining.get()) {
            if (still == 0) {
                drained.complete(null);
            }
        } else if (still < limits.maxConnections()) {
            admitAgain();
        }
    }

    /** Whoever it belongs to now counts it. */
    void taken(Connection connection, Channel channel) {
        connections.remove(connection);
        if (channel.isOpen()) {
            channel.attr(TAKEN).set(true);
            left();
        }
    }

    private void admitAgain() {
        if (!listening.config().isAutoRead()) {
            listening.config().setAutoRead(true);
        }
    }

    /**
     * One by one, those who wait at the door would come in slower than a flood of clients that
     * never ask for anything. So of clients never answered several leave at once; of the others,
     * who will come back, one.
     */
    private void askLongestWaitingToLeave() {
        List<Connection.Idle> waiting = new ArrayList<>();
        for (Connection each : connections) {
            if (each.isAskedToLeave()) {
                return;
            }
            Connection.Idle idle = each.idle();
            if (idle != null) {
                waiting.add(idle);
            }
        }
        if (waiting.isEmpty()) {
            LOG.debug("{} clients are connected, and all have a request in hand", open);
            return;
        }
        waiting.sort(Connection.Idle.FIRST_TO_LEAVE);
        int atOnce = Math.max(1, limits.maxConnections() / SHARE_LEAVING_AT_ONCE);
        waiting.getFirst().connection().closeIfWaiting();
        waiting.stream()
                .limit(atOnce)
                .skip(1)
                .filter(idle -> !idle.served())
                .forEach(idle -> idle.connection().closeIfWaiting());
    }

    private void setUp(Channel channel) {
        if (draining.get()) {
            channel.close();
            return;
        }
        ServerCodec.Requests requests = new ServerCodec.Requests(decoding());
        ServerCodec.Answers answers = new ServerCodec.Answers();
        Connection connection = new Connection(this, channel, requests, answers);
        connections.add(connection);
        channel.pipeline().addLast(requests, answers, connection);
    }

    private HttpDecoderConfig decoding() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.maxRequestLineBytes())
                .setMaxHeaderSize(limits.maxHeaderBytes());
    }

    /**
     * Requests to some names go elsewhere from now on.
     *
     * @param named asked for each request; null: there is nobody yet
     */
    public void neighbour(Supplier<? extends @Nullable Neighbour> named) {
        neighbour = named;
    }

    @Nullable Neighbour neighbour() {
        return neighbour.get();
    }

    void closed(Connection connection) {
        connections.remove(connection);
    }

    CompletionStage<Response> answer(Request request) {
        try {
            return handler.handle(request);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    @Nullable Response refusal(Request head) {
        return handler.refusal(head);
    }

    Response refused(int status, String message) {
        return handler.refused(status, message);
    }

    HttpLimits limits() {
        return limits;
    }

    BodyBudget bodyBudget() {
        return bodyBudget;
    }

    boolean isDraining() {
        return draining.get();
    }

    /** A quarter of the shortest timeout, so none is overrun by more than that. */
    private long sweepIntervalNanos() {
        long shortest = LONGEST_SWEEP_INTERVAL.toNanos() * SWEEPS_PER_TIMEOUT;
        for (Duration each :
                new Duration[] {
                    limits.firstRequestTimeout(),
                    limits.idleTimeout(),
                    limits.bodyTimeout(),
                    limits.writeTimeout(),
                    limits.lingerTimeout()
                }) {
            shortest = Math.min(shortest, each.toNanos());
        }
        return shortest / SWEEPS_PER_TIMEOUT;
    }

    private void sweep() {
        long now = System.nanoTime();
        for (Connection each : connections) {
            if (each.expired(now)) {
                each.checkDeadlineSoon();
            }
        }
        if (open.get() >= limits.maxConnections()) {
            askLongestWaitingToLeave();
        }
    }

    /** Waits for requests in hand, at most the drain timeout. May be called again. */
    @Override
    public void close() {
        if (draining.getAndSet(true)) {
            return;
        }
        listening.close().awaitUninterruptibly();
        connections.forEach(Connection::closeIfWaiting);
        if (open.get() == 0) {
            drained.complete(null);
        }
        drained.completeOnTimeout(null, limits.drainTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .join();
        connections.forEach(Connection::closeNow);
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
