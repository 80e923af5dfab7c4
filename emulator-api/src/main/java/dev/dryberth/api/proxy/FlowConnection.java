package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.Protocol;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;

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

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/**
 * One flow through a network load balancer: chooses its target as the client connects, and stays
 * with it. Follows "Network Load Balancers": the target is the one a hash of protocol, addresses
 * and ports falls on among the healthy (among all, if none is), or of the client's address alone if
 * the group is sticky; if that target cannot be reached the client is reset. On one network thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class FlowConnection extends ChannelInboundHandlerAdapter {

    private static final int SPREAD = 0x9E3779B9;

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
        ListenerRoute route = door.route(worker.plane().routing(), "");
        GroupRoute group = route == null ? null : group(route);
        TargetTraffic target = group == null ? null : group.chooseByHash(hash(group));
        if (route == null || group == null || target == null || !target.tryBegin()) {
            Relay.reset(channel);
            return;
        }
        route.settings().metrics().requested();
        group.metrics().requested();
        connect(route, group, target);
    }

    private static @Nullable GroupRoute group(ListenerRoute route) {
        if (!(route.defaultDecision().step() instanceof ListenerRoute.Step.Forward forward)) {
            return null;
        }
        String chosen = forward.groups().choose(forward.turns().getAndIncrement());
        return chosen == null ? null : route.group(chosen);
    }

    private int hash(GroupRoute group) {
        InetSocketAddress from = (InetSocketAddress) channel.remoteAddress();
        int hash = from.getAddress().hashCode();
        if (group.sticky() != GroupRoute.Sticky.SOURCE_IP) {
            hash = 31 * hash + from.getPort();
            hash = 31 * hash + channel.localAddress().hashCode();
        }
        hash *= SPREAD;
        return hash ^ (hash >>> 16);
    }

    private void connect(ListenerRoute route, GroupRoute group, TargetTraffic target) {
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
                                if (group.isTls()) {
                                    to.pipeline().addLast(Tls.toTarget(to));
                                }
                            }
                        })
                .connect(target.address())
                .addListener(
                        (ChannelFutureListener)
                                done -> {
                                    if (done.isSuccess()) {
                                        relay(route, group, target, done.channel());
                                    } else {
                                        group.metrics().targetConnectionFailed();
                                        target.end();
                                        Relay.reset(channel);
                                    }
                                });
    }

    private void relay(ListenerRoute route, GroupRoute group, TargetTraffic target, Channel to) {
        MinuteRing metrics = route.settings().metrics();
        metrics.connected();
        Relay[] its = new Relay[1];
        Relay relay =
                new Relay(
                        worker,
                        channel,
                        to,
                        route.flowIdleTimeout(),
                        rule(group.group(), target),
                        () -> {
                            target.end();
                            metrics.disconnected();
                            Relay ended = its[0];
                            if (ended != null) {
                                metrics.carried(ended.toClientBytes() + ended.toTargetBytes());
                            }
                        });
        its[0] = relay;
        if (BalancerSettings.isOn(group.group().attributes(), "proxy_protocol_v2.enabled")) {
            to.write(
                    Unpooled.wrappedBuffer(
                            ProxyProtocol.header(
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

    /**
     * Flows outlive the deregistration delay unless the group says otherwise, but are cut when a
     * target that was healthy at their start no longer is, unless the group says otherwise.
     */
    private static Relay.Rule rule(TargetGroup group, TargetTraffic target) {
        Map<String, String> attributes = group.attributes();
        boolean endsWithDelay =
                BalancerSettings.isOn(
                        attributes, "deregistration_delay.connection_termination.enabled");
        boolean endsUnhealthy =
                !target.isUnhealthy()
                        && !"false"
                                .equals(
                                        attributes.get(
                                                "target_health_state.unhealthy.connection_termination.enabled"));
        return epochMillis ->
                (endsWithDelay && target.isCut(epochMillis))
                        || (endsUnhealthy && target.isUnhealthy());
    }

    static boolean carries(Protocol protocol) {
        return protocol == Protocol.TCP || protocol == Protocol.TLS;
    }
}
