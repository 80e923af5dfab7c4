package dev.dryberth.api.acm;

import static dev.dryberth.api.elbv2.ElbFixture.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.api.elbv2.ElbFixture;
import dev.dryberth.api.http.HttpServer;
import dev.dryberth.core.wire.Pem;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.CertificateType;
import software.amazon.awssdk.services.acm.model.DomainValidation;
import software.amazon.awssdk.services.acm.model.DomainValidationOption;
import software.amazon.awssdk.services.acm.model.ExtendedKeyUsage;
import software.amazon.awssdk.services.acm.model.GetCertificateResponse;
import software.amazon.awssdk.services.acm.model.SortBy;
import software.amazon.awssdk.services.acm.model.SortOrder;
import software.amazon.awssdk.services.acm.model.Tag;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/** Certificates that are requested. */
class AcmTest {

    private ElbFixture fixture;
    private Acm acm;

    @BeforeEach
    void start() {
        fixture = new ElbFixture();
        acm = fixture.acm;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private CertificateDetail describe(String arn) {
        return acm.describeCertificate(request -> request.certificateArn(arn)).certificate();
    }

    @Test
    void issuesAtOnceWhatIsRequested() throws Exception {
        String arn =
                acm.requestCertificate(request ->
                                request.domainName("Shop.example.com")
                                        .subjectAlternativeNames(
                                                "*.shop.example.com", "shop.example.com")
                                        .validationMethod("DNS"))
                        .certificateArn();
        assertThat(arn).matches("arn:aws:acm:us-east-1:000000000000:certificate/[0-9a-f-]{36}");

        CertificateDetail detail = describe(arn);
        assertThat(detail.status()).isEqualTo(CertificateStatus.ISSUED);
        assertThat(detail.type()).isEqualTo(CertificateType.AMAZON_ISSUED);
        assertThat(detail.domainName()).isEqualTo("shop.example.com");
        assertThat(detail.subjectAlternativeNames())
                .containsExactly("shop.example.com", "*.shop.example.com");
        assertThat(detail.keyAlgorithmAsString()).isEqualTo("RSA-2048");
        assertThat(detail.signatureAlgorithm()).isEqualTo("SHA256WITHECDSA");
        assertThat(detail.subject()).isEqualTo("CN=shop.example.com");
        assertThat(detail.extendedKeyUsages())
                .extracting(ExtendedKeyUsage::oid)
                .contains("1.3.6.1.5.5.7.3.1");
        assertThat(detail.inUseBy()).isEmpty();
        assertThat(detail.notAfter()).isAfter(ElbFixture.START.plus(Duration.ofDays(390)));
        // A wildcard is proven by the same record as what it stands for.
        assertThat(detail.domainValidationOptions())
                .extracting(DomainValidation::validationStatusAsString)
                .containsOnly("SUCCESS");
        assertThat(detail.domainValidationOptions())
                .extracting(DomainValidation::resourceRecord)
                .allSatisfy(record -> {
                    assertThat(record.name()).matches("_[0-9a-f]{32}\\.shop\\.example\\.com\\.");
                    assertThat(record.value()).endsWith(".acm-validations.aws.");
                })
                .hasSize(2);

        GetCertificateResponse shown = acm.getCertificate(request -> request.certificateArn(arn));
        X509Certificate leaf = Pem.certificates(shown.certificate()).getFirst();
        X509Certificate authority = Pem.certificates(shown.certificateChain()).getFirst();
        leaf.verify(authority.getPublicKey());
        authority.verify(authority.getPublicKey());
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void oneTokenIsOneCertificateForAnHour() {
        String one = requestWith("again");
        assertThat(requestWith("again")).isEqualTo(one);
        assertThat(requestWith("other")).isNotEqualTo(one);
        fixture.advance(Duration.ofMinutes(61));
        assertThat(requestWith("again")).isNotEqualTo(one);
    }

    private String requestWith(String token) {
        return acm.requestCertificate(request ->
                        request.domainName("a.example.com")
                                .keyAlgorithm("EC_secp384r1")
                                .idempotencyToken(token))
                .certificateArn();
    }

    @Test
    void refusesWhatIsNoRequest() {
        assertThat(refusal(() -> acm.requestCertificate(request -> {}))).isEqualTo("Validation");
        for (String name : List.of("localhost", "-a.com", "a..com", "*.*.com", "a.b.com/")) {
            assertThat(refusal(() -> acm.requestCertificate(request -> request.domainName(name))))
                    .as(name)
                    .isEqualTo("Validation");
        }
        assertThat(
                        refusal(() ->
                                acm.requestCertificate(request ->
                                        request.domainName("a".repeat(60) + ".example.com"))))
                .isEqualTo("Validation");
        String[] many = new String[10];
        for (int i = 0; i < many.length; i++) {
            many[i] = "n" + i + ".example.com";
        }
        assertThat(
                        refusal(() ->
                                acm.requestCertificate(request ->
                                        request.domainName("a.com").subjectAlternativeNames(many))))
                .isEqualTo("LimitExceeded");
        assertThat(
                        refusal(() ->
                                acm.requestCertificate(request ->
                                        request.domainName("a.com").keyAlgorithm("RSA_4096"))))
                .isEqualTo("InvalidParameter");
        assertThat(
                        refusal(() ->
                                acm.requestCertificate(request ->
                                        request.domainName("a.com")
                                                .domainValidationOptions(
                                                        DomainValidationOption.builder()
                                                                .domainName("a.com")
                                                                .validationDomain("b.com")
                                                                .build()))))
                .isEqualTo("InvalidDomainValidationOptions");
        assertThat(
                        refusal(() ->
                                acm.requestCertificate(request ->
                                        request.domainName("a.com")
                                                .certificateAuthorityArn("arn:aws:acm-pca:x"))))
                .isEqualTo("UnsupportedOperationException");
    }

    @Test
    void listsByKindAgeAndPage() {
        String rsa =
                acm.requestCertificate(request -> request.domainName("rsa.example.com"))
                        .certificateArn();
        fixture.advance(Duration.ofSeconds(1));
        String curve = fixture.certificate("curve.example.com");

        assertThat(acm.listCertificates(request -> {}).certificateSummaryList())
                .extracting(CertificateSummary::certificateArn)
                .containsExactly(rsa);
        assertThat(
                        acm.listCertificatesPaginator(request ->
                                        request.includes(filter ->
                                                        filter.keyTypesWithStrings(
                                                                "RSA_2048", "EC_prime256v1"))
                                                .sortBy(SortBy.CREATED_AT)
                                                .sortOrder(SortOrder.DESCENDING)
                                                .maxItems(1))
                                .certificateSummaryList())
                .extracting(CertificateSummary::certificateArn)
                .containsExactly(curve, rsa);
        assertThat(
                        acm.listCertificates(request ->
                                        request.certificateStatuses(CertificateStatus.EXPIRED))
                                .certificateSummaryList())
                .isEmpty();
        fixture.advance(Duration.ofDays(400));
        assertThat(
                        acm.listCertificates(request ->
                                        request.certificateStatuses(CertificateStatus.EXPIRED))
                                .certificateSummaryList())
                .hasSize(1);
        assertThat(
                        refusal(() ->
                                acm.listCertificates(request -> request.sortBy(SortBy.CREATED_AT))))
                .isEqualTo("InvalidArgs");
    }

    @Test
    void keepsTags() {
        String arn = fixture.certificate("a.example.com");
        acm.addTagsToCertificate(
                request -> request.certificateArn(arn).tags(tag("a", "1"), tag("b", "2")));
        acm.addTagsToCertificate(request -> request.certificateArn(arn).tags(tag("a", "3")));
        acm.removeTagsFromCertificate(request ->
                request.certificateArn(arn)
                        .tags(tag("b", "else"), Tag.builder().key("none").build()));
        assertThat(acm.listTagsForCertificate(request -> request.certificateArn(arn)).tags())
                .containsExactlyInAnyOrder(tag("a", "3"), tag("b", "2"));
        acm.removeTagsFromCertificate(
                request -> request.certificateArn(arn).tags(Tag.builder().key("b").build()));
        assertThat(acm.listTagsForCertificate(request -> request.certificateArn(arn)).tags())
                .containsExactly(tag("a", "3"));
        assertThat(
                        refusal(() ->
                                acm.addTagsToCertificate(request ->
                                        request.certificateArn(arn).tags(tag("aws:x", "")))))
                .isEqualTo("InvalidTag");
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }

    @Test
    void deletesWhatNobodyUses() {
        String arn = fixture.certificate("a.example.com");
        acm.deleteCertificate(request -> request.certificateArn(arn));
        assertThat(refusal(() -> describe(arn))).isEqualTo("ResourceNotFound");
        assertThat(refusal(() -> describe("arn:aws:iam::1:server-certificate/x")))
                .isEqualTo("InvalidArn");
    }

    @Test
    void speaksTheWireProtocol() throws Exception {
        try (HttpServer server = fixture.serve();
                AcmClient client =
                        AcmClient.builder()
                                .endpointOverride(
                                        URI.create(
                                                "http://127.0.0.1:" + server.address().getPort()))
                                .region(Region.EU_WEST_1)
                                .credentialsProvider(
                                        StaticCredentialsProvider.create(
                                                AwsBasicCredentials.create("123456789012", "x")))
                                .httpClient(UrlConnectionHttpClient.create())
                                .build()) {
            String arn =
                    client.requestCertificate(request -> request.domainName("wire.example.com"))
                            .certificateArn();
            assertThat(arn).startsWith("arn:aws:acm:eu-west-1:123456789012:certificate/");
            assertThat(
                            client.waiter()
                                    .waitUntilCertificateValidated(
                                            request -> request.certificateArn(arn))
                                    .matched()
                                    .response())
                    .isPresent();
            assertThat(client.listCertificates().certificateSummaryList())
                    .extracting(CertificateSummary::certificateArn)
                    .containsExactly(arn);
            // Another account does not see it.
            assertThat(refusal(() -> describe(arn))).isEqualTo("ResourceNotFound");
        }
    }
}
