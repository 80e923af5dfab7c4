package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.ClientProtocol;
import dev.dryberth.core.balancing.OwnAnswer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/**
 * One client of an application load balancer: its requests, one after the other, on their way to a
 * target. Over HTTP/2 every stream counts as a client that has but one request. What comes back is
 * the {@link Answering}'s. Bodies pass through in the pieces they come in, and whoever cannot take
 * more stops the other from being read. On one network thread, with the connections to targets it
 * borrows.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class ClientConnection extends ChannelInboundHandlerAdapter implements Timed {

    /**
     * {@code WAITING} for a head → {@code CONNECTING} to the target chosen, or waiting for an
     * identity provider to say who the client is → {@code FORWARDING} until request and answer are
     * through → waiting again. {@code RELAYING}: no longer HTTP. {@code LEAVING}: the last answer
     * is under way; what still comes in is dropped.
     */
    private enum Phase {
        WAITING,
        CONNECTING,
        FORWARDING,
        RELAYING,
        LEAVING
    }

    private final Worker worker;
    private final Arrival arrival;
    private final Channel channel;
    private final ClientWire wire;
    private final Answering answering;
    private final TargetLink link;
    private final Deque<HttpObject> queue = new ArrayDeque<>();

    private Phase phase = Phase.WAITING;
    private @Nullable Exchange exchange;
    private long activeNanos = System.nanoTime();
    private long bytesBefore;
    private boolean requestEnded = true;
    private boolean pumping;

    ClientConnection(Worker worker, Arrival arrival, Channel channel, ClientWire wire) {
        this.worker = worker;
        this.arrival = arrival;
        this.channel = channel;
        this.wire = wire;
        answering = new Answering(worker, this, channel, wire);
        link = new TargetLink(worker, this, answering);
        worker.watch(this);
    }

    // What the client sends

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (phase == Phase.LEAVING || !(message instanceof HttpObject part)) {
            drop(message);
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
        if (phase == Phase.FORWARDING) {
            link.flush();
            if (!requestEnded && link.isFull()) {
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
        if (content instanceof LastHttpContent) {
            requestEnded = true;
            bytesBefore = wire.receivedBytes();
        }
        if (current == null && wire.isStream()) {
            content.release();
            wire.reject();
        } else if (current == null || !link.isOpen()) {
            content.release();
            if (current != null && requestEnded) {
                answering.ownAnswerMayEnd();
            }
        } else if (content.decoderResult().isFailure()) {
            content.release();
            current.closeAfter = true;
            answering.refuse(OwnAnswer.BAD_REQUEST);
        } else {
            link.forward(content, current);
        }
    }

    private void begin(HttpRequest request) {
        Exchange current =
                new Exchange(
                        request,
                        activeNanos,
                        worker.plane().clock().now(),
                        HttpUtil.isKeepAlive(request),
                        spoken(request));
        exchange = current;
        requestEnded = false;
        current.tls = arrival.tls();
        answering.begin(current);
        if (request.decoderResult().isFailure()) {
            current.closeAfter = true;
            current.route = arrival.route("");
            requestEnded = true;
            arrival.count(current.route);
            answering.refuse(RequestCheck.unreadable(request.decoderResult()));
            return;
        }
        boolean awaitsContinue = HttpUtil.is100ContinueExpected(request);
        RequestRouter.Outcome outcome = worker.router().route(current, arrival, wire);
        arrival.count(current.route);
        follow(current, outcome, awaitsContinue);
    }

    private void follow(Exchange current, RequestRouter.Outcome outcome, boolean awaitsContinue) {
        switch (outcome) {
            case RequestRouter.Outcome.Refused refused -> answering.refuse(refused.answer());
            case RequestRouter.Outcome.Answered answered ->
                    answering.answerByItself(answered.response());
            case RequestRouter.Outcome.Forwarded forwarded -> {
                if (awaitsContinue) {
                    channel.writeAndFlush(OwnAnswers.proceed());
                }
                link.connect(current, forwarded.choice(), true);
            }
            case RequestRouter.Outcome.Awaited awaited -> {
                phase = Phase.CONNECTING;
                var _ =
                        awaited.next()
                                .thenAccept(next ->
                                        worker.later(() -> goOn(current, next, awaitsContinue)));
            }
        }
    }

    /** What a request waited for is known; unless the client has left, it goes on. */
    private void goOn(
            Exchange current, Supplier<RequestRouter.Outcome> next, boolean awaitsContinue) {
        if (exchange != current || phase != Phase.CONNECTING) {
            return;
        }
        phase = Phase.WAITING;
        try {
            follow(current, next.get(), awaitsContinue);
        } catch (RuntimeException fault) {
            worker.plane().fault(channel, fault);
            channel.close();
            return;
        }
        connected();
    }

    private ClientProtocol spoken(HttpRequest request) {
        return ClientProtocol.of(
                wire.isStream(), request.headers().get(HttpHeaderNames.CONTENT_TYPE));
    }

    // What the way to the target tells

    /** The target's connection is being made; what the client sends meanwhile waits. */
    void connecting() {
        phase = Phase.CONNECTING;
    }

    /** The head is on its way to the target. */
    void forwarding() {
        phase = Phase.FORWARDING;
        activeNanos = System.nanoTime();
    }

    /** It was not at once: what has been waiting follows the head now. */
    void connected() {
        pump();
        link.flush();
        resumeClient();
    }

    /** The request goes out again, and so must its end, which has been read. */
    void repeatEnd() {
        queue.addFirst(LastHttpContent.EMPTY_LAST_CONTENT);
        requestEnded = false;
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

    TargetLink link() {
        return link;
    }

    /** While an answer of our own goes out before the request's end, the rest is dropped. */
    void dropRequest() {
        link.forget();
        phase = Phase.FORWARDING;
        pump();
    }

    /** Request and answer are through; the next request may begin. */
    void next() {
        exchange = null;
        link.forget();
        phase = Phase.WAITING;
        pump();
        link.flush();
        resumeClient();
    }

    /** The answer under way is the last. */
    void leave() {
        exchange = null;
        link.forget();
        phase = Phase.LEAVING;
        dropQueue();
        resumeClient();
    }

    void relay() {
        phase = Phase.RELAYING;
        dropQueue();
        worker.forget(this);
    }

    boolean mayStay(Exchange current) {
        ListenerRoute route = current.route;
        return !wire.isStream()
                && current.clientKeepsAlive
                && !current.closeAfter
                && route != null
                && arrival.mayStay(route);
    }

    Arrival arrival() {
        return arrival;
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
        if (wire.isStream()) {
            return;
        }
        boolean begun = wire.receivedBytes() > bytesBefore;
        if (nowNanos - activeNanos > arrival.idleNanos()) {
            if (begun) {
                answering.timeOutUnread(arrival.route(""));
            } else {
                channel.close();
            }
        } else if (!begun && arrival.isClosing()) {
            channel.close();
        }
    }

    /**
     * The client has reset its stream, which a stream that is held back would not notice; closed
     * once the codec has done so, lest the client hear of its own reset.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2ResetFrame) {
            channel.eventLoop().execute(channel::close);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        answering.clientWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        worker.forget(this);
        if (phase != Phase.RELAYING) {
            phase = Phase.LEAVING;
            answering.clientClosed();
        }
        exchange = null;
        link.forget();
        dropQueue();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (wire.isStream() && isMalformed(cause)) {
            wire.reject();
            return;
        }
        if (!Tls.isThePeers(cause)) {
            worker.plane().fault(channel, cause);
        }
        wire.cut();
    }

    /** Refused by the codec of streams, whose own words are more than a log needs. */
    private static boolean isMalformed(Throwable cause) {
        return cause instanceof DecoderException || cause instanceof Http2Exception;
    }

    private void dropQueue() {
        queue.forEach(this::drop);
        queue.clear();
    }

    private void drop(Object message) {
        requestEnded |= message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
    }
}
