package dev.dryberth.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * One client's connection: requests are received, handled and answered one after the other, so
 * pipelined answers keep their order without being held. All but {@link #expired} and {@link
 * #waitingSinceNanos} runs on the connection's event loop.
 *
 * <p>What comes in while a request is in hand is queued; when too much is queued nothing more is
 * read from the socket, and TCP tells the client to wait. The deadline is a field the server looks
 * at now and then, because a timer set and cancelled for each request would cost more than most
 * requests do.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final long NEVER = Long.MAX_VALUE;

    /**
     * {@code WAITING} for a request's head → {@code RECEIVING} its body → {@code HANDLING} it →
     * {@code ANSWERING} → waiting again. {@code LEAVING}: the last answer is under way, and what
     * still comes in is dropped. {@code HANDED_OVER}: it is about to be the neighbour's, for whom
     * what still comes in is kept.
     */
    private enum Phase {
        WAITING,
        RECEIVING,
        HANDLING,
        ANSWERING,
        LEAVING,
        HANDED_OVER
    }

    private final HttpServer server;
    private final HttpLimits limits;
    private final Channel channel;
    private final ServerCodec.Requests requests;
    private final ServerCodec.Answers answers;
    private final Deque<HttpObject> queue = new ArrayDeque<>();
    private final Body body;

    private volatile Phase phase = Phase.WAITING;
    private volatile long deadlineNanos;
    private volatile long waitingSinceNanos;
    private volatile boolean served;
    private volatile boolean askedToLeave;
    private @Nullable RequestHead head;
    private boolean pumping;
    private boolean closeAfterAnswer;

    Connection(
            HttpServer server,
            Channel channel,
            ServerCodec.Requests requests,
            ServerCodec.Answers answers) {
        this.server = server;
        this.channel = channel;
        this.requests = requests;
        this.answers = answers;
        limits = server.limits();
        body = new Body(limits.maxBodyBytes(), server.bodyBudget());
        waitingSinceNanos = System.nanoTime();
        expireAfter(limits.firstRequestTimeout());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (phase == Phase.LEAVING) {
            ReferenceCountUtil.release(message);
            return;
        }
        queue.add((HttpObject) message);
        pump();
        if (queue.size() > limits.maxPipelinedParts()) {
            channel.config().setAutoRead(false);
        }
    }

    /** Takes from the queue what the phase has room for. A loop, so pipelining cannot nest. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (phase == Phase.WAITING || phase == Phase.RECEIVING) {
                HttpObject part = queue.poll();
                if (part == null) {
                    break;
                }
                take(part);
            }
        } finally {
            pumping = false;
        }
        if (queue.isEmpty() && phase != Phase.HANDED_OVER && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    private void take(HttpObject part) {
        try {
            if (part instanceof HttpRequest request) {
                answers.answerTo(request.method().name());
            }
            if (part.decoderResult().isFailure()) {
                throw RequestHead.refusal(part.decoderResult());
            }
            if (part instanceof HttpRequest request) {
                Neighbour neighbour = neighbour(request);
                if (neighbour != null) {
                    handOver(request, neighbour);
                    return;
                }
                begin(RequestHead.check(request, limits));
            }
            if (part instanceof HttpContent content) {
                receive(content);
            }
        } catch (RefusedRequest refused) {
            refuse(refused.status(), refused.answer());
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    /** Whose request it is; null: the server's own. */
    private @Nullable Neighbour neighbour(HttpRequest request) throws RefusedRequest {
        Neighbour neighbour = server.neighbour();
        String host = neighbour == null ? null : request.headers().get(HttpHeaderNames.HOST);
        if (neighbour == null || host == null) {
            return null;
        }
        if (neighbour.answersTo(host)) {
            return neighbour;
        }
        String refusal = neighbour.refusal(host);
        if (refusal != null) {
            throw new RefusedRequest(421, refusal);
        }
        return null;
    }

    /** Once the bytes in hand are read: the codec must not change hands in the midst of them. */
    private void handOver(HttpRequest request, Neighbour neighbour) {
        phase = Phase.HANDED_OVER;
        deadlineNanos = NEVER;
        channel.config().setAutoRead(false);
        channel.eventLoop()
                .execute(() -> {
                    List<HttpObject> received = new ArrayList<>(queue.size() + 1);
                    received.add(request);
                    received.addAll(queue);
                    queue.clear();
                    server.taken(this, channel);
                    channel.pipeline().remove(this);
                    neighbour.take(channel, requests, answers, received);
                });
    }

    private void begin(RequestHead accepted) {
        head = accepted;
        phase = Phase.RECEIVING;
        expireAfter(limits.bodyTimeout());
        if (accepted.awaitsContinue()) {
            Response refusal = server.refusal(request(accepted, new byte[0]));
            if (refusal != null) {
                leaveAfter(refusal);
                return;
            }
            channel.writeAndFlush(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.CONTINUE,
                            Unpooled.EMPTY_BUFFER));
        }
    }

    private void receive(HttpContent content) throws RefusedRequest {
        RequestHead request = head;
        if (request == null) {
            return;
        }
        body.append(content.content(), request.announcedBytes());
        if (content instanceof LastHttpContent) {
            head = null;
            handle(request, request.gzip() ? body.inflated() : body.complete());
        }
    }

    private void handle(RequestHead request, byte[] content) {
        phase = Phase.HANDLING;
        deadlineNanos = NEVER;
        closeAfterAnswer = !request.keepAlive();
        server.answer(request(request, content))
                .whenComplete((response, failure) -> {
                    if (channel.eventLoop().inEventLoop()) {
                        answer(response, failure);
                    } else {
                        channel.eventLoop().execute(() -> answer(response, failure));
                    }
                });
    }

    private Request request(RequestHead accepted, byte[] content) {
        return new Request(
                accepted.method(),
                accepted.target(),
                accepted.headers(),
                content,
                (InetSocketAddress) channel.remoteAddress(),
                (InetSocketAddress) channel.localAddress(),
                channel.eventLoop());
    }

    private void answer(@Nullable Response response, @Nullable Throwable failure) {
        body.release();
        if (!channel.isActive()) {
            return;
        }
        if (response == null) {
            LOG.error("A request's handler failed", failure);
            response = Response.text(500, "The server failed to answer; its log says why.");
        }
        phase = Phase.ANSWERING;
        expireAfter(limits.writeTimeout());
        if (closeAfterAnswer || server.isDraining()) {
            leaveAfter(response);
            return;
        }
        ChannelFuture written = channel.writeAndFlush(encode(response, true));
        if (written.isDone()) {
            answered(written);
        } else {
            written.addListener((ChannelFutureListener) this::answered);
        }
    }

    private void answered(ChannelFuture written) {
        if (!written.isSuccess()) {
            channel.close();
            return;
        }
        served = true;
        phase = Phase.WAITING;
        waitingSinceNanos = System.nanoTime();
        expireAfter(limits.idleTimeout());
        pump();
        if (server.isDraining() && phase == Phase.WAITING) {
            channel.close();
        }
    }

    private void refuse(int status, String message) {
        body.release();
        leaveAfter(server.refused(status, message));
    }

    /**
     * Sends the last answer and ends our half of the connection, then drops what the client still
     * sends for a while: closing with bytes unread makes the kernel send a reset, and the client
     * would see that instead of the answer.
     */
    private void leaveAfter(Response response) {
        phase = Phase.LEAVING;
        dropQueue();
        channel.config().setAutoRead(true);
        expireAfter(limits.writeTimeout());
        channel.writeAndFlush(encode(response, false))
                .addListener(
                        (ChannelFutureListener)
                                written -> {
                                    if (written.isSuccess()) {
                                        expireAfter(limits.lingerTimeout());
                                        ((DuplexChannel) channel).shutdownOutput();
                                    } else {
                                        channel.close();
                                    }
                                });
    }

    private static FullHttpResponse encode(Response response, boolean keepAlive) {
        FullHttpResponse encoded =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(response.status()),
                        Unpooled.wrappedBuffer(response.body()));
        response.headers().forEach(encoded.headers()::add);
        encoded.headers()
                .set(HttpHeaderNames.CONTENT_LENGTH, response.body().length)
                .set(HttpHeaderNames.DATE, HttpDate.now())
                .set(
                        HttpHeaderNames.CONNECTION,
                        keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        return encoded;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (phase == Phase.HANDED_OVER) {
            return;
        }
        phase = Phase.LEAVING;
        dropQueue();
        body.release();
        server.closed(this);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("{} went away", channel, cause);
        } else {
            LOG.warn("{} is closed because of a fault", channel, cause);
        }
        channel.close();
    }

    private void dropQueue() {
        queue.forEach(ReferenceCountUtil::release);
        queue.clear();
    }

    private void expireAfter(Duration timeout) {
        deadlineNanos = System.nanoTime() + timeout.toNanos();
    }

    /** Any thread. */
    boolean expired(long nowNanos) {
        long deadline = deadlineNanos;
        return deadline != NEVER && nowNanos - deadline > 0;
    }

    /** Called when the server saw the deadline pass; it may have been moved since. */
    void timeOut() {
        if (!expired(System.nanoTime())) {
            return;
        }
        if (phase == Phase.RECEIVING) {
            refuse(408, "The body did not arrive in time.");
        } else {
            channel.close();
        }
    }

    /**
     * Any thread. Tells who should make room: a client that was never answered before one that was,
     * and the longest waiting first; absent while a request is in hand.
     */
    @Nullable Idle idle() {
        return phase == Phase.WAITING && !askedToLeave
                ? new Idle(this, served, waitingSinceNanos)
                : null;
    }

    record Idle(Connection connection, boolean served, long sinceNanos) {

        static final Comparator<Idle> FIRST_TO_LEAVE = Idle::compare;

        private static int compare(Idle one, Idle other) {
            return one.served != other.served
                    ? Boolean.compare(one.served, other.served)
                    : Long.signum(one.sinceNanos - other.sinceNanos);
        }
    }

    /** Any thread. Whether the connection is about to close, unless a request came meanwhile. */
    boolean isAskedToLeave() {
        return askedToLeave;
    }

    /** Any thread. Closes the connection unless a request is in hand by now. */
    void closeIfWaiting() {
        askedToLeave = true;
        channel.eventLoop()
                .execute(() -> {
                    askedToLeave = false;
                    if (phase == Phase.WAITING) {
                        channel.close();
                    }
                });
    }

    /** Any thread. */
    void checkDeadlineSoon() {
        channel.eventLoop().execute(this::timeOut);
    }

    /** Any thread. */
    ChannelFuture closeNow() {
        return channel.close();
    }
}
