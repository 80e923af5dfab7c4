package dev.dryberth.api.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * A connection to a target over HTTP/1.1, lent to one request after the other; or a stream of a
 * {@link Multiplexed} one, lent to one. On the network thread of the clients it serves.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close or write that fails ends in channelInactive
final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    static final String CODEC = "codec";
    private static final int MAX_CHUNK_BYTES = 128 * 1024;

    private final Worker worker;
    private final TargetTraffic.Key target;
    private final Channel channel;
    private final boolean stream;
    private @Nullable Answering user;
    private long idleSinceNanos;
    private boolean used;

    private UpstreamConnection(
            Worker worker, TargetTraffic.Key target, Channel channel, boolean stream) {
        this.worker = worker;
        this.target = target;
        this.channel = channel;
        this.stream = stream;
    }

    /**
     * One stream of an HTTP/2 connection, good for one request.
     *
     * @param mayHaveDied whether its connection carried a request before
     */
    static UpstreamConnection ofStream(
            Worker worker, TargetTraffic.Key target, Channel channel, boolean mayHaveDied) {
        UpstreamConnection made = new UpstreamConnection(worker, target, channel, true);
        made.used = mayHaveDied;
        return made;
    }

    /** What became of an attempt to connect. */
    sealed interface Attempt {

        /** It stands; with TLS, the handshake is still to come. */
        record Connected(UpstreamConnection connection) implements Attempt {}

        /** It failed. */
        record Failed(Throwable cause) implements Attempt {}
    }

    /** The outcome is told on the worker's thread, always later. */
    static void connect(
            Worker worker, GroupRoute group, TargetTraffic.Key target, Consumer<Attempt> then) {
        ProxyLimits limits = worker.plane().limits();
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(worker.loop())
                        .channel(worker.plane().transport().client())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) limits.connectTimeout().toMillis())
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        setUp(worker, group, target, channel);
                                    }
                                });
        ChannelFuture connecting = bootstrap.connect(target.address());
        connecting.addListener(
                (ChannelFutureListener)
                        done ->
                                then.accept(
                                        done.isSuccess()
                                                ? new Attempt.Connected(
                                                        done.channel()
                                                                .pipeline()
                                                                .get(UpstreamConnection.class))
                                                : new Attempt.Failed(done.cause())));
    }

    private static void setUp(
            Worker worker, GroupRoute group, TargetTraffic.Key target, Channel channel) {
        if (group.isTls()) {
            channel.pipeline().addLast(Tls.toTarget(channel));
        }
        HttpDecoderConfig decoding =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(worker.plane().limits().maxRequestLineBytes())
                        .setMaxHeaderSize(worker.plane().limits().maxHeadersBytes())
                        .setMaxChunkSize(MAX_CHUNK_BYTES);
        channel.pipeline()
                .addLast(CODEC, new HttpClientCodec(decoding, false, false))
                .addLast(new UpstreamConnection(worker, target, channel, false));
    }

    /** From now on answers go to this client. */
    void lendTo(Answering client) {
        user = client;
    }

    /** Takes it back; the next request may have it. */
    void giveBack() {
        user = null;
        if (stream) {
            channel.close();
            return;
        }
        used = true;
        idleSinceNanos = System.nanoTime();
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
        worker.pool().offer(this);
    }

    /** Nobody is told any more. */
    void discard() {
        user = null;
        channel.close();
    }

    void close() {
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Answering client = user;
        if (client == null) {
            // Nothing was asked, so whatever this is, it must not become an answer.
            ReferenceCountUtil.release(message);
            channel.close();
            return;
        }
        switch (message) {
            case HttpObject part when part.decoderResult().isFailure() -> {
                ReferenceCountUtil.release(message);
                client.targetFailed(part.decoderResult().cause());
            }
            case FullHttpResponse whole -> client.answeredWhole(whole);
            case HttpResponse response -> client.responded(response);
            case HttpContent content -> client.answerPart(content);
            default -> ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Answering client = user;
        if (client != null) {
            client.flushAnswer();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Answering client = user;
        if (client != null && channel.isWritable()) {
            client.targetTakesMore();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Answering client = user;
        if (client == null) {
            worker.pool().remove(this);
        } else {
            user = null;
            client.targetClosed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Answering client = user;
        if (client == null) {
            channel.close();
        } else {
            client.targetFailed(cause);
        }
    }

    Channel channel() {
        return channel;
    }

    TargetTraffic.Key target() {
        return target;
    }

    /** Whether it is a stream: then headers and trailers are those of HTTP/2. */
    boolean isStream() {
        return stream;
    }

    boolean isUsable() {
        return channel.isActive();
    }

    /** Whether it carried a request before, so that it may have died unnoticed. */
    boolean isUsed() {
        return used;
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }
}
