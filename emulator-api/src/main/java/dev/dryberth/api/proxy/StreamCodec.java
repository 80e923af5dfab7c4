package dev.dryberth.api.proxy;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;

import java.util.List;

/**
 * Lets a stream of HTTP/2 look like a connection of HTTP/1.1: heads, pieces of bodies, trailers.
 * Netty's codec, but for its own marks in the headers, which would go on to targets and clients,
 * and requests without a body, which come as a head and an end like all others. An answer that is
 * nothing but a head stays one piece: a gRPC client takes its status from there and nowhere else.
 * Informational answers are dropped, as over HTTP/1.1.
 */
final class StreamCodec extends Http2StreamFrameToHttpObjectCodec {

    static final StreamCodec OF_CLIENTS = new StreamCodec(true);
    static final StreamCodec OF_TARGETS = new StreamCodec(false);

    private StreamCodec(boolean server) {
        super(server);
    }

    @Override
    protected void decode(ChannelHandlerContext context, Http2StreamFrame frame, List<Object> out)
            throws Exception {
        if (!(frame instanceof Http2HeadersFrame head) || isTrailer(head)) {
            super.decode(context, frame, out);
            return;
        }
        if (isInformational(head)) {
            return;
        }
        // Never as a whole: Netty loses the buffer it gives that one if the head is refused.
        int at = out.size();
        super.decode(
                context,
                new DefaultHttp2HeadersFrame(head.headers(), false).stream(head.stream()),
                out);
        HttpMessage message = (HttpMessage) out.get(at);
        message.headers().remove(ExtensionHeaderNames.STREAM_ID.text());
        message.headers().remove(ExtensionHeaderNames.SCHEME.text());
        if (head.isEndStream()) {
            message.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
            if (message instanceof HttpResponse response) {
                out.set(at, whole(response));
            } else {
                out.add(LastHttpContent.EMPTY_LAST_CONTENT);
            }
        }
    }

    private static boolean isTrailer(Http2HeadersFrame head) {
        return head.headers().method() == null && head.headers().status() == null;
    }

    private static boolean isInformational(Http2HeadersFrame head) {
        CharSequence status = head.headers().status();
        return status != null && status.length() == 3 && status.charAt(0) == '1';
    }

    private static HttpResponse whole(HttpResponse response) {
        return new DefaultFullHttpResponse(
                response.protocolVersion(),
                response.status(),
                Unpooled.EMPTY_BUFFER,
                response.headers(),
                EmptyHttpHeaders.INSTANCE);
    }
}
