package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.Protocol;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A connection through a network load balancer: chooses its {@link FlowTarget} as the client
 * connects, and stays with it. If that target cannot be reached the client is reset. On one network
 * thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class FlowConnection extends ChannelInboundHandlerAdapter {

    private final Worker worker;
    private final Door door;
    private final Channel channel;
    private final boolean tls;
    private final Deque<Object> early = new ArrayDeque<>();
    private boolean begun;

    FlowConnection(Worker worker, Door door, Channel channel, boolean tls) {
        this.worker = worker;
        this.door = door;
        this.channel = channel;
        this.tls = tls;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (tls) {
            channel.read();
        } else {
            begin();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                begin();
            } else {
                channel.close();
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        early.add(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        FlowTarget target =
                FlowTarget.choose(
                        door.route(worker.plane().routing(), ""),
                        (InetSocketAddress) channel.remoteAddress(),
                        (InetSocketAddress) channel.localAddress());
        if (target == null) {
            Relay.reset(channel);
        } else {
            connect(target);
        }
    }

    private void connect(FlowTarget target) {
        new Bootstrap()
                .group(worker.loop())
                .channel(worker.plane().transport().client())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) worker.plane().limits().connectTimeout().toMillis())
                .handler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel to) {
                                if (target.group().isTls()) {
                                    to.pipeline().addLast(Tls.toTarget(to));
                                }
                            }
                        })
                .connect(target.target().address())
                .addListener(
                        (ChannelFutureListener)
                                done -> {
                                    if (done.isSuccess()) {
                                        relay(target, done.channel());
                                    } else {
                                        target.group().metrics().targetConnectionFailed();
                                        target.end();
                                        Relay.reset(channel);
                                    }
                                });
    }

    private void relay(FlowTarget target, Channel to) {
        MinuteRing metrics = target.route().settings().metrics();
        FlowKind kind = tls ? FlowKind.TLS : FlowKind.TCP;
        metrics.flowBegan(kind);
        Relay[] its = new Relay[1];
        Relay relay =
                new Relay(
                        worker,
                        channel,
                        to,
                        target.route().flowIdleTimeout(),
                        target.rule(),
                        () -> {
                            target.end();
                            metrics.flowEnded(kind);
                            Relay ended = its[0];
                            if (ended != null) {
                                metrics.flowCarried(
                                        kind, ended.toClientBytes() + ended.toTargetBytes());
                            }
                        });
        its[0] = relay;
        if (target.tellsClient()) {
            to.write(
                    Unpooled.wrappedBuffer(
                            ProxyProtocol.ofConnection(
                                    (InetSocketAddress) channel.remoteAddress(),
                                    (InetSocketAddress) channel.localAddress())));
        }
        for (Object each = early.poll(); each != null; each = early.poll()) {
            to.write(each);
        }
        to.flush();
        channel.pipeline().remove(this);
        relay.start();
    }

    static boolean carries(Protocol protocol) {
        return protocol == Protocol.TCP || protocol == Protocol.TLS;
    }
}
