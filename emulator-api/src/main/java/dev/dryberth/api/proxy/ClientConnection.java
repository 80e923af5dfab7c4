package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.OwnAnswer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One client of an application load balancer over HTTP/1.1: its requests, one after the other, on
 * their way to a target. What comes back is the {@link Answering}'s. Bodies pass through in the
 * pieces they come in, and whoever cannot take more stops the other from being read. On one network
 * thread, with the connections to targets it borrows.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class ClientConnection extends ChannelInboundHandlerAdapter implements Timed {

    /**
     * {@code WAITING} for a head → {@code CONNECTING} to the target chosen → {@code FORWARDING}
     * until request and answer are through → waiting again. {@code RELAYING}: no longer HTTP.
     * {@code LEAVING}: the last answer is under way; what still comes in is dropped.
     */
    private enum Phase {
        WAITING,
        CONNECTING,
        FORWARDING,
        RELAYING,
        LEAVING
    }

    private final Worker worker;
    private final Door door;
    private final Channel channel;
    private final ClientCodec.Requests requests;
    private final Answering answering;
    private final InetSocketAddress peer;
    private final long acceptedNanos = System.nanoTime();
    private final Deque<HttpObject> queue = new ArrayDeque<>();

    private Phase phase = Phase.WAITING;
    private @Nullable Exchange exchange;
    private @Nullable UpstreamConnection upstream;
    private @Nullable MinuteRing connectedTo;
    private long activeNanos = acceptedNanos;
    private long bytesBefore;
    private boolean requestEnded = true;
    private boolean pumping;

    ClientConnection(
            Worker worker,
            Door door,
            Channel channel,
            ClientCodec.Requests requests,
            ClientCodec.Answers answers) {
        this.worker = worker;
        this.door = door;
        this.channel = channel;
        this.requests = requests;
        answering = new Answering(worker, this, channel, answers);
        peer = (InetSocketAddress) channel.remoteAddress();
        worker.watch(this);
    }

    // What the client sends

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (phase == Phase.LEAVING || !(message instanceof HttpObject part)) {
            ReferenceCountUtil.release(message);
            return;
        }
        queue.add(part);
        pump();
        if (queue.size() > worker.plane().limits().maxPipelinedParts()) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        UpstreamConnection to = upstream;
        if (to != null && phase == Phase.FORWARDING) {
            to.channel().flush();
            if (!requestEnded && !to.channel().isWritable()) {
                channel.config().setAutoRead(false);
            }
        }
    }

    /** Takes from the queue what the phase has room for. A loop, so pipelining cannot nest. */
    private void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            while (takesMore()) {
                HttpObject part = queue.poll();
                if (part == null) {
                    break;
                }
                take(part);
            }
        } finally {
            pumping = false;
        }
    }

    private boolean takesMore() {
        return phase == Phase.WAITING || (phase == Phase.FORWARDING && !requestEnded);
    }

    private void take(HttpObject part) {
        activeNanos = System.nanoTime();
        if (part instanceof HttpRequest request) {
            begin(request);
        } else if (part instanceof HttpContent content) {
            forward(content);
        } else {
            ReferenceCountUtil.release(part);
        }
    }

    private void forward(HttpContent content) {
        Exchange current = exchange;
        UpstreamConnection to = upstream;
        if (content instanceof LastHttpContent) {
            requestEnded = true;
            bytesBefore = requests.receivedBytes();
        }
        if (current == null || to == null) {
            content.release();
            if (current != null && requestEnded) {
                answering.ownAnswerMayEnd();
            }
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            current.closeAfter = true;
            answering.refuse(OwnAnswer.BAD_REQUEST);
            return;
        }
        int bytes = content.content().readableBytes();
        current.requestBytes += bytes;
        current.replayable &= bytes == 0;
        to.channel().write(content, to.channel().voidPromise());
    }

    private void begin(HttpRequest request) {
        Exchange current =
                new Exchange(
                        request,
                        activeNanos,
                        worker.plane().clock().now(),
                        HttpUtil.isKeepAlive(request));
        exchange = current;
        requestEnded = false;
        current.tls = ClientTls.of(channel);
        answering.begin(current);
        if (request.decoderResult().isFailure()) {
            current.closeAfter = true;
            current.route = door.route(worker.plane().routing(), "");
            requestEnded = true;
            count(current);
            answering.refuse(RequestCheck.unreadable(request.decoderResult()));
            return;
        }
        boolean awaitsContinue = HttpUtil.is100ContinueExpected(request);
        RequestRouter.Outcome outcome = worker.router().route(current, door, peer, requests);
        count(current);
        switch (outcome) {
            case RequestRouter.Outcome.Refused refused -> answering.refuse(refused.answer());
            case RequestRouter.Outcome.Answered answered ->
                    answering.answerByItself(answered.response());
            case RequestRouter.Outcome.Forwarded forwarded -> {
                if (awaitsContinue) {
                    channel.writeAndFlush(OwnAnswers.proceed());
                }
                connect(current, forwarded.choice(), true);
            }
        }
    }

    private void count(Exchange current) {
        ListenerRoute route = current.route;
        if (route == null) {
            return;
        }
        MinuteRing metrics = route.settings().metrics();
        metrics.requested();
        if (connectedTo == null) {
            connectedTo = metrics;
            metrics.connected();
        }
    }

    // The way to the target

    private void connect(Exchange current, TargetChoice.Choice choice, boolean mayReuse) {
        TargetTraffic.Key key = choice.target().key();
        UpstreamConnection ready = mayReuse ? worker.pool().take(key) : null;
        if (ready != null) {
            send(current, ready);
            return;
        }
        phase = Phase.CONNECTING;
        UpstreamConnection.connect(
                worker, choice.group(), key, attempt -> attempted(current, choice, attempt));
    }

    private void attempted(
            Exchange current, TargetChoice.Choice choice, UpstreamConnection.Attempt attempt) {
        boolean wanted = exchange == current && phase == Phase.CONNECTING;
        switch (attempt) {
            case UpstreamConnection.Attempt.Connected connected -> {
                if (wanted) {
                    send(current, connected.connection());
                    pump();
                    connected.connection().channel().flush();
                    resumeClient();
                } else {
                    connected.connection().discard();
                }
            }
            case UpstreamConnection.Attempt.Failed failed -> {
                if (wanted) {
                    choice.group().metrics().targetConnectionFailed();
                    answering.refuse(
                            failed.cause() instanceof ConnectTimeoutException
                                    ? OwnAnswer.GATEWAY_TIMEOUT
                                    : OwnAnswer.BAD_GATEWAY);
                }
            }
        }
    }

    private void send(Exchange current, UpstreamConnection to) {
        upstream = to;
        phase = Phase.FORWARDING;
        to.lendTo(answering);
        activeNanos = System.nanoTime();
        current.sentNanos = activeNanos;
        to.channel().write(current.request, to.channel().voidPromise());
    }

    /**
     * A connection that had lain ready turned out dead before a byte of the answer came. If nothing
     * of a body has gone out and the method allows it, the request goes out once more, on a
     * connection made for it. Its end has been read already if it has no body.
     */
    boolean retries(Exchange current) {
        TargetChoice.Choice choice = current.choice;
        UpstreamConnection dead = upstream;
        if (choice == null
                || dead == null
                || !dead.isUsed()
                || !current.replayable
                || current.retried
                || !requestEnded) {
            return false;
        }
        current.retried = true;
        upstream = null;
        dead.discard();
        queue.addFirst(LastHttpContent.EMPTY_LAST_CONTENT);
        requestEnded = false;
        connect(current, choice, false);
        return true;
    }

    // What the answering side asks for

    /** The connection to the target can be written to again. */
    void resumeClient() {
        activeNanos = System.nanoTime();
        if (queue.size() <= worker.plane().limits().maxPipelinedParts()
                && !channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    /** Bytes went one way or the other. */
    void active() {
        activeNanos = System.nanoTime();
    }

    boolean requestEnded() {
        return requestEnded;
    }

    @Nullable UpstreamConnection upstream() {
        return upstream;
    }

    /** While an answer of our own goes out before the request's end, the rest is dropped. */
    void dropRequest() {
        upstream = null;
        phase = Phase.FORWARDING;
        pump();
    }

    /** Request and answer are through; the next request may begin. */
    void next() {
        exchange = null;
        upstream = null;
        phase = Phase.WAITING;
        pump();
        UpstreamConnection to = upstream;
        if (to != null) {
            to.channel().flush();
        }
        resumeClient();
    }

    /** The answer under way is the last. */
    void leave() {
        exchange = null;
        upstream = null;
        phase = Phase.LEAVING;
        dropQueue();
        resumeClient();
    }

    void relay() {
        phase = Phase.RELAYING;
        dropQueue();
        worker.forget(this);
    }

    /** The client has gone; also told when a relay ends, of which the pipeline tells nothing. */
    void disconnected() {
        MinuteRing metrics = connectedTo;
        if (metrics != null) {
            metrics.disconnected();
            connectedTo = null;
        }
    }

    boolean mayStay(Exchange current) {
        ListenerRoute route = current.route;
        return current.clientKeepsAlive
                && !current.closeAfter
                && !door.isClosed()
                && !worker.plane().isClosing()
                && route != null
                && System.nanoTime() - acceptedNanos < route.settings().clientKeepAlive().toNanos();
    }

    InetSocketAddress peer() {
        return peer;
    }

    // Ends

    @Override
    public void check(long nowNanos, long epochMillis) {
        switch (phase) {
            case WAITING -> checkWaiting(nowNanos);
            case CONNECTING -> {}
            case FORWARDING -> answering.check(nowNanos - activeNanos, epochMillis);
            case RELAYING -> {}
            case LEAVING -> answering.checkLeaving(nowNanos);
        }
    }

    private void checkWaiting(long nowNanos) {
        ListenerRoute route = door.route(worker.plane().routing(), "");
        boolean begun = requests.receivedBytes() > bytesBefore;
        long idle =
                route == null
                        ? BalancerSettings.DEFAULT_IDLE_NANOS
                        : route.settings().idleTimeout().toNanos();
        if (nowNanos - activeNanos > idle) {
            if (begun) {
                answering.timeOutUnread(route);
            } else {
                channel.close();
            }
        } else if (!begun && (door.isClosed() || worker.plane().isClosing())) {
            channel.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        answering.clientWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        worker.forget(this);
        disconnected();
        if (phase != Phase.RELAYING) {
            phase = Phase.LEAVING;
            answering.clientClosed();
        }
        exchange = null;
        upstream = null;
        dropQueue();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!Tls.isThePeers(cause)) {
            worker.plane().fault(channel, cause);
        }
        channel.close();
    }

    private void dropQueue() {
        queue.forEach(ReferenceCountUtil::release);
        queue.clear();
    }
}
