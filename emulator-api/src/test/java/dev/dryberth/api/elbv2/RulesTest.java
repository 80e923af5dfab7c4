package dev.dryberth.api.elbv2;

import static dev.dryberth.api.elbv2.ElbFixture.fixedResponse;
import static dev.dryberth.api.elbv2.ElbFixture.forward;
import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.QueryStringKeyValuePair;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RedirectActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RewriteConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RulePriorityPair;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleTransform;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

final class RulesTest {

    private final ElbFixture fixture = new ElbFixture();
    private final ElbV2 elb = fixture.elb;
    private final LoadBalancer web = fixture.loadBalancer("web");
    private final Listener listener = fixture.listener(web, 80, fixedResponse("404"));

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static RuleCondition path(String... patterns) {
        return RuleCondition.builder().field("path-pattern").values(patterns).build();
    }

    private Rule create(int priority, List<RuleCondition> conditions, Action... actions) {
        return elb.createRule(request ->
                        request.listenerArn(listener.listenerArn())
                                .priority(priority)
                                .conditions(conditions)
                                .actions(actions))
                .rules()
                .getFirst();
    }

    private Rule create(int priority) {
        return create(priority, List.of(path("/" + priority)), fixedResponse("200"));
    }

    private List<Rule> rules() {
        return elb.describeRules(request -> request.listenerArn(listener.listenerArn())).rules();
    }

    @Test
    void listsByPriorityWithTheDefaultRuleLast() {
        Rule second = create(20);
        Rule first = create(3);

        assertThat(first.ruleArn())
                .matches(
                        ElbFixture.ARN
                                + "listener-rule/app/web/[0-9a-f]{16}/[0-9a-f]{16}/[0-9a-f]{16}");
        assertThat(rules()).extracting(Rule::priority).containsExactly("3", "20", "default");
        assertThat(rules().getLast().isDefault()).isTrue();
        assertThat(rules().getLast().actions()).isEqualTo(listener.defaultActions());
        assertThat(
                        elb.describeRulesPaginator(request ->
                                        request.listenerArn(listener.listenerArn()).pageSize(1))
                                .rules())
                .hasSize(3);
        assertThat(
                        elb.describeRules(request ->
                                        request.ruleArns(
                                                second.ruleArn(), rules().getLast().ruleArn()))
                                .rules())
                .extracting(Rule::priority)
                .containsExactly("20", "default");
    }

    @Test
    void showsPatternsInBothForms() {
        assertThat(create(1, List.of(path("/a/*")), fixedResponse("200")).conditions())
                .containsExactly(
                        path("/a/*").toBuilder()
                                .pathPatternConfig(config -> config.values("/a/*"))
                                .build());
        RuleCondition host =
                RuleCondition.builder()
                        .field("host-header")
                        .hostHeaderConfig(config -> config.values("*.example.com"))
                        .build();
        assertThat(create(2, List.of(host), fixedResponse("200")).conditions().getFirst().values())
                .containsExactly("*.example.com");
    }

    @Test
    void completesForwardActions() {
        TargetGroup blue = fixture.targetGroup("blue");
        TargetGroup green = fixture.targetGroup("green");

        Action single = create(1, List.of(path("/")), forward(blue)).actions().getFirst();
        assertThat(single.targetGroupArn()).isEqualTo(blue.targetGroupArn());
        assertThat(single.forwardConfig().targetGroups()).containsExactly(tuple(blue, 1));
        assertThat(single.forwardConfig().targetGroupStickinessConfig().enabled()).isFalse();

        Action several =
                create(2, List.of(path("/")), weighted(tuple(blue, 90), tuple(green, 0)))
                        .actions()
                        .getFirst();
        assertThat(several.targetGroupArn()).isNull();
        assertThat(several.forwardConfig().targetGroups())
                .containsExactly(tuple(blue, 90), tuple(green, 0));
    }

    private static TargetGroupTuple tuple(TargetGroup group, int weight) {
        return TargetGroupTuple.builder()
                .targetGroupArn(group.targetGroupArn())
                .weight(weight)
                .build();
    }

    private static Action weighted(TargetGroupTuple... groups) {
        return Action.builder()
                .type("forward")
                .forwardConfig(config -> config.targetGroups(groups))
                .build();
    }

    @Test
    void completesRedirects() {
        Action action =
                create(1, List.of(path("/")), redirect(to -> to.protocol("HTTPS").port("443")))
                        .actions()
                        .getFirst();

        assertThat(action.redirectConfig())
                .isEqualTo(
                        RedirectActionConfig.builder()
                                .protocol("HTTPS")
                                .port("443")
                                .host("#{host}")
                                .path("/#{path}")
                                .query("#{query}")
                                .statusCode("HTTP_301")
                                .build());
    }

    private static Action redirect(Consumer<RedirectActionConfig.Builder> to) {
        return Action.builder()
                .type("redirect")
                .redirectConfig(config -> {
                    config.statusCode("HTTP_301");
                    to.accept(config);
                })
                .build();
    }

