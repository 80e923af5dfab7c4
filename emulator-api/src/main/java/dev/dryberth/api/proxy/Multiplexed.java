package dev.dryberth.api.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A connection to a target over HTTP/2, whose streams are lent to one request each. It is ready
 * once the target's settings are there: only then is it known to speak HTTP/2, and how many streams
 * it takes. On the network thread of the clients it serves.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails ends in the close future
final class Multiplexed extends ChannelInboundHandlerAdapter {

    private enum Phase {
        CONNECTING,
        READY,
        LEAVING
    }

    private final Worker worker;
    private final TargetTraffic.Key target;
    private final Deque<Consumer<UpstreamConnection.Attempt>> waiting = new ArrayDeque<>();
    private Phase phase = Phase.CONNECTING;
    private @Nullable Channel channel;
    private @Nullable Future<?> timer;
    private int streams;
    private int maxStreams = TargetFrames.MAX_STREAMS;
    private boolean used;
    private long idleSinceNanos = System.nanoTime();

    Multiplexed(Worker worker, TargetTraffic.Key target) {
        this.worker = worker;
        this.target = target;
    }

    TargetTraffic.Key target() {
        return target;
    }

    boolean hasRoom() {
        return phase != Phase.LEAVING && streams + waiting.size() < maxStreams;
    }

    boolean isIdleSince(long nanos) {
        return phase == Phase.READY && streams == 0 && idleSinceNanos - nanos < 0;
    }

    void connect(boolean tls) {
        long timeout = worker.plane().limits().connectTimeout().toMillis();
        timer =
                worker.loop()
                        .schedule(
                                () ->
                                        fail(
                                                new ConnectTimeoutException(
                                                        target.address()
                                                                + " does not speak HTTP/2")),
                                timeout,
                                TimeUnit.MILLISECONDS);
        channel =
                new Bootstrap()
                        .group(worker.loop())
                        .channel(worker.plane().transport().client())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel made) {
                                        TargetFrames.install(worker, made, tls, Multiplexed.this);
                                    }
                                })
                        .connect(target.address())
                        .addListener(
                                (ChannelFutureListener)
                                        done -> {
                                            if (!done.isSuccess()) {
                                                fail(done.cause());
                                            }
                                        })
                        .channel();
        Channel its = channel;
        its.closeFuture().addListener(closed -> fail(new ClosedChannelException()));
    }

    /** The outcome is told on the worker's thread: at once, or when the connection is ready. */
    void open(Consumer<UpstreamConnection.Attempt> then) {
        Channel its = channel;
        if (phase == Phase.READY && its != null) {
            stream(its, then);
        } else {
            waiting.add(then);
        }
    }

    private void stream(Channel its, Consumer<UpstreamConnection.Attempt> then) {
        streams++;
        boolean mayHaveDied = used;
        used = true;
        new Http2StreamChannelBootstrap(its)
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel stream) {
                                stream.closeFuture().addListener(closed -> ended());
                                stream.pipeline()
                                        .addLast(StreamCodec.OF_TARGETS)
                                        .addLast(
                                                UpstreamConnection.ofStream(
                                                        worker, target, stream, mayHaveDied));
                            }
                        })
                .open()
                .addListener((Future<Http2StreamChannel> opened) -> {
                    if (opened.isSuccess()) {
                        then.accept(
                                new UpstreamConnection.Attempt.Connected(
                                        opened.getNow().pipeline().get(UpstreamConnection.class)));
                    } else {
                        ended();
                        then.accept(new UpstreamConnection.Attempt.Failed(opened.cause()));
                    }
                });
    }

    private void ended() {
        streams--;
        idleSinceNanos = System.nanoTime();
        if (phase == Phase.LEAVING && streams == 0) {
            close();
        }
    }

    /** The codec must know the connection before its window can be widened. */
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.channel().isActive()) {
            widen(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        widen(context);
    }

    /** So that streams whose clients take nothing cannot stop the others. */
    private static void widen(ChannelHandlerContext context) {
        int more = (TargetFrames.MAX_STREAMS - 1) * Http2Client.STREAM_WINDOW_BYTES;
        context.write(new DefaultHttp2WindowUpdateFrame(more));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof Http2SettingsFrame settings) {
                Long allowed = settings.settings().maxConcurrentStreams();
                if (allowed != null) {
                    maxStreams = (int) Math.min(allowed, TargetFrames.MAX_STREAMS);
                }
                ready(context.channel());
            } else if (message instanceof Http2GoAwayFrame) {
                goAway();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void ready(Channel its) {
        if (phase != Phase.CONNECTING) {
            return;
        }
        phase = Phase.READY;
        stopTimer();
        if (maxStreams == 0) {
            fail(new IllegalStateException(target.address() + " takes no streams"));
            return;
        }
        Deque<Consumer<UpstreamConnection.Attempt>> now = new ArrayDeque<>(waiting);
        waiting.clear();
        while (!now.isEmpty() && streams < maxStreams) {
            stream(its, now.removeFirst());
        }
        boolean tls = its.pipeline().get(io.netty.handler.ssl.SslHandler.class) != null;
        now.forEach(each -> worker.streams().open(tls, target, true, each));
    }

    /** What runs goes on; nothing new comes. */
    private void goAway() {
        phase = Phase.LEAVING;
        worker.streams().remove(this);
        if (streams == 0) {
            close();
        }
    }

    private void fail(Throwable cause) {
        stopTimer();
        phase = Phase.LEAVING;
        worker.streams().remove(this);
        Deque<Consumer<UpstreamConnection.Attempt>> now = new ArrayDeque<>(waiting);
        waiting.clear();
        now.forEach(each -> each.accept(new UpstreamConnection.Attempt.Failed(cause)));
        close();
    }

    private void stopTimer() {
        Future<?> planned = timer;
        if (planned != null) {
            planned.cancel(false);
        }
    }

    void close() {
        Channel its = channel;
        if (its != null) {
            its.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(cause);
    }
}
