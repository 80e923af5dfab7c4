package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Certificate;
import dev.dryberth.core.balancing.RouteTable.ClientCertificates;
import dev.dryberth.core.balancing.RouteTable.Protocol;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetState;
import dev.dryberth.core.balancing.RouteTable.TlsSettings;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** What a listener's policy allows, what it asks of clients, and what targets are told. */
class TlsTest {

    static final List<String> MODERN =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();
    private Origin origin;
    private Tables tables;
    private X509Bundle authority;

    @BeforeEach
    void start() throws Exception {
        origin = Origin.echo();
        authority = base("CN=clients").setIsCertificateAuthority(true).buildSelfSigned();
        tables = Tables.forwardingTo("127.0.3.9", origin);
        tables.protocol = Protocol.HTTPS;
        tables.certificates = List.of(certificate("www.shop.com", Algorithm.ecp256));
        tables.tls = settings(new ClientCertificates.NotAsked(), "TLSv1.2", "TLSv1.3");
    }

    @AfterEach
    void stop() throws IOException {
        origin.close();
    }

    private CertificateBuilder base(String subject) {
        return new CertificateBuilder()
                .subject(subject)
                .algorithm(Algorithm.ecp256)
                .notBefore(now.minus(10, ChronoUnit.DAYS))
                .notAfter(now.plus(10, ChronoUnit.DAYS));
    }

    private Certificate certificate(String name, Algorithm algorithm) throws Exception {
        X509Bundle bundle =
                base("CN=" + name)
                        .algorithm(algorithm)
                        .addSanDnsName(name)
                        .buildIssuedBy(authority);
        return new Certificate(
                name + "/" + algorithm, bundle.getCertificatePathPEM(), bundle.getPrivateKeyPEM());
    }

    private static TlsSettings settings(ClientCertificates clients, String... protocols) {
        return new TlsSettings(List.of(protocols), MODERN, List.of(), clients);
    }

    private void publish() {
        fixture.publish(tables.table());
        assertThat(fixture.plane.listenerStates())
                .filteredOn(each -> !each.shared())
                .allSatisfy(each -> assertThat(each.failure()).isNull());
    }

    @Test
    void speaksOnlyTheVersionsAndCiphersOfThePolicy() throws Exception {
        tables.tls = settings(new ClientCertificates.NotAsked(), "TLSv1.2");
        publish();
        TlsClient old = new TlsClient(tables);
        old.protocols = List.of("TLSv1.2");
        assertThat(old.get()).startsWith("HTTP/1.1 200");
        old.ciphers = List.of("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256");
        assertThatExceptionOfType(SSLException.class).isThrownBy(old::get);
        TlsClient young = new TlsClient(tables);
        young.protocols = List.of("TLSv1.3");
        assertThatExceptionOfType(SSLException.class).isThrownBy(young::get);

        tables.tls = settings(new ClientCertificates.NotAsked(), "TLSv1.3");
        publish();
        assertThat(young.get()).startsWith("HTTP/1.1 200");
    }

