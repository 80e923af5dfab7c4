package dev.dryberth.api.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;

import java.io.IOException;

/**
 * A client's connection over HTTP/2. Each of its streams is a channel with a {@link
 * ClientConnection} of its own; here is what they share: how many there may be, and when the client
 * has to go. On one network thread.
 *
 * <p>A client leaves in two steps, so that no request is lost that was sent before it could know: a
 * first GOAWAY says no stream is too late, the next sweep's GOAWAY names the last one, and the
 * connection ends when its streams have.
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
    private Phase phase = Phase.OPEN;
    private int streams;
    private long quietSinceNanos = System.nanoTime();

    private Http2Client(Worker worker, Arrival arrival, Channel channel) {
        this.worker = worker;
        this.arrival = arrival;
        this.channel = channel;
    }

    /** From here on the connection's bytes are frames. */
    static void install(Worker worker, Arrival arrival, Channel channel) {
        Http2Client client = new Http2Client(worker, arrival, channel);
        ProxyLimits limits = worker.plane().limits();
        channel.pipeline()
                .addLast(
                        Http2FrameCodecBuilder.forServer()
                                .initialSettings(
                                        Http2Settings.defaultSettings()
                                                .maxConcurrentStreams(MAX_STREAMS)
                                                .initialWindowSize(STREAM_WINDOW_BYTES)
                                                .maxHeaderListSize(2L * limits.maxHeadersBytes()))
                                .gracefulShutdownTimeoutMillis(limits.drainTimeout().toMillis())
                                .build())
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
        worker.watch(client);
    }

    private void opened(Channel stream) {
        streams++;
        stream.closeFuture().addListener(closed -> ended());
        stream.pipeline()
                .addLast(StreamCodec.OF_CLIENTS)
                .addLast(new ClientConnection(worker, arrival, stream, new StreamWire(stream)));
    }

    private void ended() {
        streams--;
        quietSinceNanos = System.nanoTime();
    }

    /** Settings, pings and the like: the codec has seen to them. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
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

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        worker.forget(this);
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
