package dev.dryberth.api.proxy;

import dev.dryberth.api.oidc.ClaimsToken;
import dev.dryberth.api.oidc.IdentityProvider;
import dev.dryberth.api.oidc.SessionKeys;
import dev.dryberth.api.oidc.UserSession;
import dev.dryberth.core.balancing.RouteTable.Action.AuthenticateOidc;
import dev.dryberth.core.balancing.RouteTable.Unauthenticated;
import dev.dryberth.core.balancing.Stickiness;
import dev.dryberth.core.loop.Clock;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One authenticate action made ready: it knows who is logged in by a request's cookies, and what
 * targets are told of the user. Immutable; any thread.
 *
 * <p>A session needs no memory on this side: the browser keeps it, sealed, in up to {@link
 * #MAX_SHARDS} cookies ({@code AWSELBAuthSessionCookie-0} and so on), since browsers take no more
 * than 4 KB in one. It is good for every action of its load balancer with the same provider, client
 * and cookie name.
 */
final class Authenticator {

    static final int MAX_SHARDS = 4;

    /** So that a cookie with its name and attributes stays below 4 KB. */
    private static final int MAX_SHARD_LENGTH = 3900;

    private static final List<String> TOLD =
            List.of("x-amzn-oidc-accesstoken", "x-amzn-oidc-identity", "x-amzn-oidc-data");

    private final AuthenticateOidc action;
    private final String balancerArn;
    private final SessionKeys keys;
    private final IdentityProvider provider;
    private final String purpose;

    Authenticator(AuthenticateOidc action, String balancerArn, SessionKeys keys, Clock clock) {
        this.action = action;
        this.balancerArn = balancerArn;
        this.keys = keys;
        provider = new IdentityProvider(action, clock);
        purpose =
                String.join(
                        "\n",
                        "session",
                        balancerArn,
                        action.issuer(),
                        action.clientId(),
                        action.cookieName());
    }

    /** What a request's cookies say of who sent it. */
    sealed interface Standing {

        /** Somebody is logged in. */
        record Known(UserSession session) implements Standing {}

        /** Nobody is. */
        record Unknown() implements Standing {}

        /** The cookie was not made here, or was changed. */
        record Tampered() implements Standing {}
    }

    Standing standing(HttpHeaders headers, Instant now) {
        List<String> cookies = headers.getAll(HttpHeaderNames.COOKIE);
        StringBuilder sealed = new StringBuilder();
        for (int shard = 0; shard < MAX_SHARDS; shard++) {
            String value = Stickiness.cookie(cookies, name(shard));
            if (value == null || value.isEmpty()) {
                break;
            }
            sealed.append(value);
        }
        if (sealed.isEmpty()) {
            return new Standing.Unknown();
        }
        byte[] opened = keys.open(purpose, sealed.toString());
        UserSession session = opened == null ? null : UserSession.of(opened);
        if (session == null) {
            return new Standing.Tampered();
        }
        return now.isBefore(session.expires())
                ? new Standing.Known(session)
                : new Standing.Unknown();
    }

    private String name(int shard) {
        return action.cookieName() + "-" + shard;
    }

    /**
     * The Set-Cookie values that make a browser keep a session, and forget what is left of a longer
     * one.
     *
     * @param request whose cookies it has by now
     * @return null: the session is longer than browsers keep
     */
    @Nullable List<String> cookies(UserSession session, HttpHeaders request) {
        String sealed = keys.seal(purpose, session.toBytes());
        if (sealed.length() > MAX_SHARDS * MAX_SHARD_LENGTH) {
            return null;
        }
        List<String> present = request.getAll(HttpHeaderNames.COOKIE);
        boolean cross = request.contains(HttpHeaderNames.ORIGIN);
        List<String> cookies = new ArrayList<>();
        for (int shard = 0; shard < MAX_SHARDS; shard++) {
            int begin = shard * MAX_SHARD_LENGTH;
            if (begin < sealed.length()) {
                int end = Math.min(sealed.length(), begin + MAX_SHARD_LENGTH);
                cookies.add(
                        cookie(
                                name(shard),
                                sealed.substring(begin, end),
                                session.expires(),
                                cross));
            } else if (Stickiness.cookie(present, name(shard)) != null) {
                cookies.add(cookie(name(shard), "", Instant.EPOCH, cross));
            }
        }
        return cookies;
    }

    /** As AWS writes them; without SameSite, so browsers take it for Lax. */
    static String cookie(String name, String value, Instant expires, boolean crossSite) {
        return name
                + "="
                + value
                + "; Expires="
                + Stickiness.httpDate(expires)
                + "; Path=/; Secure; HttpOnly"
                + (crossSite ? "; SameSite=None" : "");
    }

    /** Takes away what a client may have written in our name. */
    static void removeClaims(HttpHeaders headers) {
        TOLD.forEach(headers::remove);
    }

    /** Tells the target who the user is. */
    void addClaims(HttpHeaders headers, UserSession session, Instant now) {
        headers.set(TOLD.get(0), session.accessToken());
        headers.set(TOLD.get(1), session.subject());
        headers.set(
                TOLD.get(2),
                ClaimsToken.of(
                        keys, balancerArn, action.issuer(), action.clientId(), session, now));
    }

    Unauthenticated otherwise() {
        return action.otherwise();
    }

    IdentityProvider provider() {
        return provider;
    }
}