    @Test
    void showsTheKindOfCertificateTheClientKnows() throws Exception {
        tables.certificates =
                List.of(
                        certificate("www.shop.com", Algorithm.rsa2048),
                        certificate("www.shop.com", Algorithm.ecp256));
        publish();
        TlsClient client = new TlsClient(tables);
        client.get();
        assertThat(client.keyAlgorithm).isEqualTo("EC");
        client.protocols = List.of("TLSv1.2");
        client.ciphers = List.of("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
        client.get();
        assertThat(client.keyAlgorithm).isEqualTo("RSA");
    }

    @Test
    void tellsTargetsAndTheLogOfVersionAndCipher() throws Exception {
        tables.attributes.putAll(
                Map.of(
                        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "true",
                        "access_logs.s3.enabled", "true"));
        tables.listenerAttributes.put(
                "routing.http.request.x_amzn_tls_cipher_suite.header_name", "x-my-cipher");
        publish();
        TlsClient client = new TlsClient(tables);
        client.protocols = List.of("TLSv1.2");
        client.headers = "X-Amzn-Tls-Version: pretended\r\n";
        assertThat(client.get())
                .contains("x-amzn-tls-version=TLSv1.2", "x-my-cipher=ECDHE-ECDSA-AES128-GCM-SHA256")
                .doesNotContain("pretended");
        Path log = fixture.directory.resolve("lb.log");
        await().until(() -> Files.exists(log) && !Files.readString(log).isEmpty());
        assertThat(Files.readString(log))
                .contains(
                        " ECDHE-ECDSA-AES128-GCM-SHA256 TLSv1.2 ",
                        "\"www.shop.com\" \"www.shop.com/");
    }

    @Test
    void changesCertificatesUnderOpenConnections() throws Exception {
        publish();
        try (SSLSocket kept = connect()) {
            assertThat(exchange(kept)).startsWith("HTTP/1.1 200");
            tables.certificates = List.of(certificate("other.com", Algorithm.ecp256));
            publish();
            assertThat(exchange(kept)).startsWith("HTTP/1.1 200");
            TlsClient client = new TlsClient(tables);
            client.get();
            assertThat(client.subject).isEqualTo("CN=other.com");
        }
    }

    private SSLSocket connect() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TlsClient.TrustAll()}, null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(tables.listening().getAddress(), tables.port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String exchange(SSLSocket socket) throws IOException {
        socket.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        byte[] some = new byte[8192];
        int read = socket.getInputStream().read(some);
        return new String(some, 0, read, StandardCharsets.US_ASCII);
    }

    @Test
    void passesAClientsCertificatesOnUnseen() throws Exception {
        tables.tls = settings(new ClientCertificates.PassedOn(), "TLSv1.2", "TLSv1.3");
        publish();
        TlsClient client = new TlsClient(tables);
        client.headers = "X-Amzn-Mtls-Clientcert: pretended\r\n";
        assertThat(client.get())
                .startsWith("HTTP/1.1 200")
                .doesNotContain("x-amzn-mtls-clientcert");

        client.own =
                base("CN=late").notAfter(now.minus(1, ChronoUnit.DAYS)).buildIssuedBy(authority);
        String told = header(client.get(), "x-amzn-mtls-clientcert");
        assertThat(told).startsWith("-----BEGIN%20CERTIFICATE-----%0A").doesNotContain("%2B");
        String pem = URLDecoder.decode(told.replace("+", "%2B"), StandardCharsets.US_ASCII);
        assertThat(pem.split("BEGIN CERTIFICATE", -1)).hasSize(3);
        assertThat(pem.replace("\n", ""))
                .startsWith(client.own.getCertificatePEM().replaceAll("\\R", ""));
    }

    private static String header(String answer, String name) {
        assertThat(answer).contains(name + "=");
        String rest = answer.substring(answer.indexOf(name + "=") + name.length() + 1);
        return rest.split(", |}", -1)[0];
    }

    private ClientCertificates.Verified verified(List<String> revocations, boolean ignores) {
        return new ClientCertificates.Verified(
                authority.getCertificatePEM(), revocations, ignores, true);
    }

    @Test
    void letsOnlyVerifiedClientsIn() throws Exception {
        tables.tls = settings(verified(List.of(), false), "TLSv1.2", "TLSv1.3");
        publish();
        TlsClient client = new TlsClient(tables);
        client.protocols = List.of("TLSv1.2");
        assertThatExceptionOfType(IOException.class).isThrownBy(client::get);

        X509Bundle other = base("CN=clients").setIsCertificateAuthority(true).buildSelfSigned();
        for (X509Bundle bad :
                List.of(
                        base("CN=stranger").buildIssuedBy(other),
                        base("CN=late")
                                .notAfter(now.minus(1, ChronoUnit.DAYS))
                                .buildIssuedBy(authority),
                        base("CN=server")
                                .addExtendedKeyUsageServerAuth()
                                .buildIssuedBy(authority))) {
            client.own = bad;
            assertThatExceptionOfType(IOException.class).isThrownBy(client::get);
        }

        client.own =
                base("CN=alice,O=Shop")
                        .serial(BigInteger.valueOf(0xAB01))
                        .addExtendedKeyUsageClientAuth()
                        .buildIssuedBy(authority);
        String answer = client.get();
        assertThat(client.told)
                .containsExactly(authority.getCertificate().getSubjectX500Principal());
        assertThat(header(answer, "x-amzn-mtls-clientcert-serial-number")).isEqualTo("AB01");
        assertThat(header(answer, "x-amzn-mtls-clientcert-issuer")).isEqualTo("CN=clients");
        assertThat(header(answer, "x-amzn-mtls-clientcert-subject")).isEqualTo("CN=alice,O=Shop");
        assertThat(header(answer, "x-amzn-mtls-clientcert-validity"))
                .isEqualTo(
                        "NotBefore=%s;NotAfter=%s"
                                .formatted(
                                        now.minus(10, ChronoUnit.DAYS),
                                        now.plus(10, ChronoUnit.DAYS)));
        assertThat(header(answer, "x-amzn-mtls-clientcert-leaf")).contains("-----BEGIN%20CERT");
        client.protocols = List.of("TLSv1.3");
        assertThat(client.get()).startsWith("HTTP/1.1 200");
    }

    @Test
    void mayIgnoreThatAClientsCertificateIsPastItsTime() throws Exception {
        tables.tls = settings(verified(List.of(), true), "TLSv1.2");
        publish();
        TlsClient client = new TlsClient(tables);
        client.protocols = List.of("TLSv1.2");
        client.own =
                base("CN=late").notAfter(now.minus(1, ChronoUnit.DAYS)).buildIssuedBy(authority);
        assertThat(client.get()).startsWith("HTTP/1.1 200");
    }

    @Test
    void turnsAwayWhoseCertificateWasTakenBack() throws Exception {
        X509Bundle good = base("CN=good").buildIssuedBy(authority);
        X509Bundle bad = base("CN=bad").buildIssuedBy(authority);
        tables.tls = settings(verified(List.of(Revocations.pem(authority, bad)), false), "TLSv1.2");
        publish();
        TlsClient client = new TlsClient(tables);
        client.protocols = List.of("TLSv1.2");
        client.own = good;
        assertThat(client.get()).startsWith("HTTP/1.1 200");
        client.own = bad;
        assertThatExceptionOfType(IOException.class).isThrownBy(client::get);
    }

    @Test
    void negotiatesForANetworkLoadBalancerAsItsAlpnPolicySays() throws Exception {
        origin.close();
        origin =
                new Origin((request, out, socket) -> {
                    Origin.raw(out, "done");
                    return false;
                });
        tables.type = RouteTable.Type.NETWORK;
        tables.protocol = Protocol.TLS;
        tables.attributes.put("access_logs.s3.enabled", "true");
        tables.tls =
                new TlsSettings(
                        List.of("TLSv1.3"),
                        MODERN,
                        List.of("http/1.1", "http/1.0", "h2"),
                        new ClientCertificates.NotAsked());
        tables.group(
                "tg",
                Map.of(),
                List.of(Tables.target(origin.port(), TargetState.HEALTHY)),
                TargetProtocol.TCP,
                Tables.NEVER_CHECKED);
        publish();
        TlsClient client = new TlsClient(tables);
        List<String> agreed = new ArrayList<>();
        for (List<String> asked :
                List.of(List.of("h2", "http/1.1"), List.of("h2"), List.of("other"))) {
            client.application = asked;
            client.get();
            agreed.add(client.agreed);
        }
        assertThat(agreed).containsExactly("http/1.1", "h2", "");
        Path log = fixture.directory.resolve("lb.log");
        await().until(() -> Files.exists(log) && Files.readAllLines(log).size() == 3);
        assertThat(Files.readAllLines(log))
                .anySatisfy(line ->
                        assertThat(line)
                                .matches(
                                        "tls 2\\.0 [0-9T:-]{19} app/lb/1 2 127\\.0\\.0\\.1:\\d+"
                                                + " \\S+:%d \\d+ \\d+ 57 4 - \\S+ -"
                                                        .formatted(tables.port)
                                                + " TLS_AES_128_GCM_SHA256 tlsv13 -"
                                                + " www\\.shop\\.com h2 - - [0-9T:-]{19}"))
                .allSatisfy(line -> assertThat(line.split(" ", -1)).hasSize(22));
    }
}
