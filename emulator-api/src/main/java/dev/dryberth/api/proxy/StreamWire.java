package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.Desync;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;

import java.util.List;

/** One request of a client over HTTP/2. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class StreamWire implements ClientWire {

    private final Channel stream;
    private final ChannelPromise end;
    private final Runnable ending;
    private boolean told;

    /**
     * Prepares one.
     *
     * @param ending called once, when the client may take it that the stream is over
     */
    StreamWire(Channel stream, Runnable ending) {
        this.stream = stream;
        this.ending = ending;
        end = stream.newPromise();
        stream.closeFuture().addListener(closed -> tellEnding());
    }

    private void tellEnding() {
        if (!told) {
            told = true;
            ending.run();
        }
    }

    @Override
    public boolean isStream() {
        return true;
    }

    /** The codec has refused a length that is not that of the body; codings do not exist. */
    @Override
    public Desync.Rating rating(HttpRequest request, String method) {
        List<String> lengths = request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
        return lengths.isEmpty()
                ? Desync.Rating.COMPLIANT
                : Desync.framing(method, lengths, List.of());
    }

    @Override
    public long receivedBytes() {
        return 0;
    }

    @Override
    public void answerTo(String method) {}

    @Override
    public ChannelPromise promiseOfEnd() {
        tellEnding();
        return end;
    }

    @Override
    public ChannelFuture flushed() {
        stream.flush();
        return end;
    }

    /**
     * RFC 9113, 8.1: who has the whole answer is told that the rest of its request is not needed.
     */
    @Override
    public void end(boolean whole) {
        if (whole) {
            stream.close();
        } else {
            reset(Http2Error.NO_ERROR);
        }
    }

    @Override
    public void cut() {
        reset(Http2Error.INTERNAL_ERROR);
    }

    @Override
    public void reject() {
        reset(Http2Error.PROTOCOL_ERROR);
    }

    private void reset(Http2Error why) {
        if (stream.isActive()) {
            stream.writeAndFlush(new DefaultHttp2ResetFrame(why));
        }
        stream.close();
    }

    @Override
    public void remove() {
        throw new IllegalStateException("a stream carries nothing but HTTP");
    }
}
