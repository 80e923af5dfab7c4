package dev.dryberth.api.elbv2;

import static dev.dryberth.api.elbv2.ElbFixture.fixedResponse;
import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.ListenerAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SslPolicy;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TagDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupAttribute;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

import java.util.List;
import java.util.stream.IntStream;

/** Attributes, tags, policies and limits. */
final class AttributesTest {

    private final ElbFixture fixture = new ElbFixture();
    private final ElbV2 elb = fixture.elb;
    private final LoadBalancer web = fixture.loadBalancer("web");
    private final TargetGroup blue = fixture.targetGroup("blue");

    @AfterEach
    void stop() {
        fixture.close();
    }

    private List<LoadBalancerAttribute> setOnLoadBalancer(String key, String value) {
        return elb.modifyLoadBalancerAttributes(request ->
                        request.loadBalancerArn(web.loadBalancerArn())
                                .attributes(attribute(key, value)))
                .attributes();
    }

    private static LoadBalancerAttribute attribute(String key, String value) {
        return LoadBalancerAttribute.builder().key(key).value(value).build();
    }

    private void setOnGroup(String... keysAndValues) {
        List<TargetGroupAttribute> attributes =
                IntStream.range(0, keysAndValues.length / 2)
                        .mapToObj(i ->
                                TargetGroupAttribute.builder()
                                        .key(keysAndValues[2 * i])
                                        .value(keysAndValues[2 * i + 1])
                                        .build())
                        .toList();
        elb.modifyTargetGroupAttributes(
                request -> request.targetGroupArn(blue.targetGroupArn()).attributes(attributes));
    }

    @Test
    void answersAllAttributesAfterAChange() {
        assertThat(setOnLoadBalancer("idle_timeout.timeout_seconds", "120"))
                .contains(
                        attribute("idle_timeout.timeout_seconds", "120"),
                        attribute("routing.http2.enabled", "true"))
                .isEqualTo(
                        elb.describeLoadBalancerAttributes(
                                        request -> request.loadBalancerArn(web.loadBalancerArn()))
                                .attributes());
    }

    @Test
    void refusesKeysAndValuesThereAreNot() {
        assertThat(refusal(() -> setOnLoadBalancer("no.such.key", "1")))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(refusal(() -> setOnLoadBalancer("idle_timeout.timeout_seconds", "4001")))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(refusal(() -> setOnLoadBalancer("access_logs.s3.enabled", "true")))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(refusal(() -> setOnGroup("stickiness.type", "source_ip")))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(refusal(this::setOnGroup)).isEqualTo("ValidationError");
    }

    @Test
    void refusesAttributesThatDoNotGoTogether() {
        setOnGroup("slow_start.duration_seconds", "30");
        assertThat(
                        refusal(() ->
                                setOnGroup(
                                        "load_balancing.algorithm.type",
                                        "least_outstanding_requests")))
                .isEqualTo("InvalidConfigurationRequest");
        setOnGroup(
                "slow_start.duration_seconds",
                "0",
                "load_balancing.algorithm.type",
                "weighted_random");
        setOnGroup("load_balancing.algorithm.anomaly_mitigation", "on");
        assertThat(refusal(() -> setOnGroup("load_balancing.algorithm.type", "round_robin")))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(refusal(() -> setOnGroup("stickiness.app_cookie.cookie_name", "AWSALBAPP-1")))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(
                        refusal(() ->
                                setOnGroup(
                                        "stickiness.enabled",
                                        "true",
                                        "stickiness.type",
                                        "app_cookie")))
                .isEqualTo("InvalidConfigurationRequest");
    }

    @Test
    void groupsOfDatagramsKeepClientAddressesAndFlows() {
        TargetGroup dns = fixture.targetGroup("dns", TargetTypeEnum.IP, ProtocolEnum.UDP);
        assertThat(
                        elb.describeTargetGroupAttributes(
                                        request -> request.targetGroupArn(dns.targetGroupArn()))
                                .attributes())
                .contains(
                        of("deregistration_delay.connection_termination.enabled", "true"),
                        of("preserve_client_ip.enabled", "true"),
                        of(
                                "target_health_state.unhealthy.connection_termination.enabled",
                                "false"));
        for (TargetGroupAttribute each :
                List.of(
                        of("preserve_client_ip.enabled", "false"),
                        of(
                                "target_health_state.unhealthy.connection_termination.enabled",
                                "true"))) {
            assertThat(
                            refusal(() ->
                                    elb.modifyTargetGroupAttributes(request ->
                                            request.targetGroupArn(dns.targetGroupArn())
                                                    .attributes(each))))
                    .isEqualTo("InvalidConfigurationRequest");
        }
    }

