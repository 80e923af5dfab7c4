package dev.dryberth.api.proxy;

import dev.dryberth.api.oidc.IdentityProvider.Login;
import dev.dryberth.api.oidc.SessionKeys;
import dev.dryberth.api.oidc.UserSession;
import dev.dryberth.core.balancing.AuthError;
import dev.dryberth.core.balancing.OwnAnswer;
import dev.dryberth.core.balancing.Stickiness;

import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Lets requests under an authenticate action pass, or takes their users through a login. One
 * network thread's own; an identity provider is asked elsewhere, and the request waits.
 *
 * <p>The steps, as of "Authenticate users using an Application Load Balancer":
 *
 * <ol>
 *   <li>A request with a session's cookies goes on, with headers that say who the user is. If the
 *       access token has expired and there is a refresh token, the provider is asked first.
 *   <li>Any other is sent to the provider, refused or let through as the action says. Who is sent
 *       gets a cookie with a nonce; the same nonce is in the sealed {@link LoginState} that the
 *       provider hands back.
 *   <li>What comes back to {@code /oauth2/idpresponse} is looked at before any rule. With a good
 *       state and its nonce, the code in it is turned into a session, and the browser is sent where
 *       it wanted to go first.
 * </ol>
 *
 * <p>A browser that has a nonce keeps it: several pages may begin a login side by side.
 */
final class Logins {

    private static final String NONCE = "AWSALBAuthNonce";
    private static final int NONCE_BYTES = 12;
    private static final Pattern NONCE_TEXT = Pattern.compile("[A-Za-z0-9_-]{16}");
    private static final int FOUND = 302;
    private static final int MAX_PARAMETERS = 64;

    private final Worker worker;

    Logins(Worker worker) {
        this.worker = worker;
    }

    private Instant now() {
        return worker.plane().clock().now();
    }

    private SessionKeys keys() {
        return worker.plane().sessionKeys();
    }

    /**
     * Whether a request may go on.
     *
     * @param then what becomes of it if it may; run at once, or later on this thread
     */
    RequestRouter.Outcome pass(
            Exchange exchange,
            NettyHead head,
            ListenerRoute route,
            ListenerRoute.Decision decision,
            Authenticator authenticator,
            Supplier<RequestRouter.Outcome> then) {
        HttpHeaders headers = exchange.request.headers();
        Authenticator.removeClaims(headers);
        return switch (authenticator.standing(headers, now())) {
            case Authenticator.Standing.Known known when known.session().isStale(now()) -> {
                CompletableFuture<Login> asked = authenticator.provider().refresh(known.session());
                yield new RequestRouter.Outcome.Awaited(
                        asked.thenApply(login ->
                                () -> {
                                    if (login instanceof Login.Known still
                                            && keep(
                                                    exchange,
                                                    route,
                                                    authenticator,
                                                    still.session())) {
                                        route.settings().metrics().authenticated(true);
                                        return admit(
                                                exchange, authenticator, still.session(), then);
                                    }
                                    return unknown(
                                            exchange, head, route, decision, authenticator, then);
                                }));
            }
            case Authenticator.Standing.Known known ->
                    admit(exchange, authenticator, known.session(), then);
            case Authenticator.Standing.Tampered() -> {
                count(exchange, route, AuthError.INVALID_COOKIE);
                yield unknown(exchange, head, route, decision, authenticator, then);
            }
            case Authenticator.Standing.Unknown() ->
                    unknown(exchange, head, route, decision, authenticator, then);
        };
    }

    private RequestRouter.Outcome admit(
            Exchange exchange,
            Authenticator authenticator,
            UserSession session,
            Supplier<RequestRouter.Outcome> then) {
        authenticator.addClaims(exchange.request.headers(), session, now());
        exchange.actionBefore = "authenticate,";
        return then.get();
    }

    /** False: the session is longer than browsers keep. */
    private boolean keep(
            Exchange exchange,
            ListenerRoute route,
            Authenticator authenticator,
            UserSession session) {
        List<String> cookies = authenticator.cookies(session, exchange.request.headers());
        if (cookies == null) {
            count(exchange, route, AuthError.USERINFO_TOO_LARGE);
            return false;
        }
        exchange.cookies.addAll(cookies);
        return true;
    }

    private RequestRouter.Outcome unknown(
            Exchange exchange,
            NettyHead head,
            ListenerRoute route,
            ListenerRoute.Decision decision,
            Authenticator authenticator,
            Supplier<RequestRouter.Outcome> then) {
        return switch (authenticator.otherwise()) {
            case ALLOW -> then.get();
            case DENY -> {
                exchange.action = "authenticate";
                yield new RequestRouter.Outcome.Refused(OwnAnswer.UNAUTHORIZED);
            }
            case AUTHENTICATE -> begin(exchange, head, route, decision, authenticator);
        };
    }

