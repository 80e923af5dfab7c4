package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.Protocol;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

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
    private final @Nullable TlsFlowLog log;
    private final Deque<Object> early = new ArrayDeque<>();
    private long earlyBytes;
    private boolean begun;

    FlowConnection(Worker worker, Door door, Channel channel, boolean tls) {
        this.worker = worker;
        this.door = door;
        this.channel = channel;
        log = tls ? new TlsFlowLog(worker, channel) : null;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (log != null) {
            channel.read();
        } else {
            begin();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (!handshake.isSuccess()) {
                ended(door.route(worker.plane().routing(), ""), 0, 0);
                channel.close();
                return;
            }
            if (log != null) {
                log.secured();
            }
            begin();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            earlyBytes += bytes.readableBytes();
        }
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

    private void ended(@Nullable ListenerRoute route, long receivedBytes, long sentBytes) {
        if (log != null) {
            log.ended(route, receivedBytes, sentBytes);
        }
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        ListenerRoute route = door.route(worker.plane().routing(), "");
        FlowTarget target =
                FlowTarget.choose(
                        route,
                        (InetSocketAddress) channel.remoteAddress(),
                        (InetSocketAddress) channel.localAddress());
        if (target == null) {
            ended(route, 0, 0);
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
                                        ended(target.route(), 0, 0);
                                        Relay.reset(channel);
                                    }
                                });
    }

    private void relay(FlowTarget target, Channel to) {
        MinuteRing metrics = target.route().settings().metrics();
        FlowKind kind = log == null ? FlowKind.TCP : FlowKind.TLS;
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
                                long received = earlyBytes + ended.toTargetBytes();
                                long sent = ended.toClientBytes();
                                metrics.flowCarried(kind, received + sent);
                                ended(target.route(), received, sent);
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
