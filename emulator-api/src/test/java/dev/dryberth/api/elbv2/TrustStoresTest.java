package dev.dryberth.api.elbv2;

import static dev.dryberth.api.elbv2.ElbFixture.fixedResponse;
import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.dryberth.api.proxy.Revocations;
import dev.dryberth.core.balancing.RouteTable.ClientCertificates;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.CaCertificatesBundleNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Certificate;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RevocationContent;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TrustStore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Trust stores, their revocations, and the listeners that ask them. */
class TrustStoresTest {

    @TempDir Path directory;
    private ElbFixture fixture;
    private ElbV2 elb;
    private X509Bundle root;
    private X509Bundle client;

    @BeforeEach
    void start() throws Exception {
        fixture = new ElbFixture(directory);
        elb = fixture.elb;
        root =
                new CertificateBuilder()
                        .subject("CN=root")
                        .algorithm(Algorithm.ecp256)
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned();
        client =
                new CertificateBuilder()
                        .subject("CN=client")
                        .algorithm(Algorithm.ecp256)
                        .buildIssuedBy(root);
        put("ca.pem", "# ours\n" + root.getCertificatePEM());
        put("leaf.pem", client.getCertificatePEM());
        put("crl.pem", Revocations.pem(root, client));
        put("none.pem", "nothing");
    }

