package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A UDP port of a network load balancer. All of it, its clients' flows included, is on one network
 * thread.
 *
 * <p>Goal: what one client sends to the port goes to one target, and what that target sends back
 * comes to the client from the port it asked. UDP knows no connections, so the load balancer makes
 * up flows. A flow is the client's address and port, the port here and a target; it begins with the
 * first datagram of an unknown client and is forgotten when none has gone either way for {@link
 * #IDLE_TIMEOUT}, which AWS fixes and which passes through the clock's speed (down to {@link
 * #SHORTEST_IDLE}: the programs at both ends run no faster). The next datagram of the same client
 * then begins another flow, perhaps to another target.
 *
 * <p>Each flow has a socket of its own towards its target, so that the answers to two clients are
 * told apart. Targets therefore see 127.0.0.1 or the bridge's own address, and a port of ours, as
 * the client. Deviation: AWS always preserves the client's address here. Proxy protocol version 2
 * tells it, in front of every datagram [?].
 *
 * <p>Who changes nothing stays: a changed default action or a target that turned unhealthy concerns
 * new flows only. A flow whose target is deregistered goes on until it is idle or the delay is
 * over, and is then forgotten (unless the group's {@code
 * deregistration_delay.connection_termination.enabled} is false), so that the client's next
 * datagram finds another target.
 *
 * <p>What cannot be delivered is dropped, as networks do: for want of a target, of memory, or of
 * room in a socket. That is also what limits a client: at {@link ProxyLimits#maxDatagramFlows} the
 * flow that has been still for longest makes room for the new one. Deviation: that a target's port
 * is closed, which its machine says by ICMP, is not passed on to the client, and datagrams without
 * a single byte are not carried.
 *
 * <p>Example. 127.0.0.1:40001 sends to 127.1.0.1:53. The hash of both falls on the second of three
 * healthy targets, 10.0.0.9:53. A socket, say 172.17.0.1:51111, is connected to it, the datagram
 * and all that follow go through it, and whatever it receives from there goes out of 127.1.0.1:53
 * to 127.0.0.1:40001. 127.0.0.1:40002 has a flow and a socket of its own.
 *
 * <p>Follows "Network Load Balancers" and "Target groups for your Network Load Balancers".
 */
@SuppressWarnings("FutureReturnValueIgnored") // a datagram that cannot be sent is lost
final class DatagramListener extends ChannelInboundHandlerAdapter implements Timed {

    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);
    static final Duration SHORTEST_IDLE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(DatagramListener.class);
    private static final float LOAD_FACTOR = 0.75f;

    private final Worker worker;
    private final Door door;
    private final Channel channel;
    private final long idleNanos;

    /** By client, the one that has been still for longest first. */
    private final Map<InetSocketAddress, DatagramFlow> flows =
            new LinkedHashMap<>(16, LOAD_FACTOR, true);

    private boolean full;

    DatagramListener(Worker worker, Door door, Channel channel) {
        this.worker = worker;
        this.door = door;
        this.channel = channel;
        Duration idle = worker.plane().clock().wait(IDLE_TIMEOUT);
        idleNanos = (idle.compareTo(SHORTEST_IDLE) < 0 ? SHORTEST_IDLE : idle).toNanos();
        worker.watch(this);
    }

    /** Whether a listener's clients send datagrams and nothing else. */
    static boolean carries(RouteTable.Protocol protocol) {
        return protocol == RouteTable.Protocol.UDP;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof DatagramPacket datagram)) {
            ReferenceCountUtil.release(message);
            return;
        }
        DatagramFlow flow = flows.get(datagram.sender());
        if (flow != null && flow.isCut(worker.plane().clock().now().toEpochMilli())) {
            forget(flow);
            flow = null;
        }
        if (flow == null) {
            flow = begin(datagram.sender());
        }
        if (flow == null) {
            datagram.release();
        } else {
            flow.toTarget(datagram.content());
        }
    }

    private @Nullable DatagramFlow begin(InetSocketAddress client) {
        ListenerRoute route = door.route(worker.plane().routing(), "");
        FlowTarget target = FlowTarget.choose(route, client, door.address());
        if (target == null) {
            return null;
        }
        int most = worker.plane().limits().maxDatagramFlows();
        if (flows.size() >= most) {
            if (!full) {
                LOG.warn(
                        "More than {} clients send to {}: the flow that was still for longest goes",
                        most,
                        door.address());
            }
            full = true;
            forget(flows.values().iterator().next());
        }
        DatagramFlow flow = new DatagramFlow(worker, this, client, target);
        flows.put(client, flow);
        flow.connect();
        return flow;
    }

    /** The client's next datagram begins another. */
    void forget(DatagramFlow flow) {
        flows.remove(flow.client(), flow);
        flow.end();
    }

    /** Also counts as a sign of life of the flow. */
    void toClient(DatagramFlow flow, DatagramPacket answer) {
        if (flows.get(flow.client()) == flow && channel.isWritable()) {
            channel.write(
                    new DatagramPacket(answer.content(), flow.client()), channel.voidPromise());
        } else {
            answer.release();
        }
    }

    void flush() {
        channel.flush();
    }

    /** Where clients send to. */
    InetSocketAddress address() {
        return door.address();
    }

    @Override
    public void check(long nowNanos, long epochMillis) {
        Iterator<DatagramFlow> each = flows.values().iterator();
        while (each.hasNext()) {
            DatagramFlow flow = each.next();
            if (flow.idleSince(nowNanos) > idleNanos || flow.isCut(epochMillis)) {
                each.remove();
                flow.end();
            }
        }
        full = full && flows.size() >= worker.plane().limits().maxDatagramFlows();
    }

    /** The port is closed: whoever answers now has nobody to answer to. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        worker.forget(this);
        List.copyOf(flows.values()).forEach(this::forget);
    }

    /** A client that is gone, which its machine says by ICMP, is no fault of the port. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A datagram at {} came to nothing", door.address(), cause);
    }
}