    private RequestRouter.Outcome begin(
            Exchange exchange,
            NettyHead head,
            ListenerRoute route,
            ListenerRoute.Decision decision,
            Authenticator authenticator) {
        exchange.action = "authenticate";
        if (head.authority().isEmpty()) {
            return refused(exchange, route, AuthError.MISSING_HOST);
        }
        HttpHeaders headers = exchange.request.headers();
        String nonce = nonce(headers);
        String fresh = nonce == null ? keys().randomText(NONCE_BYTES) : nonce;
        String authority = head.authority();
        LoginState state =
                LoginState.begin(
                        decision.arn(),
                        fresh,
                        now(),
                        authority.endsWith(":443") ? NettyHead.withoutPort(authority) : authority,
                        head.url(route).target());
        String url =
                authenticator
                        .provider()
                        .authorizationUrl(
                                state.redirectUri(), state.sealed(keys(), route.listener().arn()));
        exchange.cookies.add(
                Authenticator.cookie(NONCE, fresh, now().plus(LoginState.TIMEOUT), false));
        return new RequestRouter.Outcome.Answered(OwnAnswers.redirect(FOUND, url));
    }

    private static @Nullable String nonce(HttpHeaders headers) {
        String value = Stickiness.cookie(headers.getAll(HttpHeaderNames.COOKIE), NONCE);
        return value != null && NONCE_TEXT.matcher(value).matches() ? value : null;
    }

    /** A browser comes back from a provider. */
    RequestRouter.Outcome comeBack(Exchange exchange, NettyHead head, ListenerRoute route) {
        exchange.action = "authenticate";
        Map<String, List<String>> parameters =
                new QueryStringDecoder(
                                "?" + (head.query() == null ? "" : head.query()),
                                StandardCharsets.UTF_8,
                                true,
                                MAX_PARAMETERS)
                        .parameters();
        String sealed = last(parameters, "state");
        if (sealed == null) {
            return refused(exchange, route, AuthError.MISSING_STATE);
        }
        LoginState state = LoginState.of(sealed, keys(), route.listener().arn(), now());
        Authenticator authenticator = state == null ? null : route.authenticator(state.action());
        if (state == null || authenticator == null) {
            return refused(exchange, route, AuthError.INVALID_STATE);
        }
        String nonce = nonce(exchange.request.headers());
        if (nonce == null) {
            return refused(exchange, route, AuthError.MISSING_NONCE);
        }
        if (!MessageDigest.isEqual(
                nonce.getBytes(StandardCharsets.US_ASCII),
                state.nonce().getBytes(StandardCharsets.US_ASCII))) {
            return refused(exchange, route, AuthError.INVALID_NONCE);
        }
        String error = last(parameters, "error");
        if (error != null) {
            route.settings().metrics().authenticationFailed(AuthError.Metric.FAILURE);
            return new RequestRouter.Outcome.Refused(
                    error.equals("access_denied")
                            ? OwnAnswer.UNAUTHORIZED
                            : OwnAnswer.IDENTITY_PROVIDER_ERROR);
        }
        String code = last(parameters, "code");
        return code == null
                ? refused(exchange, route, AuthError.MISSING_CODE)
                : redeem(exchange, route, authenticator, state, code);
    }

    private static @Nullable String last(Map<String, List<String>> parameters, String name) {
        List<String> values = parameters.get(name);
        return values == null ? null : values.getLast();
    }

    private RequestRouter.Outcome redeem(
            Exchange exchange,
            ListenerRoute route,
            Authenticator authenticator,
            LoginState state,
            String code) {
        long asked = System.nanoTime();
        CompletableFuture<Login> login = authenticator.provider().redeem(code, state.redirectUri());
        return new RequestRouter.Outcome.Awaited(
                login.thenApply(result ->
                        () -> {
                            MinuteRing metrics = route.settings().metrics();
                            metrics.askedProvider(System.nanoTime() - asked);
                            return switch (result) {
                                case Login.Unknown unknown ->
                                        refused(exchange, route, unknown.error());
                                case Login.Known known -> {
                                    if (!keep(exchange, route, authenticator, known.session())) {
                                        yield new RequestRouter.Outcome.Refused(
                                                AuthError.USERINFO_TOO_LARGE.answer());
                                    }
                                    metrics.authenticated(false);
                                    FullHttpResponse back =
                                            OwnAnswers.redirect(FOUND, state.returnUrl());
                                    yield new RequestRouter.Outcome.Answered(back);
                                }
                            };
                        }));
    }

    private static RequestRouter.Outcome refused(
            Exchange exchange, ListenerRoute route, AuthError error) {
        count(exchange, route, error);
        return new RequestRouter.Outcome.Refused(error.answer());
    }

    private static void count(Exchange exchange, ListenerRoute route, AuthError error) {
        exchange.errorReason = error.code();
        route.settings().metrics().authenticationFailed(error.metric());
    }
}
