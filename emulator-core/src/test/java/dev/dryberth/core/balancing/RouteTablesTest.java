package dev.dryberth.core.balancing;

import static dev.dryberth.core.balancing.Samples.LOAD_BALANCER;
import static dev.dryberth.core.balancing.Samples.SCOPE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TargetState;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.QueryStringKeyValuePair;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RewriteConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleTransform;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TransformTypeEnum;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

final class RouteTablesTest {

    private static final RuleCondition PATH =
            RuleCondition.builder()
                    .field("path-pattern")
                    .values("/a/*")
                    .pathPatternConfig(config -> config.values("/a/*"))
                    .build();

    private final World world = Samples.world();

    private RouteTable.Listener listener() {
        return balancer(RouteTables.of(world)).listeners().getFirst();
    }

    private static RouteTable.LoadBalancer balancer(RouteTable table) {
        return Objects.requireNonNull(table.loadBalancers().get(LOAD_BALANCER.text()));
    }

    private static RouteTable.TargetGroup group(RouteTable table, String name) {
        return Objects.requireNonNull(table.targetGroups().get(Samples.groupArn(name).text()));
    }

    @Test
    void anEmptyWorldHasNoRoutes() {
        assertThat(RouteTables.of(new World())).isEqualTo(RouteTable.EMPTY);
    }

