package dev.dryberth.api.elbv2;

import static dev.dryberth.api.elbv2.ElbFixture.fixedResponse;
import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RouteTable;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AuthenticateOidcActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Authenticate actions of listeners and rules: what they may say and what is shown of them. */
class AuthenticateActionsTest {

    private ElbFixture fixture;
    private ElbV2 elb;
    private LoadBalancer web;

    @BeforeEach
    void start() {
        fixture = new ElbFixture();
        elb = fixture.elb;
        web = fixture.loadBalancer("web");
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static Action authenticate(Consumer<AuthenticateOidcActionConfig.Builder> change) {
        return Action.builder()
                .type(ActionTypeEnum.AUTHENTICATE_OIDC)
                .order(1)
                .authenticateOidcConfig(config -> {
                    config.issuer("https://idp.example")
                            .authorizationEndpoint("https://idp.example/authorize")
                            .tokenEndpoint("https://idp.example/token")
                            .userInfoEndpoint("http://127.0.0.1:8080/user")
                            .clientId("shop")
                            .clientSecret("hush");
                    change.accept(config);
                })
                .build();
    }

    private static Action last() {
        return fixedResponse("200").toBuilder().order(2).build();
    }

    private Listener https(Action... actions) {
        String certificate = fixture.certificate("shop.com");
        return elb.createListener(request ->
                        request.loadBalancerArn(web.loadBalancerArn())
                                .protocol("HTTPS")
                                .port(443)
                                .certificates(
                                        Certificate.builder().certificateArn(certificate).build())
                                .defaultActions(actions))
                .listeners()
                .getFirst();
    }

    private RouteTable.Action.AuthenticateOidc routed() {
        fixture.settle();
        RouteTable.Listener listener =
                Objects.requireNonNull(
                                fixture.engine
                                        .balancing()
                                        .routes()
                                        .loadBalancers()
                                        .get(web.loadBalancerArn()))
                        .listeners()
                        .getFirst();
        List<RouteTable.Action> actions =
                listener.rules().isEmpty()
                        ? listener.defaultActions()
                        : listener.rules().getFirst().actions();
        return (RouteTable.Action.AuthenticateOidc) actions.getFirst();
    }

    @Test
    void hasAwssDefaultsAndNeverShowsTheSecret() {
        Listener made = https(authenticate(config -> {}), last());

        AuthenticateOidcActionConfig shown =
                made.defaultActions().getFirst().authenticateOidcConfig();
        assertThat(shown.clientSecret()).isNull();
        assertThat(shown.sessionCookieName()).isEqualTo("AWSELBAuthSessionCookie");
        assertThat(shown.scope()).isEqualTo("openid");
        assertThat(shown.sessionTimeout()).isEqualTo(604_800);
        assertThat(shown.onUnauthenticatedRequestAsString()).isEqualTo("authenticate");
        assertThat(
                        elb.describeListeners(request -> request.listenerArns(made.listenerArn()))
                                .listeners())
                .containsExactly(made);
        assertThat(
                        elb.describeRules(request -> request.listenerArn(made.listenerArn()))
                                .rules()
                                .getFirst()
                                .actions())
                .isEqualTo(made.defaultActions());
        assertThat(routed().clientSecret()).isEqualTo("hush");
    }

    @Test
    void keepsTheSecretWhereARequestSaysSo() {
        Listener listener = https(authenticate(config -> {}), last());
        Rule rule =
                elb.createRule(request ->
                                request.listenerArn(listener.listenerArn())
                                        .priority(1)
                                        .conditions(
                                                RuleCondition.builder()
                                                        .field("path-pattern")
                                                        .values("/a")
                                                        .build())
                                        .actions(
                                                authenticate(config -> config.clientSecret("two")),
                                                last()))
                        .rules()
                        .getFirst();
        assertThat(rule.actions().getFirst().authenticateOidcConfig().clientSecret()).isNull();

        Action kept =
                authenticate(config ->
                        config.clientSecret(null).useExistingClientSecret(true).scope("email"));
        Rule modified =
                elb.modifyRule(request -> request.ruleArn(rule.ruleArn()).actions(kept, last()))
                        .rules()
                        .getFirst();
        elb.modifyListener(request ->
                request.listenerArn(listener.listenerArn()).defaultActions(kept, last()));

        assertThat(modified.actions().getFirst().authenticateOidcConfig().scope())
                .isEqualTo("email");
        assertThat(routed().clientSecret()).isEqualTo("two");
        elb.deleteRule(request -> request.ruleArn(rule.ruleArn()));
        assertThat(routed().clientSecret()).isEqualTo("hush");
        elb.modifyListener(
                request -> request.listenerArn(listener.listenerArn()).defaultActions(last()));
        assertThat(
                        refusal(() ->
                                elb.modifyListener(request ->
                                        request.listenerArn(listener.listenerArn())
                                                .defaultActions(kept, last()))))
                .isEqualTo("InvalidLoadBalancerAction");
    }

    @ParameterizedTest(name = "{0}={1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "issuer,                -,                     ValidationError",
                "clientId,              ' ',                   ValidationError",
                "clientSecret,          -,                     InvalidLoadBalancerAction",
                "tokenEndpoint,         -,                     ValidationError",
                "tokenEndpoint,         idp.example/token,     ValidationError",
                "tokenEndpoint,         ftp://idp.example,     ValidationError",
                "tokenEndpoint,         https://idp.example/#, ValidationError",
                "tokenEndpoint,         https://idp .example,  ValidationError",
                "authorizationEndpoint, https:///a,            ValidationError",
                "userInfoEndpoint,      -,                     ValidationError",
                "sessionCookieName,     a b,                   ValidationError",
                "sessionTimeout,        0,                     ValidationError",
                "sessionTimeout,        604801,                ValidationError",
                "onUnauthenticated,     maybe,                 ValidationError",
                "useExisting,           true,                  InvalidLoadBalancerAction",
                "extra,                 11,                    ValidationError"
            })
    void refusesWhatCannotBe(String member, @Nullable String value, String code) {
        Action action = authenticate(config -> set(config, member, value));

        assertThat(refusal(() -> https(action, last()))).isEqualTo(code);
    }

