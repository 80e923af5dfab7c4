package dev.dryberth.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/**
 * HTTP/1.1 towards clients. Netty's codec, but for what a load balancer must know of a request
 * before Netty tidies it up. In two parts, so that whoever takes a connection over from another
 * finds both as they are. On the connection's network thread.
 */
public final class ServerCodec {

    private ServerCodec() {}

    /** Reads requests; remembers how the last one was framed and whether a new one has begun. */
    public static final class Requests extends HttpRequestDecoder {
        private boolean lengthAndCoding;
        private long receivedBytes;

        public Requests(HttpDecoderConfig limits) {
            super(limits);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            if (message instanceof ByteBuf bytes) {
                receivedBytes += bytes.readableBytes();
            }
            super.channelRead(context, message);
        }

        /** Netty drops the length here; the rating must still know that both were there. */
        @Override
        protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
            lengthAndCoding = true;
            super.handleTransferEncodingChunkedWithContentLength(message);
        }

        /** Whether a request since the last call named its length and was chunked as well. */
        public boolean hadLengthAndCoding() {
            boolean had = lengthAndCoding;
            lengthAndCoding = false;
            return had;
        }

        /** All bytes of the connection so far. */
        public long receivedBytes() {
            return receivedBytes;
        }
    }

    /** Writes answers; told which of them go to a HEAD request and so have no body. */
    public static final class Answers extends HttpResponseEncoder {
        private boolean toHead;

        public void answerTo(String method) {
            toHead = method.equals("HEAD");
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpResponse message) {
            return toHead || super.isContentAlwaysEmpty(message);
        }
    }
}