    @Test
    void refusesActions() {
        TargetGroup blue = fixture.targetGroup("blue");
        assertThat(doing(redirect(to -> {}))).isEqualTo("InvalidLoadBalancerAction");
        assertThat(doing(redirect(to -> to.query("a=1")))).isEqualTo("InvalidLoadBalancerAction");
        assertThat(doing(redirect(to -> to.port("99999")))).isEqualTo("ValidationError");
        assertThat(doing(redirect(to -> to.path("x")))).isEqualTo("ValidationError");
        assertThat(doing(redirect(to -> to.host("#{query}"))))
                .isEqualTo("InvalidLoadBalancerAction");
        assertThat(doing(redirect(to -> to.protocol("FTP")))).isEqualTo("ValidationError");
        assertThat(doing(redirect(to -> to.statusCode("HTTP_303")))).isEqualTo("ValidationError");
        assertThat(doing(fixedResponse("302"))).isEqualTo("ValidationError");
        assertThat(doing(Action.builder().type("forward").build())).isEqualTo("ValidationError");
        assertThat(doing(Action.builder().type("redirect").build())).isEqualTo("ValidationError");
        assertThat(doing(Action.builder().type("fixed-response").build()))
                .isEqualTo("ValidationError");
        assertThat(doing(Action.builder().type("dance").build())).isEqualTo("ValidationError");
        assertThat(doing(Action.builder().type("authenticate-cognito").build()))
                .isEqualTo("UnsupportedOperation");
        assertThat(doing(weighted(tuple(blue, 1000)))).isEqualTo("ValidationError");
        assertThat(doing(weighted(tuple(blue, 1), tuple(blue, 1)))).isEqualTo("ValidationError");
        assertThat(
                        doing(
                                Action.builder()
                                        .type("forward")
                                        .targetGroupArn(
                                                ElbFixture.ARN + "targetgroup/no/0123456789abcdef")
                                        .build()))
                .isEqualTo("TargetGroupNotFound");
        assertThat(doing(forward(blue), fixedResponse("200"))).isEqualTo("ValidationError");
        assertThat(
                        doing(
                                forward(blue).toBuilder().order(1).build(),
                                fixedResponse("200").toBuilder().order(2).build()))
                .isEqualTo("InvalidLoadBalancerAction");
        assertThat(doing()).isEqualTo("ValidationError");
    }

    private String doing(Action... actions) {
        return refusal(() -> create(1, List.of(path("/")), actions));
    }

    @Test
    void aGroupBelongsToOneLoadBalancer() {
        TargetGroup blue = fixture.targetGroup("blue");
        fixture.listener(fixture.loadBalancer("other"), 80, forward(blue));

        assertThat(doing(forward(blue))).isEqualTo("TargetGroupAssociationLimit");
    }

    @Test
    void refusesConditions() {
        assertThat(when()).isEqualTo("ValidationError");
        assertThat(when(path())).isEqualTo("ValidationError");
        assertThat(when(path("/"), path("/b"))).isEqualTo("ValidationError");
        assertThat(when(path("1", "2", "3", "4", "5", "6"))).isEqualTo("ValidationError");
        assertThat(when(path("******"))).isEqualTo("ValidationError");
        assertThat(when(path("/ü"))).isEqualTo("ValidationError");
        assertThat(when(path("/" + "a".repeat(128)))).isEqualTo("ValidationError");
        assertThat(when(condition("moon", each -> each.values("full"))))
                .isEqualTo("ValidationError");
        assertThat(when(condition("host-header", each -> each.values("localhost"))))
                .isEqualTo("ValidationError");
        assertThat(when(condition("host-header", each -> each.regexValues("("))))
                .isEqualTo("ValidationError");
        assertThat(
                        when(
                                condition(
                                        "http-header",
                                        each ->
                                                each.httpHeaderConfig(header ->
                                                        header.httpHeaderName("Host")
                                                                .values("a")))))
                .isEqualTo("ValidationError");
        assertThat(when(condition("http-header", each -> {}))).isEqualTo("ValidationError");
        assertThat(
                        when(
                                condition(
                                        "http-request-method",
                                        each ->
                                                each.httpRequestMethodConfig(
                                                        method -> method.values("get")))))
                .isEqualTo("ValidationError");
        for (String range : List.of("10.0.0.0", "10.0.0.0/33", "::1", "::1/129", "x:/1")) {
            assertThat(
                            when(
                                    condition(
                                            "source-ip",
                                            each -> each.sourceIpConfig(ip -> ip.values(range)))))
                    .as(range)
                    .isEqualTo("ValidationError");
        }
        assertThat(when(condition("query-string", each -> {}))).isEqualTo("ValidationError");
    }

    private String when(RuleCondition... conditions) {
        return refusal(() -> create(1, List.of(conditions), fixedResponse("200")));
    }

    private static RuleCondition condition(String field, Consumer<RuleCondition.Builder> rest) {
        RuleCondition.Builder condition = RuleCondition.builder().field(field);
        rest.accept(condition);
        return condition.build();
    }

