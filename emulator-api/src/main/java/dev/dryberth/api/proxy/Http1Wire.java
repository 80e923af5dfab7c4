package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.Desync;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;

/** A client's connection over HTTP/1.1. */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class Http1Wire implements ClientWire {

    private final Channel channel;
    private final ClientCodec.Requests requests;
    private final ClientCodec.Answers answers = new ClientCodec.Answers();

    private Http1Wire(Worker worker, Channel channel) {
        this.channel = channel;
        requests = new ClientCodec.Requests(worker.plane().limits());
    }

    /** From here on the connection's bytes are requests. */
    static void install(Worker worker, Arrival arrival, Channel channel) {
        Http1Wire wire = new Http1Wire(worker, channel);
        channel.pipeline()
                .addLast(wire.requests)
                .addLast(wire.answers)
                .addLast(new ClientConnection(worker, arrival, channel, wire));
    }

    @Override
    public boolean isStream() {
        return false;
    }

    @Override
    public Desync.Rating rating(HttpRequest request, String method) {
        return requests.rating(request, method);
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
