package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.ClientProtocol;
import dev.dryberth.core.balancing.Desync;
import dev.dryberth.core.balancing.OwnAnswer;
import dev.dryberth.core.balancing.RequestUrl;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Says what becomes of a request: refused, answered here, or forwarded to a target it has begun on.
 * One network thread's own.
 */
final class RequestRouter {

    private static final int MAX_CHOICES = 3;

    private final Worker worker;

    RequestRouter(Worker worker) {
        this.worker = worker;
    }

    /** What becomes of it. */
    sealed interface Outcome {

        /** A failure in the load balancer's own words; {@code Connection: close} if severe. */
        record Refused(OwnAnswer answer) implements Outcome {}

        /** A redirect or fixed response. */
        record Answered(FullHttpResponse response) implements Outcome {}

        /** To the target, on which the request has begun and must end. */
        record Forwarded(TargetChoice.Choice choice) implements Outcome {}

        /**
         * Nobody knows yet.
         *
         * @param next completed on any thread, never exceptionally; what it holds is to be run on
         *     the client's
         */
        record Awaited(CompletableFuture<Supplier<Outcome>> next) implements Outcome {}
    }

    Outcome route(Exchange exchange, Arrival arrival, ClientWire framing) {
        NettyHead head = new NettyHead(exchange.request, arrival.peer());
        exchange.host = head.host();
        ListenerRoute route = arrival.route(head.host());
        exchange.route = route;
        if (route == null) {
            exchange.closeAfter = true;
            return new Outcome.Refused(OwnAnswer.BAD_REQUEST);
        }
        OwnAnswer refusal = refusal(exchange, head, route.settings(), framing);
        if (refusal != null) {
            exchange.closeAfter = true;
            return new Outcome.Refused(refusal);
        }
        if (route.authenticates() && head.path().equals(LoginState.CALLBACK)) {
            return worker.logins().comeBack(exchange, head, route);
        }
        ListenerRoute.Decision decision = route.decide(head);
        exchange.decision = decision;
        Authenticator authenticator = decision.authenticator();
        if (authenticator == null) {
            return act(exchange, head, arrival, route, decision);
        }
        Supplier<Outcome> then = () -> act(exchange, head, arrival, route, decision);
        return worker.logins().pass(exchange, head, route, decision, authenticator, then);
    }

    private Outcome act(
            Exchange exchange,
            NettyHead head,
            Arrival arrival,
            ListenerRoute route,
            ListenerRoute.Decision decision) {
        return switch (decision.step()) {
            case ListenerRoute.Step.Fixed fixed -> {
                exchange.action = "fixed-response";
                yield new Outcome.Answered(OwnAnswers.fixed(fixed.action()));
            }
            case ListenerRoute.Step.Redirect redirect -> {
                exchange.action = "redirect";
                exchange.redirectUrl = head.url(route).redirectedBy(redirect.action());
                yield new Outcome.Answered(
                        OwnAnswers.redirect(redirect.action().statusCode(), exchange.redirectUrl));
            }
            case ListenerRoute.Step.Forward forward -> {
                exchange.action = "forward";
                prepare(exchange, head, route, decision, arrival.peer());
                yield choose(exchange, head, arrival, route, forward);
            }
            case null -> new Outcome.Refused(OwnAnswer.UNAVAILABLE);
        };
    }

    private @Nullable OwnAnswer refusal(
            Exchange exchange, NettyHead head, BalancerSettings settings, ClientWire framing) {
        Desync.Rating rating =
                Desync.worse(
                        framing.rating(exchange.request, exchange.method),
                        RequestCheck.headers(
                                exchange.request,
                                worker.plane().limits(),
                                settings.dropInvalidHeaders()));
        Desync.Verdict verdict = Desync.verdict(rating, settings.desync());
        exchange.closeAfter |= verdict == Desync.Verdict.FORWARD_AND_CLOSE;
        OwnAnswer refusal =
                RequestCheck.refusal(exchange.request, verdict, worker.plane().limits());
        return refusal == null && !head.isPlain() ? OwnAnswer.BAD_REQUEST : refusal;
    }

    private void prepare(
            Exchange exchange,
            NettyHead head,
            ListenerRoute route,
            ListenerRoute.Decision decision,
            InetSocketAddress peer) {
        HttpRequest request = exchange.request;
        exchange.upgrade =
                exchange.protocol == ClientProtocol.HTTP1 && RequestHeaders.isUpgrade(request);
        exchange.takesTrailers =
                request.headers()
                        .containsValue(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS, true);
        exchange.replayable = isIdempotent(exchange.method);
        exchange.traceId =
                RequestHeaders.toTarget(
                        request,
                        route,
                        peer,
                        exchange.upgrade,
                        exchange.created.getEpochSecond(),
                        worker.random());
        TlsHeaders tlsHeaders = route.tlsHeaders();
        if (tlsHeaders != null) {
            tlsHeaders.add(request.headers(), exchange.tls);
        }
        if (!decision.transforms().isEmpty()) {
            RequestUrl url = head.url(route).transformedBy(decision.transforms());
            request.setUri(url.target());
            if (!url.host().equals(head.host())) {
                request.headers().set(HttpHeaderNames.HOST, url.host());
            }
        } else if (head.isAbsolute()) {
            request.setUri(head.url(route).target());
            request.headers().set(HttpHeaderNames.HOST, head.authority());
        }
    }

    /** Those that may be sent twice: a target that died may have served the first. */
    private static boolean isIdempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    /** A target that begins to drain between the choice and the start makes us choose anew. */
    private Outcome choose(
            Exchange exchange,
            NettyHead head,
            Arrival arrival,
            ListenerRoute route,
            ListenerRoute.Step.Forward forward) {
        ListenerRoute through = route;
        ListenerRoute.Step.Forward step = forward;
        for (int attempt = 0; attempt < MAX_CHOICES; attempt++) {
            TargetChoice.Choice choice =
                    worker.choice().choose(through, step, exchange.request.headers());
            if (choice == null) {
                break;
            }
            if (!choice.group().carried()
                    || !exchange.protocol.reaches(
                            choice.group().group().protocolVersion(), exchange.method)) {
                return new Outcome.Refused(OwnAnswer.PROTOCOL_MISMATCH);
            }
            if (choice.target().tryBegin()) {
                exchange.choice = choice;
                choice.group().metrics().requested();
                OwnAnswer refusal =
                        choice.group().isFunctions() ? FunctionCall.refusal(exchange) : null;
                return refusal == null
                        ? new Outcome.Forwarded(choice)
                        : new Outcome.Refused(refusal);
            }
            ListenerRoute fresh = arrival.route(head.host());
            if (fresh == null
                    || !(fresh.decide(head).step() instanceof ListenerRoute.Step.Forward again)) {
                break;
            }
            through = fresh;
            step = again;
        }
        return new Outcome.Refused(OwnAnswer.UNAVAILABLE);
    }
}
