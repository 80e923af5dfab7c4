package dev.dryberth.api.proxy;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One client's datagrams to one target and back, as {@link DatagramListener} says. On its
 * listener's network thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a datagram that cannot be sent is lost
final class DatagramFlow extends ChannelInboundHandlerAdapter {

    /** No datagram is larger; with less room the rest of it would be lost. */
    static final int LARGEST_DATAGRAM = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(DatagramFlow.class);

    /** The socket is there within microseconds; who sends more meanwhile sends too much. */
    private static final int MAX_EARLY = 64;

    private final Worker worker;
    private final DatagramListener listener;
    private final InetSocketAddress client;
    private final FlowTarget target;
    private final Relay.Rule rule;
    private final MinuteRing metrics;
    private final Deque<ByteBuf> early = new ArrayDeque<>();
    private long activeNanos = System.nanoTime();
    private @Nullable Channel socket;
    private boolean ended;

    /** The target is the flow's from here on; whoever makes one ends it. */
    DatagramFlow(
            Worker worker, DatagramListener listener, InetSocketAddress client, FlowTarget target) {
        this.worker = worker;
        this.listener = listener;
        this.client = client;
        this.target = target;
        rule = target.rule();
        metrics = target.route().settings().metrics();
    }

    void connect() {
        metrics.flowBegan(FlowKind.UDP);
        new Bootstrap()
                .group(worker.loop())
                .channel(worker.plane().transport().datagrams())
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(LARGEST_DATAGRAM))
                .handler(this)
                .connect(target.target().address())
                .addListener(
                        (ChannelFutureListener)
                                done -> {
                                    if (done.isSuccess()) {
                                        connected(done.channel());
                                    } else {
                                        target.group().metrics().targetConnectionFailed();
                                        listener.forget(this);
                                    }
                                });
    }

    private void connected(Channel made) {
        if (ended) {
            made.close();
            return;
        }
        socket = made;
        for (ByteBuf each = early.poll(); each != null; each = early.poll()) {
            made.write(each);
        }
        made.flush();
    }

    InetSocketAddress client() {
        return client;
    }

    /** Takes the datagram over. */
    void toTarget(ByteBuf datagram) {
        activeNanos = System.nanoTime();
        metrics.flowCarried(FlowKind.UDP, datagram.readableBytes());
        Channel its = socket;
        if (its == null) {
            if (early.size() < MAX_EARLY) {
                early.add(headed(datagram));
            } else {
                datagram.release();
            }
        } else if (its.isWritable()) {
            its.writeAndFlush(headed(datagram));
        } else {
            datagram.release();
        }
    }

    private ByteBuf headed(ByteBuf datagram) {
        return target.tellsClient()
                ? Unpooled.wrappedBuffer(
                        Unpooled.wrappedBuffer(
                                ProxyProtocol.ofDatagram(client, listener.address())),
                        datagram)
                : datagram;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof DatagramPacket answer) {
            activeNanos = System.nanoTime();
            metrics.flowCarried(FlowKind.UDP, answer.content().readableBytes());
            listener.toClient(this, answer);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        listener.flush();
    }

    /** Such as a closed port: another datagram may fare better. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A datagram to {} came to nothing", target.target().text(), cause);
    }

    boolean isCut(long epochMillis) {
        return rule.isCut(epochMillis);
    }

    long idleSince(long nowNanos) {
        return nowNanos - activeNanos;
    }

    void end() {
        if (ended) {
            return;
        }
        ended = true;
        releaseEarly();
        Channel its = socket;
        if (its != null) {
            its.close();
        }
        metrics.flowEnded(FlowKind.UDP);
        target.end();
    }

    private void releaseEarly() {
        early.forEach(ByteBuf::release);
        early.clear();
    }
}
