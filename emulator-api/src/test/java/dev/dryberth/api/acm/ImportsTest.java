package dev.dryberth.api.acm;

import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.api.elbv2.ElbFixture;
import dev.dryberth.core.wire.Pem;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateType;
import software.amazon.awssdk.services.acm.model.ImportCertificateRequest;
import software.amazon.awssdk.services.acm.model.Tag;

import java.time.Duration;
import java.util.function.Consumer;

/** Certificates that are brought along. */
class ImportsTest {

    private ElbFixture fixture;
    private Acm acm;
    private X509Bundle root;
    private X509Bundle leaf;

    @BeforeEach
    void start() throws Exception {
        fixture = new ElbFixture();
        acm = fixture.acm;
        root = base("CN=root").setIsCertificateAuthority(true).buildSelfSigned();
        leaf = base("CN=www.own.com").addSanDnsName("www.own.com").buildIssuedBy(root);
    }

    private static CertificateBuilder base(String subject) {
        return new CertificateBuilder()
                .subject(subject)
                .algorithm(Algorithm.ecp256)
                .notBefore(ElbFixture.START.minus(Duration.ofDays(10)))
                .notAfter(ElbFixture.START.plus(Duration.ofDays(10)));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private static SdkBytes bytes(String text) {
        return SdkBytes.fromUtf8String(text);
    }

    private String importing(Consumer<ImportCertificateRequest.Builder> change) {
        return acm.importCertificate(
                        request -> {
                            request.certificate(bytes(leaf.getCertificatePEM()))
                                    .certificateChain(bytes(root.getCertificatePEM()))
                                    .privateKey(bytes(leaf.getPrivateKeyPEM()));
                            change.accept(request);
                        })
                .certificateArn();
    }

    private CertificateDetail describe(String arn) {
        return acm.describeCertificate(request -> request.certificateArn(arn)).certificate();
    }

    @Test
    void keepsWhatFitsTogether() {
        CertificateDetail detail = describe(importing(request -> {}));
        assertThat(detail.type()).isEqualTo(CertificateType.IMPORTED);
        assertThat(detail.domainName()).isEqualTo("www.own.com");
        assertThat(detail.issuer()).isEqualTo("root");
        assertThat(detail.keyAlgorithmAsString()).isEqualTo("EC-prime256v1");
        assertThat(detail.importedAt()).isEqualTo(ElbFixture.START);
        assertThat(detail.domainValidationOptions()).isEmpty();
    }

    /** OpenSSL writes keys so unless it is told to use PKCS #8. */
    @Test
    void readsKeysInTheirOlderForms() throws Exception {
        X509Bundle rsa = base("CN=rsa.own.com").algorithm(Algorithm.rsa2048).buildIssuedBy(root);
        for (X509Bundle each : new X509Bundle[] {leaf, rsa}) {
            byte[] bare =
                    PrivateKeyInfo.getInstance(each.getKeyPair().getPrivate().getEncoded())
                            .parsePrivateKey()
                            .toASN1Primitive()
                            .getEncoded();
            String type = each == rsa ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
            String arn =
                    importing(request ->
                            request.certificate(bytes(each.getCertificatePEM()))
                                    .privateKey(
                                            bytes(
                                                    "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                                                            + Pem.of(type, bare))));
            assertThat(describe(arn).type()).isEqualTo(CertificateType.IMPORTED);
        }
    }

    @Test
    void refusesWhatDoesNot() throws Exception {
        X509Bundle stranger = base("CN=root").setIsCertificateAuthority(true).buildSelfSigned();
        X509Bundle old =
                base("CN=www.own.com")
                        .notAfter(ElbFixture.START.minus(Duration.ofDays(1)))
                        .buildIssuedBy(root);
        assertThat(
                        refusal(() ->
                                importing(request ->
                                        request.privateKey(bytes(stranger.getPrivateKeyPEM())))))
                .isEqualTo("Validation");
        assertThat(
                        refusal(() ->
                                importing(request ->
                                        request.certificateChain(
                                                bytes(stranger.getCertificatePEM())))))
                .isEqualTo("Validation");
        assertThat(
                        refusal(() ->
                                importing(request ->
                                        request.certificate(bytes(old.getCertificatePEM()))
                                                .privateKey(bytes(old.getPrivateKeyPEM())))))
                .isEqualTo("Validation");
        assertThat(
                        refusal(() ->
                                importing(request ->
                                        request.certificate(
                                                bytes(
                                                        leaf.getCertificatePEM()
                                                                + root.getCertificatePEM())))))
                .isEqualTo("Validation");
        assertThat(refusal(() -> importing(request -> request.certificate(bytes("nonsense")))))
                .isEqualTo("Validation");
        assertThat(
                        refusal(() ->
                                importing(request ->
                                        request.privateKey(
                                                bytes(
                                                        Pem.of(
                                                                "ENCRYPTED PRIVATE KEY",
                                                                new byte[] {1}))))))
                .isEqualTo("Validation");
        assertThat(refusal(() -> importing(request -> request.privateKey(null))))
                .isEqualTo("Validation");
    }

    @Test
    void isImportedAgainUnderItsArn() throws Exception {
        String arn = importing(request -> {});
        X509Bundle next = base("CN=www.own.com").addSanDnsName("new.own.com").buildIssuedBy(root);
        importing(request ->
                request.certificateArn(arn)
                        .certificate(bytes(next.getCertificatePEM()))
                        .privateKey(bytes(next.getPrivateKeyPEM())));
        assertThat(describe(arn).subjectAlternativeNames()).containsExactly("new.own.com");
        assertThat(
                        refusal(() ->
                                importing(request ->
                                        request.certificateArn(arn)
                                                .tags(Tag.builder().key("a").build()))))
                .isEqualTo("Validation");
        String issued = fixture.certificate("a.example.com");
        assertThat(refusal(() -> importing(request -> request.certificateArn(issued))))
                .isEqualTo("Validation");
    }
}
