package dev.dryberth.api.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;

import java.time.Duration;

/**
 * Carries bytes both ways between a client and a target once nobody reads them: a WebSocket, or a
 * flow through a network load balancer. Both ends live on one network thread.
 *
 * <p>An end that cannot take more stops the other from reading. An end that has sent all it will
 * ends the other's half too, and the flow is over when both have; whatever was still to be written
 * is written first. With no byte either way for the idle timeout, both ends are reset.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close or write that fails ends in channelInactive
final class Relay implements Timed {

    private final Worker worker;
    private final Channel client;
    private final Channel target;
    private final long idleNanos;
    private final Rule rule;
    private final Runnable ended;
    private long activeNanos = System.nanoTime();
    private long toClientBytes;
    private long toTargetBytes;
    private boolean over;

    /** When a flow is cut although bytes still go through. */
    interface Rule {
        boolean isCut(long epochMillis);
    }

    /**
     * The channels' pipelines must be empty but for TLS.
     *
     * @param ended called once, on the worker's thread
     */
    Relay(
            Worker worker,
            Channel client,
            Channel target,
            Duration idleTimeout,
            Rule rule,
            Runnable ended) {
        this.worker = worker;
        this.client = client;
        this.target = target;
        idleNanos = idleTimeout.toNanos();
        this.rule = rule;
        this.ended = ended;
    }

    void start() {
        worker.watch(this);
        End clientEnd = new End(client, target, false);
        End targetEnd = new End(target, client, true);
        client.pipeline().addLast(clientEnd);
        target.pipeline().addLast(targetEnd);
        clientEnd.noticeEarlyEnd();
        targetEnd.noticeEarlyEnd();
        resume(client);
        resume(target);
        if (!client.isActive()) {
            finish();
        }
    }

    long toClientBytes() {
        return toClientBytes;
    }

    long toTargetBytes() {
        return toTargetBytes;
    }

    @Override
    public void check(long nowNanos, long epochMillis) {
        if (nowNanos - activeNanos > idleNanos || rule.isCut(epochMillis)) {
            reset(client);
            reset(target);
        }
    }

    /** Closes so that the peer sees a reset, as AWS does with what was idle too long. */
    static void reset(Channel channel) {
        if (channel.isActive()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        channel.close();
    }

    /** Epoll has already let go of a socket that has ended: it must not be asked for more. */
    private static void resume(Channel channel) {
        if (!(channel instanceof DuplexChannel duplex && duplex.isInputShutdown())) {
            channel.config().setAutoRead(true);
        }
    }

    private void finish() {
        if (!over) {
            over = true;
            worker.forget(this);
            ended.run();
        }
    }

    /** One of the two ends. */
    private final class End extends ChannelInboundHandlerAdapter {
        private final Channel own;
        private final Channel other;
        private final boolean fromTarget;
        private boolean inputEnded;

        private End(Channel own, Channel other, boolean fromTarget) {
            this.own = own;
            this.other = other;
            this.fromTarget = fromTarget;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!(message instanceof ByteBuf buffer)) {
                // The end of the message that switched protocols, from a codec just removed.
                ReferenceCountUtil.release(message);
                return;
            }
            activeNanos = System.nanoTime();
            int bytes = buffer.readableBytes();
            if (fromTarget) {
                toClientBytes += bytes;
            } else {
                toTargetBytes += bytes;
            }
            other.write(message, other.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            other.flush();
            if (!other.isWritable()) {
                own.config().setAutoRead(false);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (own.isWritable()) {
                activeNanos = System.nanoTime();
                resume(other);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                endInput();
            }
        }

        /** It may have sent all it will before anybody here listened. */
        private void noticeEarlyEnd() {
            if (own instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
                endInput();
            }
        }

        private void endInput() {
            if (!inputEnded) {
                inputEnded = true;
                other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> endHalf());
            }
        }

        private void endHalf() {
            Tls.endOutput(other);
            if (other instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
                own.close();
                other.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            finish();
            if (other.isActive()) {
                other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            reset(own);
            reset(other);
        }
    }
}
