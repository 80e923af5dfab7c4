package dev.dryberth.api.proxy;

import dev.dryberth.api.http.ServerCodec;
import dev.dryberth.core.balancing.Desync;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

import java.util.List;

/** A client's connection over HTTP/1.1. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class Http1Wire implements ClientWire {

    private final Channel channel;
    private static final int MAX_CHUNK_BYTES = 128 * 1024;

    private final ServerCodec.Requests requests;
    private final ServerCodec.Answers answers;

    private Http1Wire(Channel channel, ServerCodec.Requests requests, ServerCodec.Answers answers) {
        this.channel = channel;
        this.requests = requests;
        this.answers = answers;
    }

    /** From here on the connection's bytes are requests. */
    static void install(Worker worker, Arrival arrival, Channel channel) {
        ProxyLimits limits = worker.plane().limits();
        HttpDecoderConfig decoding =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(limits.maxRequestLineBytes())
                        .setMaxHeaderSize(limits.maxHeadersBytes())
                        .setMaxChunkSize(MAX_CHUNK_BYTES)
                        // What Netty would refuse here, the desync mode decides on.
                        .setUseRfc9112TransferEncoding(false);
        ServerCodec.Requests requests = new ServerCodec.Requests(decoding);
        ServerCodec.Answers answers = new ServerCodec.Answers();
        channel.pipeline().addLast(requests).addLast(answers);
        install(worker, arrival, channel, requests, answers);
    }

    /** From here on what the codec reads are requests; it is in the pipeline already. */
    static void install(
            Worker worker,
            Arrival arrival,
            Channel channel,
            ServerCodec.Requests requests,
            ServerCodec.Answers answers) {
        Http1Wire wire = new Http1Wire(channel, requests, answers);
        channel.pipeline().addLast(new ClientConnection(worker, arrival, channel, wire));
    }

    @Override
    public boolean isStream() {
        return false;
    }

    @Override
    public Desync.Rating rating(HttpRequest request, String method) {
        List<String> lengths = request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        Desync.Rating rating =
                lengths.isEmpty() && codings.isEmpty()
                        ? Desync.Rating.COMPLIANT
                        : Desync.framing(method, lengths, codings);
        if (!codings.isEmpty() && request.protocolVersion().minorVersion() == 0) {
            // HTTP/1.0 has no chunks: whoever believes the version reads another request.
            return Desync.Rating.SEVERE;
        }
        return requests.hadLengthAndCoding()
                ? Desync.worse(rating, Desync.Rating.AMBIGUOUS)
                : rating;
    }

    @Override
    public long receivedBytes() {
        return requests.receivedBytes();
    }

    @Override
    public void answerTo(String method) {
        answers.answerTo(method);
    }

    @Override
    public ChannelPromise promiseOfEnd() {
        return channel.voidPromise();
    }

    @Override
    public ChannelFuture flushed() {
        return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void end(boolean whole) {
        Tls.endOutput(channel);
    }

    @Override
    public void cut() {
        channel.close();
    }

    @Override
    public void reject() {
        channel.close();
    }

    @Override
    public void remove() {
        channel.pipeline().remove(requests);
        channel.pipeline().remove(answers);
    }
}