    @Test
    void keepsOtherConditionsAsTheyAre() {
        List<RuleCondition> conditions =
                List.of(
                        condition(
                                "http-request-method",
                                each ->
                                        each.httpRequestMethodConfig(
                                                method -> method.values("GET"))),
                        condition(
                                "source-ip",
                                each ->
                                        each.sourceIpConfig(
                                                ip -> ip.values("10.0.0.0/8", "::1/128"))),
                        condition(
                                "query-string",
                                each ->
                                        each.queryStringConfig(query ->
                                                query.values(
                                                        QueryStringKeyValuePair.builder()
                                                                .key("a")
                                                                .value("b*")
                                                                .build()))),
                        condition(
                                "http-header",
                                each ->
                                        each.httpHeaderConfig(header ->
                                                header.httpHeaderName("X-A").values("1"))));

        assertThat(create(1, conditions, fixedResponse("200")).conditions()).isEqualTo(conditions);
    }

    @Test
    void prioritiesAreUniqueAndInRange() {
        create(5);

        assertThat(refusal(() -> create(5))).isEqualTo("PriorityInUse");
        assertThat(refusal(() -> create(0))).isEqualTo("ValidationError");
        assertThat(refusal(() -> create(50_001))).isEqualTo("ValidationError");
    }

    @Test
    void twoRulesCanChangePlaces() {
        Rule a = create(1);
        Rule b = create(2);
        create(3);

        elb.setRulePriorities(request -> request.rulePriorities(pair(a, 2), pair(b, 1)));
        assertThat(rules()).extracting(Rule::ruleArn).startsWith(b.ruleArn(), a.ruleArn());
        assertThat(
                        refusal(() ->
                                elb.setRulePriorities(
                                        request -> request.rulePriorities(pair(a, 9), pair(b, 3)))))
                .isEqualTo("PriorityInUse");
        assertThat(rules()).extracting(Rule::priority).containsExactly("1", "2", "3", "default");
        assertThat(
                        refusal(() ->
                                elb.setRulePriorities(request ->
                                        request.rulePriorities(pair(rules().getLast(), 4)))))
                .isEqualTo("OperationNotPermitted");
    }

    private static RulePriorityPair pair(Rule rule, int priority) {
        return RulePriorityPair.builder().ruleArn(rule.ruleArn()).priority(priority).build();
    }

    @Test
    void modifiesWhatIsGivenOnly() {
        Rule rule = create(1);
        RuleTransform transform =
                RuleTransform.builder()
                        .type("url-rewrite")
                        .urlRewriteConfig(config ->
                                config.rewrites(
                                        RewriteConfig.builder()
                                                .regex("^/a(.*)")
                                                .replace("/b$1")
                                                .build()))
                        .build();
        Rule modified =
                elb.modifyRule(request -> request.ruleArn(rule.ruleArn()).transforms(transform))
                        .rules()
                        .getFirst();
        assertThat(modified).isEqualTo(rule.toBuilder().transforms(transform).build());
        assertThat(
                        elb.modifyRule(request ->
                                        request.ruleArn(rule.ruleArn())
                                                .resetTransforms(true)
                                                .actions(fixedResponse("503")))
                                .rules()
                                .getFirst())
                .isEqualTo(rule.toBuilder().actions(fixedResponse("503")).build());
        assertThat(
                        refusal(() ->
                                elb.modifyRule(request ->
                                        request.ruleArn(rule.ruleArn())
                                                .transforms(transform, transform))))
                .isEqualTo("ValidationError");
        assertThat(
                        refusal(() ->
                                elb.modifyRule(request ->
                                        request.ruleArn(rules().getLast().ruleArn())
                                                .actions(fixedResponse("200")))))
                .isEqualTo("OperationNotPermitted");
    }

    @Test
    void deletesAllButTheDefaultRule() {
        Rule rule = create(1);
        elb.deleteRule(request -> request.ruleArn(rule.ruleArn()));

        assertThat(rules()).hasSize(1);
        assertThat(refusal(() -> elb.deleteRule(request -> request.ruleArn(rule.ruleArn()))))
                .isEqualTo("RuleNotFound");
        assertThat(
                        refusal(() ->
                                elb.deleteRule(
                                        request -> request.ruleArn(rules().getFirst().ruleArn()))))
                .isEqualTo("OperationNotPermitted");
    }

    @Test
    void aLoadBalancerHasAHundredRules() {
        IntStream.rangeClosed(1, 100).forEach(this::create);

        assertThat(refusal(() -> create(101))).isEqualTo("TooManyRules");
    }

    @Test
    void networkListenersHaveTheirDefaultRuleOnly() {
        TargetGroup group = fixture.targetGroup("tcp", TargetTypeEnum.IP, ProtocolEnum.TCP);
        Listener tcp = fixture.listener(fixture.networkLoadBalancer("net"), 80, forward(group));

        assertThat(elb.describeRules(request -> request.listenerArn(tcp.listenerArn())).rules())
                .hasSize(1);
        assertThat(
                        refusal(() ->
                                elb.createRule(request ->
                                        request.listenerArn(tcp.listenerArn())
                                                .priority(1)
                                                .conditions(path("/"))
                                                .actions(forward(group)))))
                .isEqualTo("UnsupportedProtocol");
    }
}