    private static TargetGroupAttribute of(String key, String value) {
        return TargetGroupAttribute.builder().key(key).value(value).build();
    }

    @Test
    void listenersHaveAttributesToo() {
        String listener = fixture.listener(web, 80, fixedResponse("200")).listenerArn();
        ListenerAttribute header =
                ListenerAttribute.builder()
                        .key("routing.http.response.x_frame_options.header_value")
                        .value("DENY")
                        .build();
        elb.modifyListenerAttributes(request -> request.listenerArn(listener).attributes(header));

        assertThat(
                        elb.describeListenerAttributes(request -> request.listenerArn(listener))
                                .attributes())
                .contains(header);
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    @Test
    void tagsEveryKindOfResource() {
        String listener = fixture.listener(web, 80, fixedResponse("200")).listenerArn();
        String rule =
                elb.createRule(request ->
                                request.listenerArn(listener)
                                        .priority(1)
                                        .conditions(
                                                RuleCondition.builder()
                                                        .field("path-pattern")
                                                        .values("/")
                                                        .build())
                                        .actions(fixedResponse("200")))
                        .rules()
                        .getFirst()
                        .ruleArn();
        List<String> arns = List.of(web.loadBalancerArn(), blue.targetGroupArn(), listener, rule);
        elb.addTags(request -> request.resourceArns(arns).tags(tag("a", "1"), tag("b", "2")));
        elb.addTags(request -> request.resourceArns(arns).tags(tag("a", "3")));
        elb.removeTags(request -> request.resourceArns(arns).tagKeys("b", "c"));

        assertThat(elb.describeTags(request -> request.resourceArns(arns)).tagDescriptions())
                .hasSize(4)
                .allSatisfy(each -> assertThat(each.tags()).containsExactly(tag("a", "3")))
                .extracting(TagDescription::resourceArn)
                .isEqualTo(arns);
    }

    @Test
    void refusesTags() {
        String arn = web.loadBalancerArn();
        assertThat(
                        refusal(() ->
                                elb.addTags(request ->
                                        request.resourceArns(arn)
                                                .tags(tag("a", "1"), tag("a", "2")))))
                .isEqualTo("DuplicateTagKeys");
        assertThat(
                        refusal(() ->
                                elb.addTags(request ->
                                        request.resourceArns(arn).tags(tag("aws:a", "1")))))
                .isEqualTo("ValidationError");
        assertThat(
                        refusal(() ->
                                elb.addTags(request ->
                                        request.resourceArns(arn)
                                                .tags(
                                                        IntStream.range(0, 51)
                                                                .mapToObj(i -> tag("k" + i, ""))
                                                                .toList()))))
                .isEqualTo("TooManyTags");
        assertThat(refusal(() -> elb.describeTags(request -> request.resourceArns("x"))))
                .isEqualTo("ValidationError");
        assertThat(
                        refusal(() ->
                                elb.describeTags(
                                        request -> request.resourceArns(arn.replace("web", "no")))))
                .isEqualTo("LoadBalancerNotFound");
    }

    @Test
    void knowsPoliciesAndLimits() {
        assertThat(elb.describeSSLPolicies().sslPolicies())
                .extracting(SslPolicy::name)
                .contains("ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS13-1-2-2021-06")
                .isSorted();
        assertThat(
                        elb.describeSSLPolicies(request ->
                                        request.names("ELBSecurityPolicy-TLS13-1-3-2021-06"))
                                .sslPolicies()
                                .getFirst()
                                .sslProtocols())
                .containsExactly("TLSv1.3");
        assertThat(refusal(() -> elb.describeSSLPolicies(request -> request.names("none"))))
                .isEqualTo("SSLPolicyNotFound");
        assertThat(elb.describeAccountLimits().limits())
                .anySatisfy(limit -> {
                    assertThat(limit.name()).isEqualTo("application-load-balancers");
                    assertThat(limit.max()).isEqualTo("50");
                });
        assertThat(elb.describeAccountLimits(request -> request.pageSize(1)).nextMarker())
                .isNotNull();
    }
}
