package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.OwnAnswer;

import io.netty.buffer.Unpooled;
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

import java.time.Instant;

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
    private final ClientCodec.Answers codec;

    private @Nullable Exchange exchange;
    private boolean informational;
    private boolean keepsClient;
    private boolean keepsTarget;
    private boolean ownAnswerSent;
    private boolean left;
    private long leaveNanos;

    Answering(Worker worker, ClientConnection client, Channel channel, ClientCodec.Answers codec) {
        this.worker = worker;
        this.client = client;
        this.channel = channel;
        this.codec = codec;
    }

    void begin(Exchange begun) {
        exchange = begun;
        informational = false;
        ownAnswerSent = false;
        codec.answerTo(begun.method);
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
        keepsClient = RequestHeaders.toClient(response, current, client.mayStay(current));
        channel.write(response, channel.voidPromise());
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
        channel.write(content, channel.voidPromise());
        if (last) {
            ended(current);
        }
    }

    private void ended(Exchange current) {
        UpstreamConnection from = client.upstream();
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
        UpstreamConnection from = client.upstream();
        if (from != null && !channel.isWritable()) {
            from.channel().config().setAutoRead(false);
        }
    }

    void clientWritabilityChanged() {
        UpstreamConnection from = client.upstream();
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
        UpstreamConnection to = client.upstream();
        TargetChoice.Choice choice = current.choice;
        ListenerRoute route = current.route;
        if (to == null || choice == null || route == null) {
            channel.close();
            return;
        }
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        worker.choice().bind(choice, response.headers());
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
                            client.disconnected();
                        });
        started[0] = relay;
        channel.pipeline().remove(client);
        to.channel().pipeline().remove(to);
        // The relay stands before the codecs go, since those hand on what they had read too far.
        relay.start();
        channel.pipeline().remove(ClientCodec.Requests.class);
        channel.pipeline().remove(ClientCodec.Answers.class);
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
        answerByItself(OwnAnswers.failure(answer));
    }

    private void cut(Exchange current, OwnAnswer why) {
        UpstreamConnection from = client.upstream();
        current.own = why;
        settle(current);
        if (from != null) {
            from.discard();
        }
        client.leave();
        channel.close();
    }

    void answerByItself(FullHttpResponse response) {
        Exchange current = exchange;
        if (current == null) {
            response.release();
            return;
        }
        UpstreamConnection from = client.upstream();
        if (from != null) {
            from.discard();
        }
        ListenerRoute route = current.route;
        if (route != null) {
            route.responseHeaders().apply(response.headers());
        }
        boolean stays = client.mayStay(current) && (client.requestEnded() || current.isBodiless());
        if (!stays) {
            OwnAnswers.close(response);
        } else if (current.oldClient) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        current.status = response.status().code();
        current.responseStarted = true;
        current.responseBytes = response.content().readableBytes();
        channel.writeAndFlush(response);
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
        if (current == null || (!current.responseStarted && client.retries(current))) {
            return;
        }
        refuse(OwnAnswer.BAD_GATEWAY);
    }

    /** Nobody reads an answer any more; AWS logs 460. */
    void clientClosed() {
        Exchange current = exchange;
        UpstreamConnection from = client.upstream();
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
        } else if (idleNanos > current.route.settings().idleTimeout().toNanos()) {
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
                        false);
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
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        (ChannelFutureListener)
                                written -> {
                                    left = true;
                                    leaveNanos = System.nanoTime();
                                    if (written.isSuccess()) {
                                        Tls.endOutput(channel);
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

    /** Counts and logs the request, once, and gives its target free. */
    private void settle(Exchange current) {
        exchange = null;
        long now = System.nanoTime();
        TargetChoice.Choice choice = current.choice;
        if (choice != null) {
            if (current.targetStatus != 0) {
                choice.group()
                        .metrics()
                        .answeredByTarget(
                                current.targetStatus, current.answeredNanos - current.sentNanos);
            }
            choice.target().end();
        }
        ListenerRoute route = current.route;
        if (route == null) {
            return;
        }
        MinuteRing metrics = route.settings().metrics();
        if (current.targetStatus != 0) {
            metrics.answeredByTarget(
                    current.targetStatus, current.answeredNanos - current.sentNanos);
        } else {
            metrics.answeredByBalancer(current.status);
        }
        metrics.carried(current.requestBytes + current.responseBytes);
        if (route.settings().logged()) {
            Instant at = worker.plane().clock().now();
            worker.plane()
                    .log(
                            new AccessLog.Line(
                                    route.settings().balancer().name(),
                                    () -> current.logLine(client.peer(), at, now)));
        }
    }
}
