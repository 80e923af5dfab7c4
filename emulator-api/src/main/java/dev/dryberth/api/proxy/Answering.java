package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.ClientProtocol;
import dev.dryberth.core.balancing.OwnAnswer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

import org.jspecify.annotations.Nullable;

/**
 * The way back of a {@link ClientConnection}: a target's answer or one of our own, what failed, and
 * the account of it in log and metrics. Exactly one answer is begun for each request. On the
 * client's network thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends in channelInactive
final class Answering {

    private static final int CONTINUE = 100;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int OK = 200;

    private final Worker worker;
    private final ClientConnection client;
    private final Channel channel;
    private final ClientWire wire;

    private @Nullable Exchange exchange;
    private boolean informational;
    private boolean keepsClient;
    private boolean keepsTarget;
    private boolean ownAnswerSent;
    private boolean left;
    private long leaveNanos;

    Answering(Worker worker, ClientConnection client, Channel channel, ClientWire wire) {
        this.worker = worker;
        this.client = client;
        this.channel = channel;
        this.wire = wire;
    }

    void begin(Exchange begun) {
        exchange = begun;
        informational = false;
        ownAnswerSent = false;
        wire.answerTo(begun.method);
    }

    // A target's answer

    void responded(HttpResponse response) {
        Exchange current = exchange;
        if (current == null) {
            return;
        }
        client.active();
        int status = response.status().code();
        informational = status >= CONTINUE && status < OK && status != SWITCHING_PROTOCOLS;
        if (informational) {
            return;
        }
        current.targetStatus = status;
        current.status = status;
        current.responseStarted = true;
        current.answeredNanos = System.nanoTime();
        if (status == SWITCHING_PROTOCOLS) {
            if (current.upgrade) {
                switchProtocols(current, response);
            } else {
                current.responseStarted = false;
                refuse(OwnAnswer.BAD_GATEWAY);
            }
            return;
        }
        keepsTarget = RequestHeaders.targetStays(response) && !current.closeAfter;
        TargetChoice.Choice choice = current.choice;
        if (choice != null) {
            worker.choice().bind(choice, response.headers());
        }
        current.cookies.forEach(each -> response.headers().add(HttpHeaderNames.SET_COOKIE, each));
        keepsClient = RequestHeaders.toClient(response, current, client.mayStay(current));
        channel.write(
                response,
                response instanceof LastHttpContent ? wire.promiseOfEnd() : channel.voidPromise());
    }

    /** An answer that is only a head, and stays one on its way. */
    void answeredWhole(FullHttpResponse response) {
        Exchange current = exchange;
        responded(response);
        if (current != null && current == exchange && current.responseStarted) {
            ended(current);
        }
        informational = false;
    }

    /** A function's answer, as a target's. */
    void answeredByFunction(FullHttpResponse response) {
        Exchange current = exchange;
        if (current != null) {
            boolean head = current.method.equals("HEAD");
            current.responseBytes = head ? 0 : response.content().readableBytes();
            answeredWhole(head ? OwnAnswers.withoutBody(response) : response);
        }
    }

    void answerPart(HttpContent content) {
        Exchange current = exchange;
        if (current == null || informational || !current.responseStarted) {
            informational = false;
            content.release();
            return;
        }
        client.active();
        current.responseBytes += content.content().readableBytes();
        boolean last = content instanceof LastHttpContent;
        channel.write(content, last ? wire.promiseOfEnd() : channel.voidPromise());
        if (last) {
            ended(current);
        }
    }

    private void ended(Exchange current) {
        UpstreamConnection from = client.link().upstream();
        boolean whole = client.requestEnded();
        settle(current);
        if (from != null) {
            if (whole && keepsTarget) {
                from.giveBack();
            } else {
                from.discard();
            }
        }
        channel.flush();
        if (whole && keepsClient) {
            client.next();
        } else {
            leaveAfterWrites();
        }
    }

    /** All that was read at once has been passed on. */
    void flushAnswer() {
        channel.flush();
        UpstreamConnection from = client.link().upstream();
        if (from != null && !channel.isWritable()) {
            from.channel().config().setAutoRead(false);
        }
    }

    void clientWritabilityChanged() {
        UpstreamConnection from = client.link().upstream();
        if (channel.isWritable()) {
            client.active();
            if (from != null) {
                from.channel().config().setAutoRead(true);
            }
        }
    }

    void targetTakesMore() {
        client.resumeClient();
    }

    private void switchProtocols(Exchange current, HttpResponse response) {
        UpstreamConnection to = client.link().upstream();
        TargetChoice.Choice choice = current.choice;
        ListenerRoute route = current.route;
        if (to == null || choice == null || route == null) {
            channel.close();
            return;
        }
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        worker.choice().bind(choice, response.headers());
        current.cookies.forEach(each -> response.headers().add(HttpHeaderNames.SET_COOKIE, each));
        channel.writeAndFlush(response);
        client.relay();
        TargetTraffic traffic = choice.target();
        Relay[] started = new Relay[1];
        Relay relay =
                new Relay(
                        worker,
                        channel,
                        to.channel(),
                        route.settings().idleTimeout(),
                        traffic::isCut,
                        () -> {
                            Relay its = started[0];
                            current.requestBytes = its == null ? 0 : its.toTargetBytes();
                            current.responseBytes = its == null ? 0 : its.toClientBytes();
                            settle(current);
                        });
        started[0] = relay;
        channel.pipeline().remove(client);
        to.channel().pipeline().remove(to);
        // The relay stands before the codecs go, since those hand on what they had read too far.
        relay.start();
        wire.remove();
        to.channel().pipeline().remove(UpstreamConnection.CODEC);
    }

    // Answers of our own

    /** The failure takes the place of the answer, or cuts it if it has begun. */
    void refuse(OwnAnswer answer) {
        Exchange current = exchange;
        if (current == null) {
            return;
        }
        current.own = answer;
        if (current.responseStarted) {
            cut(current, answer);
            return;
        }
        answerByItself(OwnAnswers.failure(answer, current.protocol), answer.status());
    }

    private void cut(Exchange current, OwnAnswer why) {
        UpstreamConnection from = client.link().upstream();
        current.own = why;
        settle(current);
        if (from != null) {
            from.discard();
        }
        client.leave();
        wire.cut();
    }

    void answerByItself(FullHttpResponse response) {
        answerByItself(response, response.status().code());
    }

    /** The status counted and logged is not the one sent where gRPC has words of its own. */
    private void answerByItself(FullHttpResponse response, int status) {
        Exchange current = exchange;
        if (current == null) {
            response.release();
            return;
        }
        UpstreamConnection from = client.link().upstream();
        if (from != null) {
            from.discard();
        }
        ListenerRoute route = current.route;
        if (route != null) {
            route.headers().addToOwn(response.headers());
        }
        current.cookies.forEach(each -> response.headers().add(HttpHeaderNames.SET_COOKIE, each));
        boolean stays = client.mayStay(current) && (client.requestEnded() || current.isBodiless());
        if (!stays) {
            OwnAnswers.close(response);
        } else if (current.oldClient) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        current.status = status;
        current.responseStarted = true;
        current.responseBytes = response.content().readableBytes();
        FullHttpResponse sent =
                current.method.equals("HEAD") ? OwnAnswers.withoutBody(response) : response;
        channel.writeAndFlush(sent, wire.promiseOfEnd());
        ownAnswerSent = true;
        if (!stays) {
            settle(current);
            leaveAfterWrites();
        } else if (client.requestEnded()) {
            ownAnswerMayEnd();
        } else {
            client.dropRequest();
        }
    }

    /** The rest of a request answered by ourselves has been read. */
    void ownAnswerMayEnd() {
        Exchange current = exchange;
        if (current != null && ownAnswerSent) {
            settle(current);
            client.next();
        }
    }

    // Failures

    void targetClosed() {
        targetFailed(null);
    }

    void targetFailed(@Nullable Throwable cause) {
        Exchange current = exchange;
        if (current == null
                || (!current.responseStarted
                        && client.link().retries(current, client.requestEnded()))) {
            return;
        }
        refuse(OwnAnswer.BAD_GATEWAY);
    }

    /** Nobody reads an answer any more; AWS logs 460. */
    void clientClosed() {
        Exchange current = exchange;
        UpstreamConnection from = client.link().upstream();
        if (current != null) {
            if (!current.responseStarted) {
                current.status = OwnAnswer.CLIENT_CLOSED.status();
                current.own = OwnAnswer.CLIENT_CLOSED;
            }
            settle(current);
        }
        if (from != null) {
            from.discard();
        }
    }

    void check(long idleNanos, long epochMillis) {
        Exchange current = exchange;
        if (current == null || current.route == null) {
            return;
        }
        TargetChoice.Choice choice = current.choice;
        if (choice != null && choice.target().isCut(epochMillis)) {
            refuse(OwnAnswer.BAD_GATEWAY);
        } else if (!client.link().isCalling()
                && idleNanos > current.route.settings().idleTimeout().toNanos()) {
            current.closeAfter = true;
            refuse(client.requestEnded() ? OwnAnswer.GATEWAY_TIMEOUT : OwnAnswer.REQUEST_TIMEOUT);
        }
    }

    /** The idle timeout passed in the middle of a request's head. */
    void timeOutUnread(@Nullable ListenerRoute route) {
        Exchange unread =
                new Exchange(
                        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "-"),
                        System.nanoTime(),
                        worker.plane().clock().now(),
                        false,
                        ClientProtocol.HTTP1);
        unread.route = route;
        begin(unread);
        refuse(OwnAnswer.REQUEST_TIMEOUT);
    }

    /**
     * Ends our half once everything is written, then drops what the client still sends for a while:
     * closing with bytes unread makes the kernel send a reset, and the client would see that
     * instead of the answer.
     */
    private void leaveAfterWrites() {
        client.leave();
        left = false;
        leaveNanos = System.nanoTime();
        wire.flushed()
                .addListener(
                        (ChannelFutureListener)
                                written -> {
                                    left = true;
                                    leaveNanos = System.nanoTime();
                                    if (written.isSuccess()) {
                                        wire.end(client.requestEnded());
                                    } else {
                                        channel.close();
                                    }
                                });
    }

    void checkLeaving(long nowNanos) {
        ProxyLimits limits = worker.plane().limits();
        long patience =
                left ? limits.lingerTimeout().toNanos() : BalancerSettings.DEFAULT_IDLE_NANOS;
        if (nowNanos - leaveNanos > patience) {
            channel.close();
        }
    }

    private void settle(Exchange current) {
        exchange = null;
        Account.settle(worker, client.arrival(), current);
    }
}
