package dev.dryberth.api.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;

/**
 * A client in the middle of its TLS handshake. What it then speaks was agreed on in there; who
 * offered nothing speaks HTTP/1.1. On the client's network thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails ends in handlerRemoved
final class Negotiation extends ApplicationProtocolNegotiationHandler implements Timed {

    private final Worker worker;
    private final Arrival arrival;
    private final io.netty.channel.Channel channel;

    Negotiation(Worker worker, Arrival arrival, io.netty.channel.Channel channel) {
        super(ApplicationProtocolNames.HTTP_1_1);
        this.worker = worker;
        this.arrival = arrival;
        this.channel = channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        worker.watch(this);
        super.handlerAdded(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) throws Exception {
        worker.forget(this);
        super.handlerRemoved(context);
    }

    @Override
    protected void configurePipeline(ChannelHandlerContext context, String protocol) {
        if (protocol.equals(ApplicationProtocolNames.HTTP_2)) {
            Http2Client.install(worker, arrival, channel);
        } else {
            Http1Wire.install(worker, arrival, channel);
        }
    }

    /** Whoever breaks off a handshake is no news. */
    @Override
    protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }

    @Override
    public void check(long nowNanos, long epochMillis) {
        if (nowNanos - arrival.acceptedNanos() > arrival.idleNanos()) {
            channel.close();
        }
    }
}
