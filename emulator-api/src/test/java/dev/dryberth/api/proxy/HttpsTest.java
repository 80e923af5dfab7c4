package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Certificate;
import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.balancing.RouteTable.Protocol;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

class HttpsTest {

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    /** Which certificate was shown, and the whole answer. */
    private record Seen(String certificate, String answer) {}

    private static Seen get(Tables tables, String serverName) throws Exception {
        return exchange(
                tables, serverName, "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }

    private static Seen exchange(Tables tables, String serverName, String sent) throws Exception {
        try (Socket plain = new Socket(tables.listening().getAddress(), tables.port);
                SSLSocket socket =
                        (SSLSocket)
                                Certificates.trusting()
                                        .getSocketFactory()
                                        .createSocket(plain, serverName, tables.port, false)) {
            socket.setSoTimeout(10_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
            byte[] answer =
                    sent.startsWith("GET")
                            ? socket.getInputStream().readAllBytes()
                            : socket.getInputStream().readNBytes(sent.length());
            return new Seen(
                    shown.getSubjectX500Principal().getName(),
                    new String(answer, StandardCharsets.UTF_8));
        }
    }

    @Test
    void showsTheCertificateOfTheNameAskedFor() throws Exception {
        try (Origin origin = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.8", origin);
            tables.protocol = Protocol.HTTPS;
            tables.certificates =
                    List.of(
                            Certificates.pem(fixture.directory, "default.com"),
                            Certificates.pem(fixture.directory, "*.shop.com"),
                            Certificates.pem(fixture.directory, "www.shop.com"));
            fixture.publish(tables.table());
            assertThat(fixture.plane.listenerStates())
                    .allSatisfy(each -> assertThat(each.failure()).isNull());
            assertThat(get(tables, "www.shop.com").certificate()).isEqualTo("CN=www.shop.com");
            assertThat(get(tables, "WWW.Shop.com").certificate()).isEqualTo("CN=www.shop.com");
            assertThat(get(tables, "api.shop.com").certificate()).isEqualTo("CN=*.shop.com");
            assertThat(get(tables, "a.b.shop.com").certificate()).isEqualTo("CN=default.com");
            Seen seen = get(tables, "elsewhere.com");
            assertThat(seen.certificate()).isEqualTo("CN=default.com");
            assertThat(seen.answer()).contains("x-forwarded-proto=https", "GET /x HTTP/1.1");
        }
    }

    @Test
    void saysThatACertificateCannotBeUsed() throws IOException {
        Tables tables = Tables.forwardingTo("127.0.3.8");
        tables.protocol = Protocol.HTTPS;
        tables.certificates = List.of(new Certificate("broken", "nonsense", "nonsense"));
        fixture.publish(tables.table());
        assertThat(fixture.plane.listenerStates().getFirst().failure())
                .startsWith("certificate broken cannot be used");
    }

    @Test
    void speaksTlsToTargetsWithoutAskingWhoTheyAre() throws Exception {
        try (Origin origin =
                new Origin(
                        Certificates.context(fixture.directory, "nobody.invalid")
                                .getServerSocketFactory()
                                .createServerSocket(0, 100, InetAddress.ofLiteral("127.0.0.1")),
                        (request, out, socket) -> Origin.text(out, 200, "secret"))) {
            Tables tables = Tables.forwardingTo("127.0.3.8", origin);
            HealthCheck check =
                    new HealthCheck(
                            true,
                            TargetProtocol.HTTPS,
                            null,
                            "/",
                            Duration.ofMinutes(1),
                            Duration.ofSeconds(20),
                            5,
                            2,
                            "200");
            tables.group(
                    "tg",
                    Map.of(),
                    List.of(Tables.target(origin.port(), TargetState.HEALTHY)),
                    TargetProtocol.HTTPS,
                    check);
            fixture.publish(tables.table());
            assertThat(fixture.get(tables, "/").body()).isEqualTo("secret");
            await().until(() -> !fixture.probed.isEmpty());
            assertThat(fixture.probed.getFirst().result()).isEqualTo(new ProbeResult.Passed());
        }
    }

    @Test
    void endsTlsForANetworkLoadBalancer() throws Exception {
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    Origin.raw(out, request.line());
                    return false;
                })) {
            Tables tables = Tables.forwardingTo("127.0.3.8", origin);
            tables.type = RouteTable.Type.NETWORK;
            tables.protocol = Protocol.TLS;
            tables.certificates = List.of(Certificates.pem(fixture.directory, "flow.com"));
            tables.group(
                    "tg",
                    Map.of(),
                    List.of(Tables.target(origin.port(), TargetState.HEALTHY)),
                    TargetProtocol.TCP,
                    Tables.NEVER_CHECKED);
            fixture.publish(tables.table());
            Seen seen = exchange(tables, "flow.com", "hello\r\n\r\n".substring(0, 9));
            assertThat(seen.certificate()).isEqualTo("CN=flow.com");
            assertThat(seen.answer()).startsWith("hello");
        }
    }
}
