package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.TrafficProtocol;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AuthenticateOidcActionConditionalBehaviorEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AuthenticateOidcActionConfig;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What an authenticate action may say, completed with defaults. Its secret is kept with the rule,
 * and never shown.
 *
 * <p>Deviation: endpoints may be plain HTTP, so that an identity provider under development needs
 * no certificate.
 */
final class AuthenticateRules {

    private static final String COOKIE = "AWSELBAuthSessionCookie";
    private static final long MAX_SESSION_SECONDS = 604_800;
    private static final int MAX_PARAMETERS = 10;
    private static final Pattern COOKIE_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

    private AuthenticateRules() {}

    static Action checked(ActionRules.Place place, Action action) {
        ActionRules.requireApplication(place, action);
        if (place.protocol() != TrafficProtocol.HTTPS) {
            throw ElbErrors.action(
                    "The action type 'authenticate-oidc' is supported for HTTPS listeners only");
        }
        AuthenticateOidcActionConfig config = action.authenticateOidcConfig();
        if (config == null) {
            throw ElbErrors.validation(
                    "An OIDC configuration must be specified for the action 'authenticate-oidc'");
        }
        return ActionRules.kept(action).authenticateOidcConfig(checked(place, config)).build();
    }

    private static AuthenticateOidcActionConfig checked(
            ActionRules.Place place, AuthenticateOidcActionConfig config) {
        String cookie = config.sessionCookieName() == null ? COOKIE : config.sessionCookieName();
        if (!COOKIE_NAME.matcher(cookie).matches()) {
            throw ElbErrors.invalid("SessionCookieName", cookie, "a cookie's name");
        }
        if (config.authenticationRequestExtraParams().size() > MAX_PARAMETERS) {
            throw ElbErrors.validation(
                    "At most %d extra parameters can be specified".formatted(MAX_PARAMETERS));
        }
        return AuthenticateOidcActionConfig.builder()
                .issuer(required("issuer", config.issuer()))
                .authorizationEndpoint(url("authorizationEndpoint", config.authorizationEndpoint()))
                .tokenEndpoint(url("tokenEndpoint", config.tokenEndpoint()))
                .userInfoEndpoint(url("userInfoEndpoint", config.userInfoEndpoint()))
                .clientId(required("clientId", config.clientId()))
                .clientSecret(secret(place, config))
                .sessionCookieName(cookie)
                .scope(config.scope() == null ? "openid" : config.scope())
                .sessionTimeout(timeout(config.sessionTimeout()))
                .authenticationRequestExtraParams(
                        config.hasAuthenticationRequestExtraParams()
                                ? config.authenticationRequestExtraParams()
                                : null)
                .onUnauthenticatedRequest(otherwise(config))
                .build();
    }

    private static String required(String member, @Nullable String text) {
        if (text == null || text.isBlank()) {
            throw ElbErrors.missing("authenticateOidcConfig." + member);
        }
        return text;
    }

    private static String url(String member, @Nullable String text) {
        String given = required(member, text);
        try {
            URI uri = new URI(given);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getRawFragment() == null) {
                return given;
            }
        } catch (URISyntaxException noUrl) {
            throw ElbErrors.invalid(member, given, "a full URL: " + noUrl.getReason());
        }
        throw ElbErrors.invalid(member, given, "a full URL with protocol, domain and path");
    }

    private static long timeout(@Nullable Long seconds) {
        if (seconds == null) {
            return MAX_SESSION_SECONDS;
        }
        if (seconds < 1 || seconds > MAX_SESSION_SECONDS) {
            throw ElbErrors.invalid(
                    "SessionTimeout", seconds, "from 1 to " + MAX_SESSION_SECONDS + " seconds");
        }
        return seconds;
    }

    /** The one given, or that of the action that is modified. */
    private static String secret(ActionRules.Place place, AuthenticateOidcActionConfig config) {
        boolean keeps = Boolean.TRUE.equals(config.useExistingClientSecret());
        if (config.clientSecret() != null) {
            if (keeps) {
                throw ElbErrors.action(
                        "You cannot specify both a client secret and UseExistingClientSecret");
            }
            return config.clientSecret();
        }
        if (keeps) {
            for (Action each : place.present()) {
                if (each.authenticateOidcConfig() != null) {
                    return each.authenticateOidcConfig().clientSecret();
                }
            }
            throw ElbErrors.action("There is no existing client secret to use");
        }
        throw ElbErrors.action("A client secret must be specified");
    }

    private static AuthenticateOidcActionConditionalBehaviorEnum otherwise(
            AuthenticateOidcActionConfig config) {
        if (config.onUnauthenticatedRequest() == null) {
            return AuthenticateOidcActionConditionalBehaviorEnum.AUTHENTICATE;
        }
        return switch (config.onUnauthenticatedRequest()) {
            case ALLOW, AUTHENTICATE, DENY -> config.onUnauthenticatedRequest();
            case UNKNOWN_TO_SDK_VERSION ->
                    throw ElbErrors.invalid(
                            "OnUnauthenticatedRequest",
                            config.onUnauthenticatedRequestAsString(),
                            "one of deny, allow, authenticate");
        };
    }

    /** The actions as they may be shown. */
    static List<Action> shown(List<Action> actions) {
        return actions.stream()
                .map(action ->
                        action.authenticateOidcConfig() == null
                                ? action
                                : action.toBuilder()
                                        .authenticateOidcConfig(
                                                action.authenticateOidcConfig().toBuilder()
                                                        .clientSecret(null)
                                                        .build())
                                        .build())
                .toList();
    }
}
