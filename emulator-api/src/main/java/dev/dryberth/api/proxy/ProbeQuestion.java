package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.CodeMatcher;
import dev.dryberth.core.balancing.GrpcStatus;
import dev.dryberth.core.balancing.LambdaEvent;
import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/** What one health check says to a target, and what it makes of the answer. On one thread. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends in channelInactive
sealed interface ProbeQuestion {

    /** Readies a connection that is about to be made. */
    void prepare(Worker worker, Channel channel, Probe probe);

    /** The connection stands. */
    void connected(Channel channel, Probe probe);

    /** What a piece of the answer says; null: wait for more. */
    @Nullable ProbeResult read(HttpObject part);

    /** The question for a group of a version, by its check. */
    static ProbeQuestion of(
            InetSocketAddress address,
            HealthCheck check,
            ProtocolVersion version,
            CodeMatcher matcher) {
        boolean tls = check.protocol() == TargetProtocol.HTTPS;
        if (!tls && check.protocol() != TargetProtocol.HTTP) {
            return new Connection();
        }
        return switch (version) {
            case HTTP1 -> new Http1(tls, get(address, check), matcher);
            case HTTP2 -> new Stream(tls, get(address, check), new Status(matcher));
            case GRPC -> new Stream(tls, call(address, check), new CallStatus(matcher));
        };
    }

    private static FullHttpRequest get(InetSocketAddress address, HealthCheck check) {
        FullHttpRequest request =
                request(address, HttpMethod.GET, check.path(), Unpooled.EMPTY_BUFFER);
        request.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return request;
    }

    /** A call with one empty message: five bytes that say not compressed, no length. */
    private static FullHttpRequest call(InetSocketAddress address, HealthCheck check) {
        ByteBuf emptyMessage = Unpooled.wrappedBuffer(new byte[5]);
        FullHttpRequest request = request(address, HttpMethod.POST, check.path(), emptyMessage);
        request.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, GrpcStatus.CONTENT_TYPE)
                .set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
        return request;
    }

    private static FullHttpRequest request(
            InetSocketAddress address, HttpMethod method, String path, ByteBuf body) {
        FullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, path, body);
        request.headers()
                .set(
                        HttpHeaderNames.HOST,
                        address.getAddress().getHostAddress() + ":" + address.getPort())
                .set(HttpHeaderNames.USER_AGENT, LambdaEvent.HEALTH_CHECKER);
        return request;
    }

    static ProbeResult result(int code, CodeMatcher matcher) {
        return matcher.matches(code)
                ? new ProbeResult.Passed()
                : new ProbeResult.WrongCode(Integer.toString(code));
    }

    /** Whether a connection can be made. */
    final class Connection implements ProbeQuestion {

        @Override
        public void prepare(Worker worker, Channel channel, Probe probe) {
            channel.pipeline().addLast(probe);
        }

        @Override
        public void connected(Channel channel, Probe probe) {
            probe.end(new ProbeResult.Passed());
        }

        @Override
        public @Nullable ProbeResult read(HttpObject part) {
            return null;
        }
    }

    /** What becomes of an answer, piece by piece. */
    interface Reading {
        @Nullable ProbeResult read(HttpObject part);
    }

    /** By the status. */
    record Status(CodeMatcher matcher) implements Reading {

        @Override
        public @Nullable ProbeResult read(HttpObject part) {
            return part instanceof HttpResponse response && response.status().code() >= 200
                    ? result(response.status().code(), matcher)
                    : null;
        }
    }

    /** By gRPC's status, which comes with the trailers or, if nothing else does, with the head. */
    record CallStatus(CodeMatcher matcher) implements Reading {

        @Override
        public @Nullable ProbeResult read(HttpObject part) {
            if (part instanceof HttpResponse response) {
                int http = response.status().code();
                if (http > 200) {
                    return result(GrpcStatus.ofHttp(http).code(), matcher);
                }
                ProbeResult whole = ofHeaders(response.headers());
                if (whole != null) {
                    return whole;
                }
            }
            if (part instanceof LastHttpContent last) {
                ProbeResult ended = ofHeaders(last.trailingHeaders());
                return ended == null ? new ProbeResult.Failed() : ended;
            }
            return null;
        }

        private @Nullable ProbeResult ofHeaders(HttpHeaders headers) {
            Integer code = headers.getInt(GrpcStatus.HEADER);
            return code == null ? null : result(code, matcher);
        }
    }

    /** A request over HTTP/1.1. */
    record Http1(boolean tls, FullHttpRequest request, CodeMatcher matcher)
            implements ProbeQuestion {

        @Override
        public void prepare(Worker worker, Channel channel, Probe probe) {
            if (tls) {
                channel.pipeline().addLast(Tls.toTarget(channel));
            }
            channel.pipeline().addLast(new HttpClientCodec()).addLast(probe);
        }

        @Override
        public void connected(Channel channel, Probe probe) {
            channel.writeAndFlush(request);
        }

        @Override
        public @Nullable ProbeResult read(HttpObject part) {
            return new Status(matcher).read(part);
        }
    }

    /** A request over HTTP/2, which waits for the target's settings. */
    record Stream(boolean tls, FullHttpRequest request, Reading reading) implements ProbeQuestion {

        @Override
        public void prepare(Worker worker, Channel channel, Probe probe) {
            channel.closeFuture().addListener(closed -> probe.end(new ProbeResult.Failed()));
            TargetFrames.install(
                    worker,
                    channel,
                    tls,
                    new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            if (message instanceof Http2SettingsFrame) {
                                ask(channel, probe);
                            }
                            ReferenceCountUtil.release(message);
                        }

                        @Override
                        public void exceptionCaught(
                                ChannelHandlerContext context, Throwable cause) {
                            probe.end(new ProbeResult.Failed());
                        }
                    });
        }

        private void ask(Channel connection, Probe probe) {
            if (probe.hasAsked()) {
                return;
            }
            new Http2StreamChannelBootstrap(connection)
                    .handler(
                            new ChannelInitializer<Channel>() {
                                @Override
                                protected void initChannel(Channel stream) {
                                    stream.pipeline().addLast(StreamCodec.OF_TARGETS, probe);
                                }
                            })
                    .open()
                    .addListener((Future<Http2StreamChannel> opened) -> {
                        if (opened.isSuccess()) {
                            opened.getNow().writeAndFlush(request);
                        } else {
                            probe.end(new ProbeResult.Failed());
                        }
                    });
        }

        @Override
        public void connected(Channel channel, Probe probe) {}

        @Override
        public @Nullable ProbeResult read(HttpObject part) {
            return reading.read(part);
        }
    }
}
