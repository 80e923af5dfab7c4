package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Protocol;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is carried without being read: WebSockets, and TCP through a network load balancer. */
class FlowsTest {

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    /** Echoes whatever comes, after a line with its name; ends when the client has. */
    private static final class Echo implements AutoCloseable {
        private final ServerSocket server;

        private Echo(String greeting) throws IOException {
            server = new ServerSocket(0, 100, InetAddress.ofLiteral("127.0.0.1"));
            Thread.ofVirtual().start(() -> accept(greeting));
        }

        private void accept(String greeting) {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.ofVirtual().start(() -> echo(socket, greeting));
                } catch (IOException closed) {
                    return;
                }
            }
        }

        private static void echo(Socket socket, String greeting) {
            try (socket) {
                socket.getOutputStream().write(greeting.getBytes(StandardCharsets.UTF_8));
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException ended) {
                // The other side has gone.
                return;
            }
        }

        private int port() {
            return server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static Tables tcp(Map<String, String> attributes, Echo... echoes) throws IOException {
        Tables tables = new Tables("127.0.3.6");
        tables.type = RouteTable.Type.NETWORK;
        tables.protocol = Protocol.TCP;
        tables.group(
                "tg",
                attributes,
                java.util.Arrays.stream(echoes)
                        .map(each -> Tables.target(each.port(), TargetState.HEALTHY))
                        .toList(),
                TargetProtocol.TCP,
                Tables.NEVER_CHECKED);
        tables.defaultActions = List.of(Tables.forward(null, "tg", 1));
        return tables;
    }

    private static Socket connect(Tables tables) throws IOException {
        Socket socket = new Socket(tables.listening().getAddress(), tables.port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** All that comes back for {@code sent}, our half being ended after it. */
    private static String exchange(Tables tables, String sent) throws IOException {
        try (Socket socket = connect(tables)) {
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void carriesTcpWithHalfClosedEnds() throws IOException {
        try (Echo echo = new Echo("")) {
            Tables tables = tcp(Map.of(), echo);
            fixture.publish(tables.table());
            String large = "x".repeat(3_000_000);
            assertThat(exchange(tables, large)).isEqualTo(large);
        }
    }

    @Test
    void spreadsFlowsUnlessTheyStickToTheirSource() throws IOException {
        try (Echo a = new Echo("a");
                Echo b = new Echo("b")) {
            Tables tables = tcp(Map.of(), a, b);
            fixture.publish(tables.table());
            assertThat(answersOf(tables, 40)).containsExactly("a", "b");
            tables =
                    tcp(Map.of("stickiness.enabled", "true", "stickiness.type", "source_ip"), a, b);
            fixture.publish(tables.table());
            assertThat(answersOf(tables, 20)).hasSize(1);
        }
    }

    private static Set<String> answersOf(Tables tables, int flows) throws IOException {
        Set<String> answers = new TreeSet<>();
        for (int i = 0; i < flows; i++) {
            answers.add(exchange(tables, ""));
        }
        return answers;
    }

    @Test
    void tellsTheTargetWhoTheClientIs() throws IOException {
        try (Echo echo = new Echo("")) {
            Tables tables = tcp(Map.of("proxy_protocol_v2.enabled", "true"), echo);
            fixture.publish(tables.table());
            try (Socket socket = connect(tables)) {
                socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                byte[] seen = socket.getInputStream().readNBytes(33);
                assertThat(seen)
                        .startsWith(13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10, 0x21, 0x11, 0)
                        .contains(12, 127, 0, 0, 1, 127, 0, 3, 6);
                assertThat(((seen[24] & 0xFF) << 8) | (seen[25] & 0xFF))
                        .isEqualTo(socket.getLocalPort());
                assertThat(((seen[26] & 0xFF) << 8) | (seen[27] & 0xFF)).isEqualTo(tables.port);
                assertThat(new String(seen, 28, 5, StandardCharsets.UTF_8)).isEqualTo("hello");
            }
        }
    }

    @Test
    void resetsAFlowThatIsIdleOrHasNoTarget() throws IOException {
        try (Echo echo = new Echo("hi")) {
            Tables tables = tcp(Map.of(), echo);
            tables.listenerAttributes.put("tcp.idle_timeout.seconds", "1");
            fixture.publish(tables.table());
            try (Socket socket = connect(tables)) {
                socket.getInputStream().readNBytes(2);
                assertThatThrownBy(() -> socket.getInputStream().read())
                        .hasMessageContaining("reset");
            }
            Tables empty = tcp(Map.of());
            fixture.publish(empty.table());
            assertThatThrownBy(() -> exchange(empty, "x")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void cutsFlowsOfATargetThatBecomesUnhealthy() throws IOException {
        try (Echo a = new Echo("a");
                Echo b = new Echo("b")) {
            Tables tables = tcp(Map.of(), a);
            fixture.publish(tables.table());
            try (Socket socket = connect(tables)) {
                assertThat(socket.getInputStream().read()).isEqualTo('a');
                tables.group(
                        "tg",
                        Map.of(),
                        List.of(
                                Tables.target(a.port(), TargetState.UNHEALTHY),
                                Tables.target(b.port(), TargetState.HEALTHY)),
                        TargetProtocol.TCP,
                        Tables.NEVER_CHECKED);
                fixture.publish(tables.table());
                assertThatThrownBy(() -> socket.getInputStream().read())
                        .hasMessageContaining("reset");
            }
        }
    }

    @Test
    void letsAFlowOutliveItsTargetsRegistration() throws IOException {
        try (Echo a = new Echo("a");
                Echo b = new Echo("b")) {
            Tables tables = tcp(Map.of(), a);
            fixture.publish(tables.table());
            try (Socket socket = connect(tables)) {
                assertThat(socket.getInputStream().read()).isEqualTo('a');
                fixture.publish(tcp(Map.of(), b).table());
                socket.getOutputStream().write('x');
                assertThat(socket.getInputStream().read()).isEqualTo('x');
            }
        }
    }

    private static final String UPGRADE =
            String.join(
                    "\r\n",
                    "GET /chat HTTP/1.1",
                    "Host: a",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZQ==",
                    "",
                    "");

    /** Takes the upgrade, sends a first frame with it, then echoes bytes in upper case. */
    private static Origin shouting() throws IOException {
        return new Origin((request, out, socket) -> {
            Origin.raw(
                    out,
                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
                            + request.header("upgrade")
                            + "\r\n\r\nfirst");
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                out.write(Character.toUpperCase((char) b));
                out.flush();
            }
            return false;
        });
    }

    @Test
    void passesAWebSocketThrough() throws IOException {
        try (Origin origin = shouting()) {
            Tables tables = Tables.forwardingTo("127.0.3.6", origin);
            fixture.publish(tables.table());
            try (Socket socket = connect(tables)) {
                socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.UTF_8));
                assertThat(Origin.line(socket.getInputStream()))
                        .isEqualTo("HTTP/1.1 101 Switching Protocols");
                boolean upgraded = false;
                for (String line = Origin.line(socket.getInputStream());
                        !line.isEmpty();
                        line = Origin.line(socket.getInputStream())) {
                    upgraded |= line.equalsIgnoreCase("upgrade: websocket");
                }
                assertThat(upgraded).isTrue();
                assertThat(socket.getInputStream().readNBytes(5))
                        .containsExactly("first".getBytes(StandardCharsets.UTF_8));
                socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                assertThat(socket.getInputStream().readNBytes(5))
                        .containsExactly("HELLO".getBytes(StandardCharsets.UTF_8));
            }
            await().until(() -> fixture.plane.connectionCount() == 0);
        }
    }

    @Test
    void closesAWebSocketThatIsIdle() throws IOException {
        try (Origin origin = shouting()) {
            Tables tables = Tables.forwardingTo("127.0.3.6", origin);
            tables.attributes.put("idle_timeout.timeout_seconds", "1");
            fixture.publish(tables.table());
            try (Socket socket = connect(tables)) {
                socket.getOutputStream().write(UPGRADE.getBytes(StandardCharsets.UTF_8));
                assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
                        .hasMessageContaining("reset");
            }
        }
    }

    @Test
    void carriesOnWithHttpWhenTheTargetDoesNotUpgrade() throws IOException {
        try (Origin origin = Origin.named("plain")) {
            Tables tables = Tables.forwardingTo("127.0.3.6", origin);
            fixture.publish(tables.table());
            assertThat(fixture.get(tables, "/", "Connection: Upgrade", "Upgrade: websocket").body())
                    .isEqualTo("plain");
            assertThat(origin.requests().getFirst().header("connection")).isEqualTo("upgrade");
        }
    }
}