    @Test
    void carriesLoadBalancerListenerAndTargets() {
        put("blue", "10.0.0.1", 80);

        RouteTable table = RouteTables.of(world);

        RouteTable.LoadBalancer balancer = balancer(table);
        assertThat(balancer.address()).isEqualTo("127.1.0.1");
        assertThat(balancer.type()).isEqualTo(RouteTable.Type.APPLICATION);
        assertThat(balancer.attributes()).containsEntry("idle_timeout.timeout_seconds", "60");
        assertThat(balancer.listeners()).hasSize(1);
        assertThat(balancer.listeners().getFirst().attributes())
                .containsEntry("routing.http.response.server.enabled", "true");
        assertThat(listener().defaultActions())
                .containsExactly(
                        new RouteTable.Action.Forward(
                                List.of(
                                        new RouteTable.WeightedTargetGroup(
                                                Samples.groupArn("blue").text(), 1)),
                                null));
        RouteTable.TargetGroup group = group(table, "blue");
        assertThat(group.healthCheck().interval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(group.targets())
                .containsExactly(
                        new RouteTable.Target(
                                "10.0.0.1",
                                80,
                                "10.0.0.1",
                                RouteTable.TargetState.UNUSED,
                                null,
                                null));
    }

    @Test
    void leavesOutGroupsNobodyForwardsTo() {
        Samples.put(
                world,
                tx ->
                        tx.put(
                                world.targetGroups(),
                                Samples.groupArn("green"),
                                Samples.group("green", TargetType.IP)));

        assertThat(RouteTables.of(world).targetGroups())
                .containsOnlyKeys(Samples.groupArn("blue").text());
    }

    @Test
    void ordersRulesByPriorityAndKnowsEveryConditionAndAction() {
        rule(Samples.rule("01", 20, List.of(PATH), List.of(redirect())));
        rule(Samples.rule("02", 10, everyCondition(), List.of(fixedResponse())));
        rule(
                Samples.rule("03", 15, List.of(PATH), List.of(sticky()))
                        .with(List.of(PATH), List.of(sticky()), transforms()));

        List<RouteTable.Rule> rules = listener().rules();

        assertThat(rules).extracting(RouteTable.Rule::priority).containsExactly(10, 15, 20);
        assertThat(rules.get(0).conditions())
                .containsExactly(
                        new RouteTable.Condition.HostHeader(List.of("*.a.com"), List.of()),
                        new RouteTable.Condition.PathPattern(List.of("/a/*"), List.of()),
                        new RouteTable.Condition.HttpHeader("X", List.of("1"), List.of("^2$")),
                        new RouteTable.Condition.HttpRequestMethod(List.of("GET")),
                        new RouteTable.Condition.QueryString(
                                List.of(
                                        new RouteTable.KeyValue("k", "v"),
                                        new RouteTable.KeyValue(null, "w"))),
                        new RouteTable.Condition.SourceIp(List.of("10.0.0.0/8")));
        assertThat(rules.get(0).actions())
                .containsExactly(new RouteTable.Action.FixedResponse(404, "text/plain", ""));
        assertThat(rules.get(1).actions())
                .containsExactly(
                        new RouteTable.Action.Forward(
                                List.of(
                                        new RouteTable.WeightedTargetGroup(
                                                Samples.groupArn("blue").text(), 1)),
                                Duration.ofMinutes(1)));
        assertThat(rules.get(1).transforms())
                .containsExactly(
                        new RouteTable.Transform.HostHeaderRewrite("a", "b"),
                        new RouteTable.Transform.UrlRewrite("c", "d"));
        assertThat(rules.get(2).actions())
                .containsExactly(
                        new RouteTable.Action.Redirect(
                                301, "HTTPS", "#{host}", "443", "/#{path}", "#{query}"));
    }

    @ParameterizedTest
    @CsvSource({"authenticate, AUTHENTICATE", "allow, ALLOW", "deny, DENY"})
    void knowsHowUsersLogInButShowsNoSecret(String otherwise, RouteTable.Unauthenticated expected) {
        Action authenticate =
                Action.builder()
                        .type("authenticate-oidc")
                        .order(1)
                        .authenticateOidcConfig(config ->
                                config.issuer("https://idp")
                                        .authorizationEndpoint("https://idp/authorize")
                                        .tokenEndpoint("https://idp/token")
                                        .userInfoEndpoint("https://idp/user")
                                        .clientId("shop")
                                        .clientSecret("hush")
                                        .sessionCookieName("session")
                                        .scope("openid email")
                                        .sessionTimeout(60L)
                                        .authenticationRequestExtraParams(
                                                new TreeMap<>(Collections.singletonMap("a", "b")))
                                        .onUnauthenticatedRequest(otherwise))
                        .build();
        rule(Samples.rule("01", 20, List.of(PATH), List.of(authenticate, redirect())));

        RouteTable.Action action = listener().rules().getFirst().actions().getFirst();

        assertThat(action)
                .isEqualTo(
                        new RouteTable.Action.AuthenticateOidc(
                                "https://idp",
                                "https://idp/authorize",
                                "https://idp/token",
                                "https://idp/user",
                                "shop",
                                "hush",
                                "session",
                                "openid email",
                                Duration.ofMinutes(1),
                                new TreeMap<>(Collections.singletonMap("a", "b")),
                                expected))
                .hasToString("AuthenticateOidc[issuer=https://idp, clientId=shop]");
    }

    private void rule(ListenerRule rule) {
        Samples.put(world, tx -> tx.put(world.listenerRules(), rule.arn(), rule));
    }

    private static List<RuleCondition> everyCondition() {
        return List.of(
                RuleCondition.builder()
                        .field("host-header")
                        .hostHeaderConfig(config -> config.values("*.a.com"))
                        .build(),
                PATH,
                RuleCondition.builder()
                        .field("http-header")
                        .httpHeaderConfig(
                                config -> config.httpHeaderName("X").values("1").regexValues("^2$"))
                        .build(),
                RuleCondition.builder()
                        .field("http-request-method")
                        .httpRequestMethodConfig(config -> config.values("GET"))
                        .build(),
                RuleCondition.builder()
                        .field("query-string")
                        .queryStringConfig(config ->
                                config.values(
                                        QueryStringKeyValuePair.builder()
                                                .key("k")
                                                .value("v")
                                                .build(),
                                        QueryStringKeyValuePair.builder().value("w").build()))
                        .build(),
                RuleCondition.builder()
                        .field("source-ip")
                        .sourceIpConfig(config -> config.values("10.0.0.0/8"))
                        .build());
    }

    private static List<RuleTransform> transforms() {
        return List.of(
                RuleTransform.builder()
                        .type(TransformTypeEnum.HOST_HEADER_REWRITE)
                        .hostHeaderRewriteConfig(config ->
                                config.rewrites(
                                        RewriteConfig.builder().regex("a").replace("b").build()))
                        .build(),
                RuleTransform.builder()
                        .type(TransformTypeEnum.URL_REWRITE)
                        .urlRewriteConfig(config ->
                                config.rewrites(
                                        RewriteConfig.builder().regex("c").replace("d").build()))
                        .build());
    }

    private static Action redirect() {
        return Action.builder()
                .type(ActionTypeEnum.REDIRECT)
                .redirectConfig(config ->
                        config.statusCode("HTTP_301")
                                .protocol("HTTPS")
                                .host("#{host}")
                                .port("443")
                                .path("/#{path}")
                                .query("#{query}"))
                .build();
    }

    private static Action fixedResponse() {
        return Action.builder()
                .type(ActionTypeEnum.FIXED_RESPONSE)
                .fixedResponseConfig(config -> config.statusCode("404"))
                .build();
    }

    private static Action sticky() {
        Action plain = Samples.forwardTo("blue");
        return plain.toBuilder()
                .forwardConfig(
                        plain.forwardConfig().toBuilder()
                                .targetGroupStickinessConfig(
                                        sticky -> sticky.enabled(true).durationSeconds(60))
                                .build())
                .build();
    }

    /** Such a row was never checked; better to stop than to route by half of it. */
    @Test
    void refusesWhatNoCheckedRowHolds() {
        rule(
                Samples.rule(
                        "01",
                        1,
                        List.of(RuleCondition.builder().field("moon-phase").build()),
                        List.of(redirect())));
        assertThatThrownBy(() -> RouteTables.of(world)).hasMessageContaining("moon-phase");
        rule(
                Samples.rule(
                        "01",
                        1,
                        List.of(PATH),
                        List.of(Action.builder().type("authenticate-cognito").build())));
        assertThatThrownBy(() -> RouteTables.of(world))
                .hasMessageContaining("authenticate-cognito");
        rule(
                Samples.rule("01", 1, List.of(PATH), List.of(redirect()))
                        .with(
                                List.of(PATH),
                                List.of(redirect()),
                                List.of(RuleTransform.builder().type("shout").build())));
        assertThatThrownBy(() -> RouteTables.of(world)).hasMessageContaining("shout");
    }

    @Test
    void knowsWhereEachTypeOfTargetIsReached() {
        LoadBalancerArn network =
                new LoadBalancerArn(SCOPE, LoadBalancer.Type.NETWORK, "net", "0000000000000001");
        ListenerArn listener = new ListenerArn(network, "0000000000000002");
        Samples.put(
                world,
                tx -> {
                    tx.put(
                            world.loadBalancers(),
                            network,
                            Samples.loadBalancer(network, "127.1.0.2"));
                    tx.put(
                            world.listeners(),
                            listener,
                            Samples.listener(
                                    listener,
                                    TrafficProtocol.TCP,
                                    List.of(
                                            Samples.forwardTo(
                                                    "alb", "instance", "lambda", "missing"))));
                    for (TargetGroup group :
                            List.of(
                                    Samples.group("alb", TargetType.ALB, TrafficProtocol.TCP),
                                    Samples.group(
                                            "instance", TargetType.INSTANCE, TrafficProtocol.TCP),
                                    Samples.group("lambda", TargetType.LAMBDA))) {
                        tx.put(world.targetGroups(), group.arn(), group);
                    }
                });
        put("alb", LOAD_BALANCER.text(), 80);
        put("instance", "i-0123456789abcdef0", 80);
        put("lambda", "arn:aws:lambda:eu-west-1:123456789012:function:f", 0);

        assertThat(address("alb")).isEqualTo("127.1.0.1");
        assertThat(address("lambda")).isNull();
        assertThat(address("instance")).isNull();
        instance(ContainerInstance.Status.INACTIVE);
        assertThat(address("instance")).isNull();
        instance(ContainerInstance.Status.ACTIVE);
        assertThat(address("instance")).isEqualTo("127.0.0.1");
        assertThat(RouteTables.of(world).targetGroups())
                .doesNotContainKey(Samples.groupArn("missing").text());
        Samples.put(world, tx -> tx.delete(world.loadBalancers(), LOAD_BALANCER));
        assertThat(address("alb")).isNull();
    }

    private void put(String group, String id, int port) {
        Target target = Samples.target(group, id, port);
        Samples.put(world, tx -> tx.put(world.targets(), target.key(), target));
    }

    private void instance(ContainerInstance.Status status) {
        ContainerInstanceArn arn = new ContainerInstanceArn(SCOPE, "default", "0a");
        ContainerInstance instance =
                new ContainerInstance(
                        arn,
                        "i-0123456789abcdef0",
                        status,
                        true,
                        1,
                        1,
                        List.of(),
                        List.of(),
                        List.of(),
                        Samples.NOW,
                        1,
                        List.of());
        Samples.put(world, tx -> tx.put(world.containerInstances(), arn, instance));
    }

    private @Nullable String address(String group) {
        return group(RouteTables.of(world), group).targets().getFirst().address();
    }

    @Test
    void takesOverWhatDidNotChange() {
        RouteTable before = RouteTables.of(world);
        put("blue", "10.0.0.1", 80);

        RouteTable after = RouteTables.of(world, before, Set.of(Samples.groupArn("blue")));

        assertThat(after).isEqualTo(RouteTables.of(world)).isNotEqualTo(before);
        assertThat(after.loadBalancers().get(LOAD_BALANCER.text()))
                .isSameAs(before.loadBalancers().get(LOAD_BALANCER.text()));
        assertThat(RouteTables.of(world, before, Set.of())).isEqualTo(before);
    }

    /** The two sides have enums of their own, which must have the same constants. */
    @Test
    void everyConstantHasItsCounterpart() {
        assertThat(names(RouteTable.TargetState.values())).containsAll(names(TargetState.values()));
        assertThat(names(RouteTable.Protocol.values()))
                .containsAll(names(TrafficProtocol.values()));
        assertThat(names(RouteTable.TargetProtocol.values()))
                .containsAll(names(TrafficProtocol.values()));
        assertThat(names(RouteTable.TargetType.values())).containsAll(names(TargetType.values()));
        assertThat(names(RouteTable.ProtocolVersion.values()))
                .containsAll(names(TargetGroup.ProtocolVersion.values()));
        assertThat(names(RouteTable.Type.values())).containsAll(names(LoadBalancer.Type.values()));
    }

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).toList();
    }
}
