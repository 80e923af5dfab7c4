package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.Desync;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

import java.util.List;

/**
 * HTTP/1.1 towards clients. Netty's codec, but for what a load balancer must know of a request
 * before Netty tidies it up.
 */
final class ClientCodec {

    private static final int MAX_CHUNK_BYTES = 128 * 1024;

    private ClientCodec() {}

    /** Reads requests; remembers how the last one was framed and whether a new one has begun. */
    static final class Requests extends HttpRequestDecoder {
        private boolean lengthAndCoding;
        private long receivedBytes;

        Requests(ProxyLimits limits) {
            super(
                    new HttpDecoderConfig()
                            .setMaxInitialLineLength(limits.maxRequestLineBytes())
                            .setMaxHeaderSize(limits.maxHeadersBytes())
                            .setMaxChunkSize(MAX_CHUNK_BYTES)
                            // What Netty would refuse here, the desync mode decides on.
                            .setUseRfc9112TransferEncoding(false));
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

        Desync.Rating rating(HttpMessage message, String method) {
            List<String> lengths = message.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
            List<String> codings = message.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
            Desync.Rating rating =
                    lengths.isEmpty() && codings.isEmpty()
                            ? Desync.Rating.COMPLIANT
                            : Desync.framing(method, lengths, codings);
            if (!codings.isEmpty() && message.protocolVersion().minorVersion() == 0) {
                // HTTP/1.0 has no chunks: whoever believes the version reads another request.
                return Desync.Rating.SEVERE;
            }
            if (lengthAndCoding) {
                lengthAndCoding = false;
                return Desync.worse(rating, Desync.Rating.AMBIGUOUS);
            }
            return rating;
        }

        /** All bytes of the connection so far. */
        long receivedBytes() {
            return receivedBytes;
        }
    }

    /** Writes answers; told which of them go to a HEAD request and so have no body. */
    static final class Answers extends HttpResponseEncoder {
        private boolean toHead;

        void answerTo(String method) {
            toHead = method.equals("HEAD");
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpResponse message) {
            return toHead || super.isContentAlwaysEmpty(message);
        }
    }
}
