package dev.dryberth.api.elbv2;

import static dev.dryberth.api.elbv2.ElbFixture.fixedResponse;
import static dev.dryberth.api.elbv2.ElbFixture.forward;
import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateListenerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

import java.util.function.Consumer;

final class ListenersTest {

    private static final Certificate UNKNOWN =
            Certificate.builder()
                    .certificateArn("arn:aws:acm:us-east-1:000000000000:certificate/0")
                    .build();

    private final ElbFixture fixture = new ElbFixture();
    private final ElbV2 elb = fixture.elb;
    private final LoadBalancer web = fixture.loadBalancer("web");
    private final LoadBalancer net = fixture.networkLoadBalancer("net");

    @AfterEach
    void stop() {
        fixture.close();
    }

    private String creating(Consumer<CreateListenerRequest.Builder> request) {
        return refusal(() ->
                elb.createListener(each -> {
                    each.loadBalancerArn(web.loadBalancerArn())
                            .protocol("HTTP")
                            .port(80)
                            .defaultActions(fixedResponse("200"));
                    request.accept(each);
                }));
    }

    @Test
    void makingTheSameAgainReturnsItAndAnotherOnThatPortIsRefused() {
        Listener made = fixture.listener(web, 80, fixedResponse("404"));

        assertThat(made.listenerArn())
                .matches(ElbFixture.ARN + "listener/app/web/[0-9a-f]{16}/[0-9a-f]{16}");
        assertThat(made.protocolAsString()).isEqualTo("HTTP");
        assertThat(made.hasCertificates()).isFalse();
        assertThat(fixture.listener(web, 80, fixedResponse("404"))).isEqualTo(made);
        assertThat(creating(request -> {})).isEqualTo("DuplicateListener");
    }

