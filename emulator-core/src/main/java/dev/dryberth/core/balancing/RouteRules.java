package dev.dryberth.core.balancing;

import dev.dryberth.core.model.ListenerRule;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AuthenticateOidcActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.FixedResponseActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ForwardActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RedirectActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RewriteConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleTransform;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupStickinessConfig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Turns checked rules from AWS's form into the route table's. */
final class RouteRules {

    private static final String REDIRECT_PREFIX = "HTTP_";

    private RouteRules() {}

    static RouteTable.Rule rule(ListenerRule row) {
        return new RouteTable.Rule(
                row.arn().text(),
                row.priority(),
                row.conditions().stream().map(RouteRules::condition).toList(),
                actions(row.actions()),
                transforms(row.transforms()));
    }

    static List<RouteTable.Action> actions(List<Action> actions) {
        return actions.stream().map(RouteRules::action).toList();
    }

    private static RouteTable.Action action(Action action) {
        return switch (action.type()) {
            case FORWARD -> forward(action.forwardConfig());
            case REDIRECT -> redirect(action.redirectConfig());
            case FIXED_RESPONSE -> fixedResponse(action.fixedResponseConfig());
            case AUTHENTICATE_OIDC -> authenticate(action.authenticateOidcConfig());
            case AUTHENTICATE_COGNITO, JWT_VALIDATION, UNKNOWN_TO_SDK_VERSION ->
                    throw unexpected("action", action.typeAsString());
        };
    }

    private static RouteTable.Action forward(ForwardActionConfig config) {
        TargetGroupStickinessConfig stickiness = config.targetGroupStickinessConfig();
        boolean sticky = stickiness != null && Boolean.TRUE.equals(stickiness.enabled());
        return new RouteTable.Action.Forward(
                config.targetGroups().stream()
                        .map(each ->
                                new RouteTable.WeightedTargetGroup(
                                        each.targetGroupArn(), each.weight()))
                        .toList(),
                sticky ? Duration.ofSeconds(stickiness.durationSeconds()) : null);
    }

    private static RouteTable.Action authenticate(AuthenticateOidcActionConfig config) {
        return new RouteTable.Action.AuthenticateOidc(
                config.issuer(),
                config.authorizationEndpoint(),
                config.tokenEndpoint(),
                config.userInfoEndpoint(),
                config.clientId(),
                config.clientSecret(),
                config.sessionCookieName(),
                config.scope(),
                Duration.ofSeconds(config.sessionTimeout()),
                config.authenticationRequestExtraParams(),
                switch (config.onUnauthenticatedRequest()) {
                    case AUTHENTICATE -> RouteTable.Unauthenticated.AUTHENTICATE;
                    case ALLOW -> RouteTable.Unauthenticated.ALLOW;
                    case DENY -> RouteTable.Unauthenticated.DENY;
                    case UNKNOWN_TO_SDK_VERSION ->
                            throw unexpected(
                                    "way with who is not logged in",
                                    config.onUnauthenticatedRequestAsString());
                });
    }

    private static RouteTable.Action redirect(RedirectActionConfig config) {
        return new RouteTable.Action.Redirect(
                Integer.parseInt(config.statusCodeAsString().substring(REDIRECT_PREFIX.length())),
                config.protocol(),
                config.host(),
                config.port(),
                config.path(),
                config.query());
    }

    private static RouteTable.Action fixedResponse(FixedResponseActionConfig config) {
        return new RouteTable.Action.FixedResponse(
                Integer.parseInt(config.statusCode()),
                orElse(config.contentType(), "text/plain"),
                orElse(config.messageBody(), ""));
    }

    private static String orElse(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }

    private static RouteTable.Condition condition(RuleCondition condition) {
        return switch (condition.field()) {
            case "host-header" ->
                    new RouteTable.Condition.HostHeader(
                            condition.hostHeaderConfig().values(),
                            condition.hostHeaderConfig().regexValues());
            case "path-pattern" ->
                    new RouteTable.Condition.PathPattern(
                            condition.pathPatternConfig().values(),
                            condition.pathPatternConfig().regexValues());
            case "http-header" ->
                    new RouteTable.Condition.HttpHeader(
                            condition.httpHeaderConfig().httpHeaderName(),
                            condition.httpHeaderConfig().values(),
                            condition.httpHeaderConfig().regexValues());
            case "http-request-method" ->
                    new RouteTable.Condition.HttpRequestMethod(
                            condition.httpRequestMethodConfig().values());
            case "query-string" ->
                    new RouteTable.Condition.QueryString(
                            condition.queryStringConfig().values().stream()
                                    .map(each -> new RouteTable.KeyValue(each.key(), each.value()))
                                    .toList());
            case "source-ip" ->
                    new RouteTable.Condition.SourceIp(condition.sourceIpConfig().values());
            default -> throw unexpected("condition", condition.field());
        };
    }

    private static List<RouteTable.Transform> transforms(List<RuleTransform> transforms) {
        List<RouteTable.Transform> all = new ArrayList<>();
        for (RuleTransform each : transforms) {
            switch (each.type()) {
                case HOST_HEADER_REWRITE -> {
                    for (RewriteConfig rewrite : each.hostHeaderRewriteConfig().rewrites()) {
                        all.add(
                                new RouteTable.Transform.HostHeaderRewrite(
                                        rewrite.regex(), rewrite.replace()));
                    }
                }
                case URL_REWRITE -> {
                    for (RewriteConfig rewrite : each.urlRewriteConfig().rewrites()) {
                        all.add(
                                new RouteTable.Transform.UrlRewrite(
                                        rewrite.regex(), rewrite.replace()));
                    }
                }
                case UNKNOWN_TO_SDK_VERSION -> throw unexpected("transform", each.typeAsString());
            }
        }
        return all;
    }

    /** Rows hold only what was checked when they were written. */
    private static IllegalStateException unexpected(String what, @Nullable String kind) {
        return new IllegalStateException("a rule holds the " + what + " " + kind);
    }
}
