package dev.dryberth.api.elbv2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.api.http.HttpServer;
import dev.dryberth.core.balancing.ProbeResult;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetHealthRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ElasticLoadBalancingV2Exception;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.QueryStringKeyValuePair;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SslPolicyNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;
import software.amazon.awssdk.services.elasticloadbalancingv2.waiters.ElasticLoadBalancingV2Waiter;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** What the real SDK client makes of our answers, over HTTP. */
final class ElbClientTest {

    private ElbFixture fixture;
    private HttpServer server;
    private ElasticLoadBalancingV2Client elb;

    @BeforeEach
    void start() throws IOException {
        fixture = new ElbFixture();
        server = fixture.serve();
        elb =
                ElasticLoadBalancingV2Client.builder()
                        .endpointOverride(
                                URI.create("http://127.0.0.1:" + server.address().getPort()))
                        .region(Region.US_EAST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create("000000000000", "secret")))
                        .httpClient(UrlConnectionHttpClient.create())
                        .build();
    }

    @AfterEach
    void stop() {
        elb.close();
        server.close();
        fixture.close();
    }

    private LoadBalancer loadBalancer() {
        return elb.createLoadBalancer(request ->
                        request.name("web")
                                .subnets(fixture.subnets())
                                .tags(Tag.builder().key("a <&>\"'").value("ü\r\n 🚢").build()))
                .loadBalancers()
                .getFirst();
    }

    private TargetGroup targetGroup() {
        return elb.createTargetGroup(request ->
                        request.name("blue")
                                .targetType("ip")
                                .protocol("HTTP")
                                .port(80)
                                .vpcId(fixture.vpc().id()))
                .targetGroups()
                .getFirst();
    }

    @Test
    void readsWhatWasWritten() {
        LoadBalancer made = loadBalancer();

        assertThat(made.createdTime()).isEqualTo(ElbFixture.START);
        assertThat(
                        elb.describeTags(request -> request.resourceArns(made.loadBalancerArn()))
                                .tagDescriptions()
                                .getFirst()
                                .tags())
                .containsExactly(Tag.builder().key("a <&>\"'").value("ü\r\n 🚢").build());
        assertThat(elb.describeLoadBalancers().loadBalancers().getFirst())
                .isEqualTo(made.toBuilder().state(state -> state.code("active")).build());
        assertThat(elb.describeSSLPolicies().sslPolicies()).isNotEmpty();
        elb.deleteLoadBalancer(request -> request.loadBalancerArn(made.loadBalancerArn()));
        assertThat(elb.describeLoadBalancers().loadBalancers()).isEmpty();
    }

    private String listener(LoadBalancer of, Action action) {
        return elb.createListener(request ->
                        request.loadBalancerArn(of.loadBalancerArn())
                                .protocol("HTTP")
                                .port(80)
                                .defaultActions(action))
                .listeners()
                .getFirst()
                .listenerArn();
    }

    @Test
    void roundTripsNestedListsAndStructures() {
        LoadBalancer web = loadBalancer();
        TargetGroup blue = targetGroup();
        Action empty =
                Action.builder()
                        .type("fixed-response")
                        .fixedResponseConfig(fixed -> fixed.statusCode("404").messageBody(""))
                        .build();
        String listener = listener(web, empty);
        RuleCondition path =
                RuleCondition.builder().field("path-pattern").values("/a/*", "/b").build();
        RuleCondition query =
                RuleCondition.builder()
                        .field("query-string")
                        .queryStringConfig(config ->
                                config.values(
                                        QueryStringKeyValuePair.builder()
                                                .key("k")
                                                .value("v")
                                                .build()))
                        .build();
        TargetGroupTuple weighted =
                TargetGroupTuple.builder().targetGroupArn(blue.targetGroupArn()).weight(3).build();
        Rule rule =
                elb.createRule(request ->
                                request.listenerArn(listener)
                                        .priority(7)
                                        .conditions(path, query)
                                        .actions(
                                                Action.builder()
                                                        .type("forward")
                                                        .forwardConfig(config ->
                                                                config.targetGroups(weighted))
                                                        .build()))
                        .rules()
                        .getFirst();

        assertThat(rule.conditions().getFirst().pathPatternConfig().values())
                .containsExactly("/a/*", "/b");
        assertThat(rule.actions().getFirst().forwardConfig().targetGroups().getFirst().weight())
                .isEqualTo(3);
        assertThat(elb.describeRules(request -> request.listenerArn(listener)).rules().getFirst())
                .isEqualTo(rule);
    }

    @Test
    void throwsTheTypedException() {
        assertThatExceptionOfType(TargetGroupNotFoundException.class)
                .isThrownBy(() -> elb.describeTargetGroups(request -> request.names("none")))
                .satisfies(thrown -> {
                    assertThat(thrown.awsErrorDetails().errorCode())
                            .isEqualTo("TargetGroupNotFound");
                    assertThat(thrown.awsErrorDetails().errorMessage())
                            .isEqualTo("One or more target groups not found");
                    assertThat(thrown.statusCode()).isEqualTo(400);
                    assertThat(thrown.requestId()).hasSize(36);
                });
        assertThatThrownBy(() -> elb.describeSSLPolicies(request -> request.names("none")))
                .isInstanceOf(SslPolicyNotFoundException.class);
        assertThatExceptionOfType(ElasticLoadBalancingV2Exception.class)
                .isThrownBy(() -> elb.describeListeners(request -> {}))
                .satisfies(thrown ->
                        assertThat(thrown.awsErrorDetails().errorCode())
                                .isEqualTo("ValidationError"));
        assertThatExceptionOfType(ElasticLoadBalancingV2Exception.class)
                .isThrownBy(() ->
                        elb.describeCapacityReservation(request -> request.loadBalancerArn("a")))
                .satisfies(thrown -> assertThat(thrown.statusCode()).isEqualTo(501))
                .withMessageContaining(
                        "Dryberth does not implement elasticloadbalancing:DescribeCapacityReservation yet.");
    }

    @Test
    void waitersPassAndFailAsTheyShould() {
        LoadBalancer web = loadBalancer();
        TargetGroup blue = targetGroup();
        assertThat(listener(web, ElbFixture.forward(blue))).isNotEmpty();
        TargetDescription target = TargetDescription.builder().id("172.31.0.7").build();
        elb.registerTargets(
                request -> request.targetGroupArn(blue.targetGroupArn()).targets(target));
        DescribeTargetHealthRequest health =
                DescribeTargetHealthRequest.builder()
                        .targetGroupArn(blue.targetGroupArn())
                        .targets(target)
                        .build();
        try (ElasticLoadBalancingV2Waiter waiter = waiter()) {
            waiter.waitUntilLoadBalancerExists(request -> request.names("web"));
            waiter.waitUntilLoadBalancerAvailable(request -> request.names("web"));
            assertThatThrownBy(() -> waiter.waitUntilTargetInService(health))
                    .hasMessageContaining("max retry attempts");
            fixture.engine
                    .balancing()
                    .probed(blue.targetGroupArn(), "172.31.0.7", 80, new ProbeResult.Passed());
            waiter.waitUntilTargetInService(health);
            elb.deregisterTargets(
                    request -> request.targetGroupArn(blue.targetGroupArn()).targets(target));
            assertThatThrownBy(() -> waiter.waitUntilTargetDeregistered(health))
                    .hasMessageContaining("max retry attempts");
            fixture.advance(Duration.ofMinutes(5));
            waiter.waitUntilTargetDeregistered(health);
            elb.deleteLoadBalancer(request -> request.loadBalancerArn(web.loadBalancerArn()));
            waiter.waitUntilLoadBalancersDeleted(request -> request.names("web"));
        }
    }

    private ElasticLoadBalancingV2Waiter waiter() {
        return ElasticLoadBalancingV2Waiter.builder()
                .client(elb)
                .overrideConfiguration(
                        WaiterOverrideConfiguration.builder()
                                .maxAttempts(2)
                                .backoffStrategyV2(BackoffStrategy.retryImmediately())
                                .build())
                .build();
    }
}