    @Test
    void refusesWhatIsWrong() {
        assertThat(creating(request -> request.port(0))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.port(65_536))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.port(null))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.protocol((String) null)))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.protocol("TCP"))).isEqualTo("UnsupportedProtocol");
        assertThat(creating(request -> request.protocol("QUIC"))).isEqualTo("UnsupportedOperation");
        assertThat(creating(request -> request.loadBalancerArn(null))).isEqualTo("ValidationError");
        assertThat(
                        creating(request ->
                                request.loadBalancerArn(web.loadBalancerArn().replace("web", "x"))))
                .isEqualTo("LoadBalancerNotFound");
        assertThat(creating(request -> request.loadBalancerArn(net.loadBalancerArn())))
                .isEqualTo("UnsupportedProtocol");
    }

    @Test
    void tlsNeedsACertificate() {
        assertThat(creating(request -> request.protocol("HTTPS"))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.protocol("HTTPS").certificates(UNKNOWN)))
                .isEqualTo("CertificateNotFound");
        assertThat(creating(request -> request.protocol("HTTPS").certificates(UNKNOWN, UNKNOWN)))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.certificates(UNKNOWN))).isEqualTo("ValidationError");
        assertThat(creating(request -> request.sslPolicy("ELBSecurityPolicy-2016-08")))
                .isEqualTo("ValidationError");
        assertThat(creating(request -> request.alpnPolicy("HTTP2Preferred")))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(creating(request -> request.mutualAuthentication(each -> each.mode("verify"))))
                .isEqualTo("ValidationError");
        Listener plain = fixture.listener(web, 80, fixedResponse("200"));
        assertThat(
                        refusal(() ->
                                elb.addListenerCertificates(request ->
                                        request.listenerArn(plain.listenerArn())
                                                .certificates(UNKNOWN))))
                .isEqualTo("InvalidConfigurationRequest");
        assertThat(
                        elb.describeListenerCertificates(
                                        request -> request.listenerArn(plain.listenerArn()))
                                .certificates())
                .isEmpty();
    }

    /** Which groups a listener of a network load balancer may forward to. */
    @ParameterizedTest
    @CsvSource({
        "TCP,     TCP,     yes",
        "TCP,     TCP_UDP, yes",
        "TCP,     UDP,     no",
        "TCP,     TLS,     no",
        "TCP,     HTTP,    no",
        "UDP,     UDP,     yes",
        "UDP,     TCP_UDP, yes",
        "UDP,     TCP,     no",
        "UDP,     TLS,     no",
        "TCP_UDP, TCP_UDP, yes",
        "TCP_UDP, TCP,     no",
        "TCP_UDP, UDP,     no"
    })
    void protocolsMustFit(String listener, ProtocolEnum group, String fits) {
        TargetGroup to = fixture.targetGroup("blue", TargetTypeEnum.IP, group);
        Consumer<CreateListenerRequest.Builder> request =
                each ->
                        each.loadBalancerArn(net.loadBalancerArn())
                                .protocol(listener)
                                .port(80)
                                .defaultActions(forward(to));
        if (fits.equals("yes")) {
            assertThat(elb.createListener(request).listeners()).hasSize(1);
        } else {
            assertThat(refusal(() -> elb.createListener(request)))
                    .isEqualTo("IncompatibleProtocols");
        }
    }

    @Test
    void forwardsToFunctionsFromApplicationLoadBalancersOnly() {
        TargetGroup function =
                elb.createTargetGroup(request -> request.name("fn").targetType("lambda"))
                        .targetGroups()
                        .getFirst();

        assertThat(
                        creating(request ->
                                request.loadBalancerArn(net.loadBalancerArn())
                                        .protocol("TCP")
                                        .defaultActions(forward(function))))
                .isEqualTo("IncompatibleProtocols");
        assertThat(fixture.listener(web, 8080, forward(function)).defaultActions()).hasSize(1);
    }

    @Test
    void onlyForwardsOnANetworkLoadBalancer() {
        assertThat(
                        creating(request ->
                                request.loadBalancerArn(net.loadBalancerArn()).protocol("TCP")))
                .isEqualTo("InvalidLoadBalancerAction");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP2", "GRPC"})
    void forwardsToGroupsOverHttp2FromHttpsOnly(String version) {
        TargetGroup group =
                elb.createTargetGroup(request ->
                                request.name("over-http2")
                                        .protocol("HTTP")
                                        .protocolVersion(version)
                                        .port(80)
                                        .vpcId(fixture.vpc().id()))
                        .targetGroups()
                        .getFirst();
        assertThat(creating(request -> request.defaultActions(forward(group))))
                .isEqualTo("IncompatibleProtocols");
    }

    @Test
    void describesByLoadBalancerAndArn() {
        Listener one = fixture.listener(web, 80, fixedResponse("200"));
        Listener two = fixture.listener(web, 81, fixedResponse("200"));

        assertThat(
                        elb.describeListenersPaginator(request ->
                                        request.loadBalancerArn(web.loadBalancerArn()).pageSize(1))
                                .listeners())
                .containsExactlyInAnyOrder(one, two);
        assertThat(
                        elb.describeListeners(request -> request.listenerArns(two.listenerArn()))
                                .listeners())
                .containsExactly(two);
        assertThat(refusal(() -> elb.describeListeners(request -> {})))
                .isEqualTo("ValidationError");
        assertThat(refusal(() -> elb.describeListeners(request -> request.listenerArns("nothing"))))
                .isEqualTo("ValidationError");
    }

    @Test
    void modifiesPortAndActions() {
        Listener one = fixture.listener(web, 80, fixedResponse("200"));
        Listener two = fixture.listener(web, 81, fixedResponse("200"));

        assertThat(
                        elb.modifyListener(request ->
                                        request.listenerArn(one.listenerArn())
                                                .port(82)
                                                .defaultActions(fixedResponse("503")))
                                .listeners()
                                .getFirst())
                .isEqualTo(one.toBuilder().port(82).defaultActions(fixedResponse("503")).build());
        assertThat(
                        refusal(() ->
                                elb.modifyListener(request ->
                                        request.listenerArn(one.listenerArn()).port(81))))
                .isEqualTo("DuplicateListener");
        assertThat(
                        refusal(() ->
                                elb.modifyListener(request ->
                                        request.listenerArn(two.listenerArn()).protocol("HTTPS"))))
                .isEqualTo("ValidationError");
    }

    @Test
    void deletesWithRules() {
        Listener made = fixture.listener(web, 80, fixedResponse("200"));
        elb.deleteListener(request -> request.listenerArn(made.listenerArn()));

        assertThat(
                        refusal(() ->
                                elb.deleteListener(
                                        request -> request.listenerArn(made.listenerArn()))))
                .isEqualTo("ListenerNotFound");
    }

    @Test
    void holdsFiftyListeners() {
        for (int port = 1; port <= 50; port++) {
            fixture.listener(web, port, fixedResponse("200"));
        }
        assertThat(creating(request -> request.port(51))).isEqualTo("TooManyListeners");
    }
}
