package dev.dryberth.api.oidc;

import dev.dryberth.api.outgoing.OutgoingHttp;
import dev.dryberth.core.balancing.AuthError;
import dev.dryberth.core.balancing.RouteTable.Action.AuthenticateOidc;
import dev.dryberth.core.loop.Clock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * The conversation of one authenticate action with its identity provider: a code, or a refresh
 * token, is turned into tokens, and the access token into the user's claims. Any thread; never
 * waits, and what it returns never completes exceptionally.
 *
 * <p>Follows OpenID Connect Core 1.0, 3.1.3 and 5.3. Of the ID token issuer, audience, expiry and
 * subject are checked; its signature is not, since it comes from the token endpoint itself
 * (3.1.3.7, point 6) and an action names no keys. The secret goes in the Authorization header
 * (client_secret_basic), which every provider must take; AWS does not say how it sends it. [?]
 */
public final class IdentityProvider {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityProvider.class);

    /** For each of the two calls. AWS does not say how long it waits. [?] */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Of claims and access token together, as on AWS. */
    static final int MAX_USER_BYTES = 11 * 1024;

    private static final int MAX_ANSWER_BYTES = 64 * 1024;

    private final AuthenticateOidc action;
    private final Clock clock;

    public IdentityProvider(AuthenticateOidc action, Clock clock) {
        this.action = action;
        this.clock = clock;
    }

    /** How it went. */
    public sealed interface Login {

        /** The provider knows the user. */
        record Known(UserSession session) implements Login {}

        /** It does not, or could not be asked. */
        record Unknown(AuthError error) implements Login {}
    }

    /** Ends a conversation with an error. */
    private static final class Refusal extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private final AuthError error;

        Refusal(AuthError error, String why) {
            super(why, null, false, false);
            this.error = error;
        }
    }

    /** Where the user's browser is sent to log in. */
    public String authorizationUrl(String redirectUri, String state) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("client_id", action.clientId());
        parameters.put("redirect_uri", redirectUri);
        parameters.put("response_type", "code");
        parameters.put("scope", action.scope());
        parameters.put("state", state);
        action.extraParams().forEach(parameters::putIfAbsent);
        String endpoint = action.authorizationEndpoint();
        return endpoint + (endpoint.contains("?") ? "&" : "?") + form(parameters);
    }

    private static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Logs a user in who came back with a code. */
    public CompletableFuture<Login> redeem(String code, String redirectUri) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("grant_type", "authorization_code");
        parameters.put("code", code);
        parameters.put("redirect_uri", redirectUri);
        Instant expires = clock.now().plus(action.sessionTimeout());
        return login(parameters, null, expires);
    }

    /** Asks whether a user is still logged in; the session ends when it would have. */
    public CompletableFuture<Login> refresh(UserSession session) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("grant_type", "refresh_token");
        parameters.put("refresh_token", String.valueOf(session.refreshToken()));
        return login(parameters, session, session.expires());
    }

    private CompletableFuture<Login> login(
            Map<String, String> parameters, @Nullable UserSession before, Instant expires) {
        return tokens(parameters, before)
                .thenCompose(tokens -> user(tokens, expires))
                .exceptionally(this::unknown);
    }

    private Login unknown(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        AuthError error = cause instanceof Refusal refusal ? refusal.error : AuthError.UNHANDLED;
        LOG.warn("Login by {}: {}: {}", action.issuer(), error.code(), cause.toString());
        return new Login.Unknown(error);
    }

    /** What the token endpoint gave. */
    private record Tokens(
            String access, @Nullable String refresh, @Nullable Instant expires, String subject) {}

    private CompletableFuture<Tokens> tokens(
            Map<String, String> parameters, @Nullable UserSession before) {
        String credentials = encoded(action.clientId()) + ":" + encoded(action.clientSecret());
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(action.tokenEndpoint()))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Accept", "application/json")
                        .header(
                                "Authorization",
                                "Basic "
                                        + Base64.getEncoder()
                                                .encodeToString(
                                                        credentials.getBytes(
                                                                StandardCharsets.UTF_8)))
                        .POST(BodyPublishers.ofString(form(parameters)))
                        .build();
        return OutgoingHttp.send(request, TIMEOUT, MAX_ANSWER_BYTES)
                .handle((response, failure) -> {
                    if (failure != null) {
                        throw new Refusal(AuthError.TOKEN_REQUEST_TIMEOUT, failure.toString());
                    }
                    return tokens(response, before);
                });
    }

    private Tokens tokens(HttpResponse<byte[]> response, @Nullable UserSession before) {
        ProviderAnswers.Members answer = ProviderAnswers.object(response.body());
        if (response.statusCode() / 100 != 2) {
            String error = answer == null ? null : answer.get("error");
            throw new Refusal(
                    "invalid_grant".equals(error)
                            ? AuthError.INVALID_GRANT
                            : AuthError.TOKEN_REQUEST_FAILED,
                    "the token endpoint answered " + response.statusCode() + " " + error);
        }
        String access = answer == null ? null : answer.get("access_token");
        if (answer == null || access == null || !ProviderAnswers.isHeaderText(access)) {
            throw new Refusal(
                    AuthError.INVALID_TOKEN_RESPONSE, "the token endpoint gave no access token");
        }
        Instant now = clock.now();
        Long seconds = answer.seconds("expires_in");
        String refresh = answer.get("refresh_token");
        return new Tokens(
                access,
                refresh == null && before != null ? before.refreshToken() : refresh,
                seconds == null || seconds <= 0 ? null : now.plusSeconds(seconds),
                subject(answer.get("id_token"), before, now));
    }

    /** A refreshed login may come without an ID token: OpenID Connect Core 1.0, 12.2. */
    private String subject(@Nullable String idToken, @Nullable UserSession before, Instant now) {
        if (idToken == null) {
            if (before == null) {
                throw new Refusal(
                        AuthError.INVALID_TOKEN_RESPONSE,
                        "the token endpoint gave no ID token; is 'openid' in the scope?");
            }
            return before.subject();
        }
        ProviderAnswers.Members claims = ProviderAnswers.token(idToken);
        String subject = claims == null ? null : claims.get("sub");
        Long expires = claims == null ? null : claims.seconds("exp");
        if (claims == null || subject == null || expires == null) {
            throw new Refusal(AuthError.INVALID_ID_TOKEN, "it is no token with sub and exp");
        }
        if (!claims.names("iss", action.issuer())) {
            throw new Refusal(
                    AuthError.INVALID_ID_TOKEN,
                    "iss is '%s' (expected: '%s')".formatted(claims.get("iss"), action.issuer()));
        }
        if (!claims.names("aud", action.clientId())) {
            throw new Refusal(AuthError.INVALID_ID_TOKEN, "aud does not name " + action.clientId());
        }
        if (expires <= now.getEpochSecond()) {
            throw new Refusal(AuthError.INVALID_ID_TOKEN, "it expired at " + expires);
        }
        if (before != null && !subject.equals(before.subject())) {
            throw new Refusal(AuthError.INVALID_ID_TOKEN, "sub is another user's");
        }
        return subject;
    }

    private CompletableFuture<Login> user(Tokens tokens, Instant expires) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(action.userInfoEndpoint()))
                        .header("Accept", "application/json")
                        .header("Authorization", "Bearer " + tokens.access())
                        .build();
        return OutgoingHttp.send(request, TIMEOUT, MAX_ANSWER_BYTES)
                .<Login>handle((response, failure) -> {
                    if (failure != null) {
                        throw new Refusal(AuthError.USERINFO_REQUEST_TIMEOUT, failure.toString());
                    }
                    return new Login.Known(session(tokens, response, expires));
                });
    }

    private static UserSession session(
            Tokens tokens, HttpResponse<byte[]> response, Instant expires) {
        if (response.statusCode() / 100 != 2) {
            throw new Refusal(
                    AuthError.USERINFO_REQUEST_FAILED,
                    "the user info endpoint answered " + response.statusCode());
        }
        byte[] claims = response.body();
        if (claims.length + tokens.access().length() > MAX_USER_BYTES) {
            throw new Refusal(
                    AuthError.USERINFO_TOO_LARGE,
                    "claims and access token have more than " + MAX_USER_BYTES + " bytes");
        }
        ProviderAnswers.Members answer = ProviderAnswers.object(claims);
        String subject = answer == null ? null : answer.get("sub");
        if (subject == null
                || !subject.equals(tokens.subject())
                || !ProviderAnswers.isHeaderText(subject)) {
            throw new Refusal(
                    AuthError.INVALID_USERINFO_RESPONSE,
                    "it is no JSON object whose sub is the ID token's");
        }
        return new UserSession(
                subject,
                new String(claims, StandardCharsets.UTF_8),
                tokens.access(),
                tokens.refresh(),
                tokens.expires(),
                expires);
    }
}