    private static void set(
            AuthenticateOidcActionConfig.Builder config, String member, @Nullable String value) {
        switch (member) {
            case "issuer" -> config.issuer(value);
            case "clientId" -> config.clientId(value);
            case "clientSecret" -> config.clientSecret(value);
            case "tokenEndpoint" -> config.tokenEndpoint(value);
            case "authorizationEndpoint" -> config.authorizationEndpoint(value);
            case "userInfoEndpoint" -> config.userInfoEndpoint(value);
            case "sessionCookieName" -> config.sessionCookieName(value);
            case "sessionTimeout" -> config.sessionTimeout(Long.valueOf(String.valueOf(value)));
            case "onUnauthenticated" -> config.onUnauthenticatedRequest(value);
            case "useExisting" -> config.useExistingClientSecret(true);
            case "extra" -> {
                Map<String, String> parameters =
                        IntStream.range(0, 11)
                                .boxed()
                                .collect(Collectors.toMap(each -> "p" + each, each -> "v"));
                config.authenticationRequestExtraParams(parameters);
            }
            default -> throw new IllegalArgumentException(member);
        }
    }

    @Test
    void comesFirstOnHttpsListenersAndAlone() {
        Action first = authenticate(config -> {});

        assertThat(refusal(() -> fixture.listener(web, 80, first, last())))
                .isEqualTo("InvalidLoadBalancerAction");
        assertThat(refusal(() -> https(first))).isEqualTo("InvalidLoadBalancerAction");
        assertThat(refusal(() -> https(first.toBuilder().order(3).build(), last())))
                .isEqualTo("InvalidLoadBalancerAction");
        assertThat(
                        refusal(() ->
                                https(
                                        first,
                                        first.toBuilder().order(2).build(),
                                        last().toBuilder().order(3).build())))
                .isEqualTo("InvalidLoadBalancerAction");
        assertThat(
                        refusal(() ->
                                https(
                                        Action.builder()
                                                .type(ActionTypeEnum.AUTHENTICATE_OIDC)
                                                .order(1)
                                                .build(),
                                        last())))
                .isEqualTo("ValidationError");
    }

    @ParameterizedTest
    @CsvSource({"authenticate-cognito", "jwt-validation"})
    void saysWhatIsNotBuilt(String type) {
        assertThat(refusal(() -> https(Action.builder().type(type).order(1).build(), last())))
                .isEqualTo("UnsupportedOperation");
    }

    @Test
    void cannotStayWhenAListenerLeavesHttps() {
        Listener listener = https(authenticate(config -> {}), last());

        assertThat(
                        refusal(() ->
                                elb.modifyListener(request ->
                                        request.listenerArn(listener.listenerArn())
                                                .protocol("HTTP"))))
                .isEqualTo("InvalidLoadBalancerAction");
    }
}
