package dev.dryberth.api.elbv2;

import static dev.dryberth.api.elbv2.ElbFixture.fixedResponse;
import static dev.dryberth.api.elbv2.ElbFixture.forward;
import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RouteTable;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateListenerRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Listener;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Listeners that speak HTTPS or TLS: their certificates and policies, and what is routed. */
class SecureListenersTest {

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

    private static Certificate certificate(String arn) {
        return Certificate.builder().certificateArn(arn).build();
    }

    private Listener https(Consumer<CreateListenerRequest.Builder> change) {
        return elb.createListener(
                        request -> {
                            request.loadBalancerArn(web.loadBalancerArn())
                                    .protocol("HTTPS")
                                    .port(443)
                                    .defaultActions(fixedResponse("200"));
                            change.accept(request);
                        })
                .listeners()
                .getFirst();
    }

    private RouteTable.Listener routed() {
        fixture.settle();
        return Objects.requireNonNull(
                        fixture.engine
                                .balancing()
                                .routes()
                                .loadBalancers()
                                .get(web.loadBalancerArn()))
                .listeners()
                .getFirst();
    }

    @Test
    void takesAcmsCertificates() {
        String arn = fixture.certificate("a.example.com");
        Listener made = https(request -> request.certificates(certificate(arn)));
        assertThat(made.certificates()).containsExactly(certificate(arn));
        assertThat(made.sslPolicy()).isEqualTo("ELBSecurityPolicy-2016-08");
        assertThat(made.mutualAuthentication().mode()).isEqualTo("off");

        RouteTable.Listener routed = routed();
        assertThat(routed.certificates())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.arn()).isEqualTo(arn);
                    assertThat(each.chainPem().split("BEGIN CERTIFICATE", -1)).hasSize(3);
                    assertThat(each.privateKeyPem()).contains("BEGIN PRIVATE KEY");
                });
        assertThat(routed.tls().protocols()).containsExactly("TLSv1", "TLSv1.1", "TLSv1.2");

        assertThat(
                        fixture.acm
                                .describeCertificate(request -> request.certificateArn(arn))
                                .certificate()
                                .inUseBy())
                .containsExactly(web.loadBalancerArn());
        assertThat(
                        refusal(() ->
                                fixture.acm.deleteCertificate(
                                        request -> request.certificateArn(arn))))
                .isEqualTo("ResourceInUse");
        elb.deleteListener(request -> request.listenerArn(made.listenerArn()));
        fixture.acm.deleteCertificate(request -> request.certificateArn(arn));
    }

    @Test
    void refusesOtherCertificates() {
        for (String arn :
                List.of(
                        "arn:aws:acm:us-east-1:000000000000:certificate/none",
                        "arn:aws:iam::000000000000:server-certificate/mine",
                        "mine")) {
            assertThat(refusal(() -> https(request -> request.certificates(certificate(arn)))))
                    .as(arn)
                    .isEqualTo("CertificateNotFound");
        }
        String arn = fixture.certificate("a.example.com");
        assertThat(refusal(() -> https(request -> {}))).isEqualTo("ValidationError");
        assertThat(
                        refusal(() ->
                                https(request ->
                                        request.certificates(certificate(arn))
                                                .sslPolicy("ELBSecurityPolicy-None"))))
                .isEqualTo("SSLPolicyNotFound");
        assertThat(
                        refusal(() ->
                                https(request ->
                                        request.certificates(certificate(arn)).protocol("HTTP"))))
                .isEqualTo("ValidationError");
    }

    @Test
    void changesCertificatesAndPolicyInPlace() {
        String one = fixture.certificate("a.example.com");
        String two = fixture.certificate("b.example.com");
        String three = fixture.certificate("c.example.com");
        String listener = https(request -> request.certificates(certificate(one))).listenerArn();
        elb.addListenerCertificates(
                request -> request.listenerArn(listener).certificates(certificate(two)));
        elb.addListenerCertificates(
                request -> request.listenerArn(listener).certificates(certificate(three)));
        assertThat(arns(listener)).containsExactly(one, two, three);

        elb.modifyListener(request ->
                request.listenerArn(listener)
                        .certificates(certificate(three))
                        .sslPolicy("ELBSecurityPolicy-TLS13-1-3-2021-06"));
        assertThat(arns(listener)).containsExactly(three, two);
        RouteTable.Listener routed = routed();
        assertThat(routed.certificates())
                .extracting(RouteTable.Certificate::arn)
                .containsExactly(three, two);
        assertThat(routed.tls().protocols()).containsExactly("TLSv1.3");
        assertThat(routed.tls().ciphers()).contains("TLS_AES_128_GCM_SHA256").hasSize(3);

        elb.removeListenerCertificates(
                request -> request.listenerArn(listener).certificates(certificate(two)));
        assertThat(arns(listener)).containsExactly(three);
        assertThat(
                        refusal(() ->
                                elb.removeListenerCertificates(request ->
                                        request.listenerArn(listener)
                                                .certificates(certificate(three)))))
                .isEqualTo("OperationNotPermitted");
    }

    private List<String> arns(String listener) {
        return elb
                .describeListenerCertificates(request -> request.listenerArn(listener))
                .certificates()
                .stream()
                .map(Certificate::certificateArn)
                .toList();
    }

    @Test
    void holdsTwentyFiveCertificatesBesideDefaultOnes() {
        String first = fixture.certificate("a.example.com");
        String listener = https(request -> request.certificates(certificate(first))).listenerArn();
        for (int i = 0; i < 25; i++) {
            String next = fixture.certificate("n" + i + ".example.com");
            elb.addListenerCertificates(
                    request -> request.listenerArn(listener).certificates(certificate(next)));
        }
        String last = fixture.certificate("z.example.com");
        assertThat(
                        refusal(() ->
                                elb.addListenerCertificates(request ->
                                        request.listenerArn(listener)
                                                .certificates(certificate(last)))))
                .isEqualTo("TooManyCertificates");
    }

    @Test
    void speaksTlsOnNetworkLoadBalancersWithAnAlpnPolicy() {
        LoadBalancer net = fixture.networkLoadBalancer("net");
        TargetGroup group = fixture.targetGroup("flows", TargetTypeEnum.IP, ProtocolEnum.TCP);
        String arn = fixture.certificate("a.example.com");
        Listener made =
                https(request ->
                        request.loadBalancerArn(net.loadBalancerArn())
                                .protocol("TLS")
                                .alpnPolicy("HTTP2Preferred")
                                .certificates(certificate(arn))
                                .defaultActions(forward(group)));
        assertThat(made.alpnPolicy()).containsExactly("HTTP2Preferred");
        LoadBalancer application = web;
        web = net;
        assertThat(routed().tls().applicationProtocols())
                .containsExactly("h2", "http/1.1", "http/1.0");
        assertThat(
                        refusal(() ->
                                https(request ->
                                        request.loadBalancerArn(application.loadBalancerArn())
                                                .alpnPolicy("HTTP1Only")
                                                .certificates(certificate(arn)))))
                .isEqualTo("InvalidConfigurationRequest");
    }

    @Test
    void passesClientsCertificatesOnOnlyOverHttps() {
        String arn = fixture.certificate("a.example.com");
        String listener =
                https(request ->
                                request.certificates(certificate(arn))
                                        .mutualAuthentication(mutual -> mutual.mode("passthrough")))
                        .listenerArn();
        assertThat(routed().tls().clients())
                .isEqualTo(new RouteTable.ClientCertificates.PassedOn());
        elb.modifyListener(request ->
                request.listenerArn(listener).mutualAuthentication(mutual -> mutual.mode("off")));
        assertThat(routed().tls().clients())
                .isEqualTo(new RouteTable.ClientCertificates.NotAsked());
        assertThat(
                        refusal(() ->
                                elb.modifyListener(request ->
                                        request.listenerArn(listener)
                                                .mutualAuthentication(
                                                        mutual -> mutual.mode("verify")))))
                .isEqualTo("ValidationError");
        assertThat(
                        refusal(() ->
                                elb.modifyListener(request ->
                                        request.listenerArn(listener)
                                                .mutualAuthentication(
                                                        mutual -> mutual.mode("some")))))
                .isEqualTo("ValidationError");
        assertThat(
                        refusal(() ->
                                https(request ->
                                        request.port(80)
                                                .protocol("HTTP")
                                                .mutualAuthentication(
                                                        mutual -> mutual.mode("passthrough")))))
                .isEqualTo("ValidationError");
    }
}