    private void put(String key, String text) throws IOException {
        Path bucket = directory.resolve("trust/some");
        Files.createDirectories(bucket);
        Files.writeString(bucket.resolve(key), text);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private TrustStore create(String name, String key) {
        return elb.createTrustStore(request ->
                        request.name(name)
                                .caCertificatesBundleS3Bucket("trust")
                                .caCertificatesBundleS3Key(key)
                                .tags(Tag.builder().key("a").value("1").build()))
                .trustStores()
                .getFirst();
    }

    @Test
    void readsAuthoritiesFromAnObject() {
        TrustStore made = create("clients", "some/ca.pem");
        assertThat(made.trustStoreArn())
                .matches(ElbFixture.ARN + "truststore/clients/[0-9a-f]{16}");
        assertThat(made.statusAsString()).isEqualTo("ACTIVE");
        assertThat(made.numberOfCaCertificates()).isOne();
        assertThat(elb.describeTrustStores(request -> request.names("clients")).trustStores())
                .containsExactly(made);
        assertThat(elb.describeTrustStores(request -> {}).trustStores()).containsExactly(made);
        assertThat(
                        elb.describeTags(request -> request.resourceArns(made.trustStoreArn()))
                                .tagDescriptions()
                                .getFirst()
                                .tags())
                .hasSize(1);
        assertThat(refusal(() -> create("clients", "some/ca.pem")))
                .isEqualTo("DuplicateTrustStoreName");
        elb.deleteTrustStore(request -> request.trustStoreArn(made.trustStoreArn()));
        assertThat(refusal(() -> elb.describeTrustStores(request -> request.names("clients"))))
                .isEqualTo("TrustStoreNotFound");
    }

    @Test
    void refusesWhatIsNoBundle() throws IOException {
        assertThat(refusal(() -> create("a", "some/other.pem")))
                .isEqualTo("CaCertificatesBundleNotFound");
        assertThat(refusal(() -> create("a", "../outside.pem")))
                .isEqualTo("CaCertificatesBundleNotFound");
        Files.writeString(directory.resolve("outside.pem"), root.getCertificatePEM());
        Files.createSymbolicLink(directory.resolve("trust/link"), directory.resolve("outside.pem"));
        assertThat(refusal(() -> create("a", "link"))).isEqualTo("CaCertificatesBundleNotFound");
        assertThat(refusal(() -> create("a", "some/none.pem")))
                .isEqualTo("InvalidCaCertificatesBundle");
        assertThat(refusal(() -> create("a", "some/leaf.pem")))
                .isEqualTo("InvalidCaCertificatesBundle");
        assertThat(refusal(() -> create("-a", "some/ca.pem"))).isEqualTo("ValidationError");
    }

    @Test
    void saysThatThereIsNoS3() {
        try (ElbFixture without = new ElbFixture()) {
            assertThatExceptionOfType(CaCertificatesBundleNotFoundException.class)
                    .isThrownBy(() ->
                            without.elb.createTrustStore(request ->
                                    request.name("a")
                                            .caCertificatesBundleS3Bucket("b")
                                            .caCertificatesBundleS3Key("c")))
                    .withMessageContaining("--s3-dir");
        }
    }

    @Test
    void isAskedByListenersThatVerify() throws Exception {
        TrustStore store = create("clients", "some/ca.pem");
        LoadBalancer web = fixture.loadBalancer("web");
        String certificate = fixture.certificate("a.example.com");
        String listener =
                elb.createListener(request ->
                                request.loadBalancerArn(web.loadBalancerArn())
                                        .protocol("HTTPS")
                                        .port(443)
                                        .certificates(
                                                Certificate.builder()
                                                        .certificateArn(certificate)
                                                        .build())
                                        .mutualAuthentication(mutual ->
                                                mutual.mode("verify")
                                                        .trustStoreArn(store.trustStoreArn())
                                                        .advertiseTrustStoreCaNames("on"))
                                        .defaultActions(fixedResponse("200")))
                        .listeners()
                        .getFirst()
                        .listenerArn();
        assertThat(routed(web).authoritiesPem()).contains("BEGIN CERTIFICATE");
        assertThat(routed(web).advertised()).isTrue();
        assertThat(
                        elb.describeTrustStoreAssociations(
                                        request -> request.trustStoreArn(store.trustStoreArn()))
                                .trustStoreAssociations()
                                .getFirst()
                                .resourceArn())
                .isEqualTo(web.loadBalancerArn());
        assertThat(
                        refusal(() ->
                                elb.deleteTrustStore(
                                        request -> request.trustStoreArn(store.trustStoreArn()))))
                .isEqualTo("TrustStoreInUse");

        var added =
                elb.addTrustStoreRevocations(request ->
                                request.trustStoreArn(store.trustStoreArn())
                                        .revocationContents(
                                                RevocationContent.builder()
                                                        .s3Bucket("trust")
                                                        .s3Key("some/crl.pem")
                                                        .build()))
                        .trustStoreRevocations()
                        .getFirst();
        assertThat(added.numberOfRevokedEntries()).isOne();
        assertThat(routed(web).revocationPems()).hasSize(1);
        elb.removeTrustStoreRevocations(request ->
                request.trustStoreArn(store.trustStoreArn()).revocationIds(added.revocationId()));
        assertThat(routed(web).revocationPems()).isEmpty();
        assertThat(
                        refusal(() ->
                                elb.describeTrustStoreRevocations(request ->
                                        request.trustStoreArn(store.trustStoreArn())
                                                .revocationIds(added.revocationId()))))
                .isEqualTo("RevocationIdNotFound");

        put("ca.pem", root.getCertificatePEM() + root.getCertificatePEM());
        assertThat(
                        elb.modifyTrustStore(request ->
                                        request.trustStoreArn(store.trustStoreArn())
                                                .caCertificatesBundleS3Bucket("trust")
                                                .caCertificatesBundleS3Key("some/ca.pem"))
                                .trustStores()
                                .getFirst()
                                .numberOfCaCertificates())
                .isEqualTo(2);
        elb.modifyListener(request ->
                request.listenerArn(listener).mutualAuthentication(mutual -> mutual.mode("off")));
        elb.deleteTrustStore(request -> request.trustStoreArn(store.trustStoreArn()));
    }

    private ClientCertificates.Verified routed(LoadBalancer of) {
        fixture.settle();
        return (ClientCertificates.Verified)
                Objects.requireNonNull(
                                fixture.engine
                                        .balancing()
                                        .routes()
                                        .loadBalancers()
                                        .get(of.loadBalancerArn()))
                        .listeners()
                        .getFirst()
                        .tls()
                        .clients();
    }

    @Test
    void refusesWhatIsNoRevocationList() {
        TrustStore store = create("clients", "some/ca.pem");
        assertThat(refusal(() -> revoke(store, "some/none.pem")))
                .isEqualTo("InvalidRevocationContent");
        assertThat(refusal(() -> revoke(store, "some/other.pem")))
                .isEqualTo("RevocationContentNotFound");
    }

    private void revoke(TrustStore store, String key) {
        elb.addTrustStoreRevocations(request ->
                request.trustStoreArn(store.trustStoreArn())
                        .revocationContents(
                                RevocationContent.builder().s3Bucket("trust").s3Key(key).build()));
    }
}
