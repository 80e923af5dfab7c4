package dev.dryberth.api.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;

/**
 * HTTP/2 towards a target: with prior knowledge in clear text, or by agreement within TLS, in which
 * a target that agrees on anything else is closed.
 */
final class TargetFrames {

    /** Streams per connection, whatever more the target allows. */
    static final int MAX_STREAMS = 100;

    private TargetFrames() {}

    /**
     * Readies a new connection.
     *
     * @param then gets what is not for a stream: the target's settings, its going away
     */
    @SuppressWarnings("FutureReturnValueIgnored") // a close that fails ends in channelInactive
    static void install(Worker worker, Channel channel, boolean tls, ChannelHandler then) {
        ChannelPipeline pipeline = channel.pipeline();
        if (!tls) {
            add(worker, pipeline, then);
            return;
        }
        pipeline.addLast(Tls.toTargetOverHttp2(channel))
                .addLast(
                        new ApplicationProtocolNegotiationHandler(
                                ApplicationProtocolNames.HTTP_1_1) {
                            @Override
                            protected void configurePipeline(
                                    ChannelHandlerContext context, String protocol) {
                                if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                                    add(worker, pipeline, then);
                                } else {
                                    channel.close();
                                }
                            }

                            @Override
                            protected void handshakeFailure(
                                    ChannelHandlerContext context, Throwable cause) {
                                channel.close();
                            }

                            @Override
                            public void exceptionCaught(
                                    ChannelHandlerContext context, Throwable cause) {
                                channel.close();
                            }
                        });
    }

    private static void add(Worker worker, ChannelPipeline pipeline, ChannelHandler then) {
        Http2Settings settings =
                Http2Settings.defaultSettings()
                        .pushEnabled(false)
                        .initialWindowSize(Http2Client.STREAM_WINDOW_BYTES)
                        .maxHeaderListSize(worker.plane().limits().maxHeadersBytes());
        pipeline.addLast(
                        Http2FrameCodecBuilder.forClient()
                                .initialSettings(settings)
                                .gracefulShutdownTimeoutMillis(0)
                                .build())
                // Pushes were declined, so no stream begins at the target.
                .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()))
                .addLast(then);
    }
}
