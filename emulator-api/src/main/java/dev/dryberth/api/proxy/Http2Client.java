package dev.dryberth.api.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsAckFrame;
import io.netty.util.ReferenceCountUtil;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A client's connection over HTTP/2. Each of its streams is a channel with a {@link
 * ClientConnection} of its own; here is what they share: how many there may be, and when the client
 * has to go. On one network thread.
 *
 * <p>A client leaves in two steps, so that no request is lost that was sent before it could know: a
 * first GOAWAY says no stream is too late, the next sweep's GOAWAY names the last one, and the
 * connection ends when its streams have.
 *
 * <p>The limit of streams is kept here, and the codec's is twice that: what still comes for a
 * stream that the codec has refused it takes for an error of the whole connection, although the
 * client may have sent it before it could know. For a client a stream is over when it has read its
 * end; for the codec, which counts when the write of that end is accounted for, it may be so a
 * moment later.
 *
 * <p>Floods of resets, empty frames, CONTINUATION, SETTINGS and PING are bounded by Netty's codec,
 * which ends the connection. Headers it lets through up to twice our limit, so that what is only
 * somewhat too much gets an answer that says so.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class Http2Client extends ChannelInboundHandlerAdapter implements Timed {

    /** As on AWS. */
    static final int MAX_STREAMS = 128;

    /** What a stream may send before somebody takes it. */
    static final int STREAM_WINDOW_BYTES = 64 * 1024 - 1;

    private enum Phase {
        OPEN,
        WARNED,
        LEAVING
    }

    private final Worker worker;
    private final Arrival arrival;
    private final Channel channel;
    private final Http2FrameCodec codec;
    private final Set<Channel> open = new HashSet<>();
    private Phase phase = Phase.OPEN;
    private int streams;
    private long quietSinceNanos = System.nanoTime();

    private Http2Client(Worker worker, Arrival arrival, Channel channel, Http2FrameCodec codec) {
        this.worker = worker;
        this.arrival = arrival;
        this.channel = channel;
        this.codec = codec;
    }

    /** From here on the connection's bytes are frames. */
    static void install(Worker worker, Arrival arrival, Channel channel) {
        ProxyLimits limits = worker.plane().limits();
        Http2FrameCodec codec =
                Http2FrameCodecBuilder.forServer()
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .maxConcurrentStreams(MAX_STREAMS)
                                        .initialWindowSize(STREAM_WINDOW_BYTES)
                                        .maxHeaderListSize(2L * limits.maxHeadersBytes()))
                        .gracefulShutdownTimeoutMillis(limits.drainTimeout().toMillis())
                        .build();
        Http2Client client = new Http2Client(worker, arrival, channel, codec);
        channel.pipeline()
                .addLast(codec)
                .addLast(
                        new Http2MultiplexHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel stream) {
                                        client.opened(stream);
                                    }
                                }))
                .addLast(client);
        // So that streams whose targets take nothing cannot stop the others.
        channel.write(new DefaultHttp2WindowUpdateFrame((MAX_STREAMS - 1) * STREAM_WINDOW_BYTES));
        client.liftCodecsLimit();
        worker.watch(client);
    }

    /** It falls to what the settings say when they are sent, and again when they are taken. */
    private void liftCodecsLimit() {
        codec.connection().remote().maxActiveStreams(2 * MAX_STREAMS);
    }

    private void opened(Channel stream) {
        if (streams == MAX_STREAMS) {
            stream.pipeline().addLast(new Refusal());
            return;
        }
        streams++;
        open.add(stream);
        stream.closeFuture().addListener(closed -> open.remove(stream));
        StreamWire wire = new StreamWire(stream, this::ended);
        stream.pipeline()
                .addLast(StreamCodec.OF_CLIENTS)
                .addLast(new ClientConnection(worker, arrival, stream, wire));
    }

    /** A stream too many: the client may ask again, as nobody has looked at it. */
    private static final class Refusal extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
            context.close();
        }
    }

    private void ended() {
        streams--;
        quietSinceNanos = System.nanoTime();
    }

    /** Settings, pings and the like: the codec has seen to them, but for the limit of streams. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2SettingsAckFrame) {
            liftCodecsLimit();
        }
        ReferenceCountUtil.release(message);
    }

    @Override
    public void check(long nowNanos, long epochMillis) {
        switch (phase) {
            case OPEN -> {
                if (streams == 0 && nowNanos - quietSinceNanos > arrival.idleNanos()) {
                    leave();
                } else if (isToGo()) {
                    phase = Phase.WARNED;
                    goAway(Integer.MAX_VALUE);
                }
            }
            case WARNED -> leave();
            case LEAVING -> {}
        }
    }

    private boolean isToGo() {
        ListenerRoute route = arrival.route("");
        return arrival.isClosing() || (route != null && !arrival.mayStay(route));
    }

    private void goAway(int extraStreams) {
        Http2GoAwayFrame frame = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
        frame.setExtraStreamIds(extraStreams);
        channel.writeAndFlush(frame);
    }

    /** The codec waits for the streams to end. */
    private void leave() {
        phase = Phase.LEAVING;
        goAway(0);
        channel.close();
    }

    /** A stream that is held back would not notice before it is read again. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        worker.forget(this);
        List.copyOf(open).forEach(Channel::close);
    }

    /** Of what breaks the rules of HTTP/2 the codec tells the client, and closes. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof Http2Exception) {
            return;
        }
        if (!(cause instanceof IOException)) {
            worker.plane().fault(channel, cause);
        }
        channel.close();
    }
}
