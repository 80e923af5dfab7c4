package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dryberth.api.http.Headers;
import dev.dryberth.api.http.HttpLimits;
import dev.dryberth.api.http.HttpServer;
import dev.dryberth.api.http.RawClient;
import dev.dryberth.api.http.Response;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.Listener;
import dev.dryberth.core.balancing.RouteTable.LoadBalancer;
import dev.dryberth.core.balancing.RouteTable.Protocol;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Requests to load balancers' names that come in on the port of another server, the API's. */
class ServersPortTest {

    private static final String NAME = "lb-1.us-east-1.elb.localhost";

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                        HttpLimits.DEFAULT,
                        request ->
                                CompletableFuture.completedFuture(
                                        new Response(
                                                200,
                                                Headers.of("Content-Type", "text/plain"),
                                                ("api " + request.path())
                                                        .getBytes(StandardCharsets.UTF_8))));
        server.neighbour(() -> fixture.plane);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private RawClient client() throws IOException {
        return new RawClient(server.address());
    }

    private String get(String host) throws IOException {
        try (RawClient client = client()) {
            return client.sendHead("GET /path HTTP/1.1", "Host: " + host).read().body();
        }
    }

    private static Listener fixed(String arn, Protocol protocol, int port) {
        return new Listener(
                arn,
                protocol,
                port,
                Map.of(),
                List.of(),
                List.of(new Action.FixedResponse(200, "text/plain", arn)),
                List.of(),
                RouteTable.TlsSettings.NONE);
    }

    private void publish(RouteTable.Type type, Listener... listeners) {
        fixture.publish(
                new RouteTable(
                        Map.of(
                                Tables.BALANCER,
                                new LoadBalancer(
                                        Tables.BALANCER,
                                        "lb",
                                        type,
                                        "127.0.3.12",
                                        NAME,
                                        Map.of(),
                                        List.of(listeners))),
                        Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {NAME, NAME + ":4566", "LB-1.us-east-1.ELB.localhost.:4566"})
    void answersToALoadBalancersName(String host) throws IOException {
        assertThat(get(host)).isEqualTo("api /path");
        publish(RouteTable.Type.APPLICATION, fixed("web", Protocol.HTTP, 20_080));
        assertThat(get(host)).isEqualTo("web");
        assertThat(get("localhost:4566")).isEqualTo("api /path");
        assertThat(get("other-1.us-east-1.elb.localhost")).isEqualTo("api /path");
        fixture.publish(RouteTable.EMPTY);
        assertThat(get(host)).isEqualTo("api /path");
    }

    /** Whether port 80 can be bound, for which one may have to be root, does not matter. */
    @Test
    void takesTheListenerOnPort80OrElseTheLowestHttpOne() throws IOException {
        publish(
                RouteTable.Type.APPLICATION,
                fixed("high", Protocol.HTTP, 28_081),
                fixed("low", Protocol.HTTP, 28_080),
                fixed("secure", Protocol.HTTPS, 443));
        assertThat(get(NAME)).isEqualTo("low");
        publish(
                RouteTable.Type.APPLICATION,
                fixed("lower", Protocol.HTTP, 79),
                fixed("plain", Protocol.HTTP, 80),
                fixed("high", Protocol.HTTP, 28_081));
        assertThat(get(NAME)).isEqualTo("plain");
    }

    @Test
    void saysThatALoadBalancerHasNoListenerForIt() throws IOException {
        publish(RouteTable.Type.NETWORK, fixed("tcp", Protocol.TCP, 28_082));
        try (RawClient client = client()) {
            RawClient.Answer answer =
                    client.sendHead("GET / HTTP/1.1", "Host: " + NAME + ":4566").read();
            assertThat(answer.status()).isEqualTo(421);
            assertThat(answer.body())
                    .contains("Load balancer lb has no HTTP listener")
                    .contains("127.0.3.12");
        }
    }

    @Test
    void aConnectionMayGoOverAfterRequestsOfTheServersOwn() throws IOException {
        try (Origin origin = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.12", origin);
            fixture.publish(tables.table());
            try (RawClient client = client()) {
                assertThat(client.sendHead("GET /a HTTP/1.1", "Host: localhost").read().body())
                        .isEqualTo("api /a");
                client.sendHead("HEAD /a HTTP/1.1", "Host: localhost").readHeadersOnly();
                for (int i = 0; i < 3; i++) {
                    String seen =
                            client.sendHead(
                                            "GET /b HTTP/1.1",
                                            "Host: " + NAME,
                                            "Origin: https://evil.example")
                                    .read()
                                    .body();
                    assertThat(seen)
                            .startsWith("GET /b HTTP/1.1")
                            .contains("origin=https://evil.example")
                            .contains("x-forwarded-for=127.0.0.1")
                            .contains("x-forwarded-port=" + tables.port);
                }
                assertThat(server.connectionCount()).isZero();
                assertThat(fixture.plane.connectionCount()).isEqualTo(1);
                RawClient.Answer lost =
                        client.sendHead("GET /a HTTP/1.1", "Host: localhost").read();
                assertThat(lost.status()).isEqualTo(400);
                assertThat(client.isAtEnd()).isTrue();
            }
            await().until(() -> fixture.plane.connectionCount() == 0);
            assertThat(server.connectionCount()).isZero();
        }
    }

    @Test
    void keepsTheOrderOfRequestsSentAtOnce() throws IOException {
        try (Origin origin = Origin.echo()) {
            fixture.publish(Tables.forwardingTo("127.0.3.12", origin).table());
            try (RawClient client = client()) {
                client.send(
                        "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                + "POST /2 HTTP/1.1\r\nHost: "
                                + NAME
                                + "\r\nContent-Length: 4\r\n\r\nbody"
                                + "GET /3 HTTP/1.1\r\nHost: "
                                + NAME
                                + "\r\n\r\n");
                assertThat(client.read().body()).isEqualTo("api /1");
                assertThat(client.read().body()).startsWith("POST /2").endsWith("\nbody");
                assertThat(client.read().body()).startsWith("GET /3");
            }
        }
    }

    /** More than the server itself would take, in pieces and without holding it. */
    @Test
    void streamsBothWays() throws IOException {
        try (Origin origin = Origin.echo()) {
            fixture.publish(Tables.forwardingTo("127.0.3.12", origin).table());
            int length = HttpLimits.DEFAULT.maxBodyBytes() + 1_000_000;
            byte[] body = new byte[length];
            Arrays.fill(body, (byte) 'x');
            try (RawClient client = client()) {
                client.sendHead(
                        "POST / HTTP/1.1",
                        "Host: " + NAME,
                        "Expect: 100-continue",
                        "Content-Length: " + length);
                assertThat(client.read().status()).isEqualTo(100);
                assertThat(client.send(body).read().body())
                        .hasSizeGreaterThan(length)
                        .endsWith("x");
            }
        }
    }

    @Test
    void carriesWebSockets() throws IOException {
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    Origin.raw(
                            out,
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                    socket.getInputStream().transferTo(out);
                    return false;
                })) {
            fixture.publish(Tables.forwardingTo("127.0.3.12", origin).table());
            try (Socket socket =
                    new Socket(server.address().getAddress(), server.address().getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream()
                        .write(
                                String.join(
                                                "\r\n",
                                                "GET /chat HTTP/1.1",
                                                "Host: " + NAME,
                                                "Connection: Upgrade",
                                                "Upgrade: websocket",
                                                "",
                                                "")
                                        .getBytes(StandardCharsets.UTF_8));
                assertThat(Origin.line(socket.getInputStream()))
                        .isEqualTo("HTTP/1.1 101 Switching Protocols");
                while (!Origin.line(socket.getInputStream()).isEmpty()) {
                    assertThat(socket.isConnected()).isTrue();
                }
                socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                assertThat(socket.getInputStream().readNBytes(5))
                        .containsExactly("hello".getBytes(StandardCharsets.UTF_8));
                server.close();
                socket.getOutputStream().write("still".getBytes(StandardCharsets.UTF_8));
                assertThat(socket.getInputStream().readNBytes(5))
                        .containsExactly("still".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void answersWithItselfWhereTheCodecCannotReadTheRequest() throws IOException {
        publish(RouteTable.Type.APPLICATION, fixed("web", Protocol.HTTP, 20_080));
        try (RawClient client = client()) {
            assertThat(client.sendHead("GET / HTTP/1.1", "Host: " + NAME).read().body())
                    .isEqualTo("web");
            assertThat(client.sendHead("GET /", "Host : " + NAME).read().status()).isEqualTo(400);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void closesItsGuestsWithThePlane() throws IOException {
        publish(RouteTable.Type.APPLICATION, fixed("web", Protocol.HTTP, 20_080));
        try (RawClient client = client()) {
            assertThat(client.sendHead("GET / HTTP/1.1", "Host: " + NAME).read().body())
                    .isEqualTo("web");
            fixture.plane.close();
            assertThat(client.isAtEnd()).isTrue();
        }
    }
}
