package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.OwnAnswer;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * A client's way to the targets of its requests: finds each a connection, has it made if need be,
 * and once more if one that had lain ready turns out dead; a function it calls, and who answers in
 * a target's place. On the client's network thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends in channelInactive
final class TargetLink {

    private final Worker worker;
    private final ClientConnection client;
    private final Answering answering;
    private @Nullable Exchange awaited;
    private @Nullable UpstreamConnection upstream;
    private @Nullable TargetCall call;

    TargetLink(Worker worker, ClientConnection client, Answering answering) {
        this.worker = worker;
        this.client = client;
        this.answering = answering;
    }

    @Nullable UpstreamConnection upstream() {
        return upstream;
    }

    /** Whether what the client sends has somewhere to go. */
    boolean isOpen() {
        return upstream != null || call != null;
    }

    /** Whether how long it takes is not the load balancer's to say. */
    boolean isCalling() {
        TargetCall its = call;
        return its != null && its.isMade();
    }

    void connect(Exchange current, TargetChoice.Choice choice, boolean mayReuse) {
        TargetTraffic.Key key = choice.target().key();
        GroupRoute group = choice.group();
        if (group.isFunctions()) {
            call = new FunctionCall(worker, answering, current, choice);
            client.forwarding();
            return;
        }
        TrafficTap.Fault fault = worker.plane().tap().fault(key.id(), key.port());
        if (fault != null) {
            call = new FaultCall(worker, answering, current, fault);
            client.forwarding();
            return;
        }
        boolean shared = group.isMultiplexed();
        UpstreamConnection ready = mayReuse && !shared ? worker.pool().take(key) : null;
        if (ready != null) {
            send(current, ready);
            return;
        }
        awaited = current;
        client.connecting();
        Consumer<UpstreamConnection.Attempt> then = attempt -> attempted(current, choice, attempt);
        if (shared) {
            worker.streams().open(group.isTls(), key, mayReuse, then);
        } else {
            UpstreamConnection.connect(worker, group, key, then);
        }
    }

    private void attempted(
            Exchange current, TargetChoice.Choice choice, UpstreamConnection.Attempt attempt) {
        boolean wanted = awaited == current;
        if (wanted) {
            awaited = null;
        }
        switch (attempt) {
            case UpstreamConnection.Attempt.Connected connected -> {
                if (wanted) {
                    send(current, connected.connection());
                    client.connected();
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
        client.forwarding();
        to.lendTo(answering);
        if (to.isStream() && current.takesTrailers) {
            current.request.headers().set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
        }
        current.sentNanos = System.nanoTime();
        to.channel().write(current.request, to.channel().voidPromise());
    }

    /** A piece of the body follows the head. */
    void forward(HttpContent content, Exchange current) {
        TargetCall unconnected = call;
        UpstreamConnection to = upstream;
        if (unconnected != null) {
            current.requestBytes += content.content().readableBytes();
            unconnected.take(content);
            return;
        }
        if (to == null) {
            content.release();
            return;
        }
        int bytes = content.content().readableBytes();
        current.requestBytes += bytes;
        current.replayable &= bytes == 0;
        to.channel().write(content, to.channel().voidPromise());
    }

    void flush() {
        UpstreamConnection to = upstream;
        if (to != null) {
            to.channel().flush();
        }
    }

    boolean isFull() {
        UpstreamConnection to = upstream;
        return to != null && !to.channel().isWritable();
    }

    /**
     * Whether the request goes out once more, on a connection made for it: one that had lain ready
     * turned out dead before a byte of the answer came, nothing of a body has gone out, and the
     * method allows it.
     *
     * @param whole whether the request has been read to its end
     */
    boolean retries(Exchange current, boolean whole) {
        TargetChoice.Choice choice = current.choice;
        UpstreamConnection dead = upstream;
        if (choice == null
                || dead == null
                || !dead.isUsed()
                || !current.replayable
                || current.retried
                || !whole) {
            return false;
        }
        current.retried = true;
        upstream = null;
        dead.discard();
        client.repeatEnd();
        connect(current, choice, false);
        return true;
    }

    /** Nothing goes to or comes from a target any more; the connection is somebody else's now. */
    void forget() {
        TargetCall unconnected = call;
        if (unconnected != null) {
            unconnected.abandon();
        }
        call = null;
        awaited = null;
        upstream = null;
    }
}
