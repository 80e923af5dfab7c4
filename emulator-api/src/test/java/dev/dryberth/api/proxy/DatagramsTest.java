package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.LoadBalancer;
import dev.dryberth.core.balancing.RouteTable.Protocol;
import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** UDP through a network load balancer. */
class DatagramsTest {

    private static final int LARGEST_PAYLOAD = 65_507;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int SILENCE_MILLIS = 200;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    /** A server that puts its name in front of what it gets and sends it back. */
    private static final class Server implements AutoCloseable {

        private final DatagramSocket socket;

        Server(String name) throws IOException {
            this(name, 0);
        }

        Server(String name, int port) throws IOException {
            socket = new DatagramSocket(port, LOOPBACK);
            Thread.ofVirtual().start(() -> serve(name.getBytes(StandardCharsets.UTF_8)));
        }

        private void serve(byte[] name) {
            byte[] bytes = new byte[LARGEST_PAYLOAD];
            try {
                while (true) {
                    DatagramPacket asked = new DatagramPacket(bytes, bytes.length);
                    socket.receive(asked);
                    byte[] answer = new byte[name.length + asked.getLength()];
                    System.arraycopy(name, 0, answer, 0, name.length);
                    System.arraycopy(bytes, 0, answer, name.length, asked.getLength());
                    socket.send(
                            new DatagramPacket(answer, answer.length, asked.getSocketAddress()));
                }
            } catch (IOException closed) {
                return;
            }
        }

        int port() {
            return socket.getLocalPort();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** A client that hears nobody but the port it sends to. */
    private static final class Client implements AutoCloseable {

        private final DatagramSocket socket;

        Client(InetSocketAddress address) throws IOException {
            socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
            socket.connect(address);
        }

        byte[] ask(byte[] question) throws IOException {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.send(new DatagramPacket(question, question.length));
            return receive();
        }

        String ask(String question) throws IOException {
            return new String(
                    ask(question.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        }

        /** Sends and expects that nothing comes back. */
        void askInVain(String question) throws IOException {
            byte[] bytes = question.getBytes(StandardCharsets.UTF_8);
            socket.setSoTimeout(SILENCE_MILLIS);
            socket.send(new DatagramPacket(bytes, bytes.length));
            assertThatThrownBy(this::receive).isInstanceOf(SocketTimeoutException.class);
        }

        private byte[] receive() throws IOException {
            DatagramPacket answer = new DatagramPacket(new byte[LARGEST_PAYLOAD], LARGEST_PAYLOAD);
            socket.receive(answer);
            byte[] bytes = new byte[answer.getLength()];
            System.arraycopy(answer.getData(), 0, bytes, 0, bytes.length);
            return bytes;
        }

        int port() {
            return socket.getLocalPort();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /** Attributes as the core completes them for a new UDP group. */
    private static final Map<String, String> BY_DEFAULT =
            Map.of(
                    "deregistration_delay.connection_termination.enabled",
                    "true",
                    "target_health_state.unhealthy.connection_termination.enabled",
                    "false");

    private static Tables udp(Map<String, String> attributes, Target... targets)
            throws IOException {
        Tables tables = new Tables("127.0.3.10");
        tables.type = RouteTable.Type.NETWORK;
        tables.protocol = Protocol.UDP;
        return to(tables, attributes, targets);
    }

    private static Tables udp(Server... servers) throws IOException {
        List<Target> targets = new ArrayList<>();
        for (Server each : servers) {
            targets.add(Tables.target(each.port(), TargetState.HEALTHY));
        }
        return udp(BY_DEFAULT, targets.toArray(new Target[0]));
    }

    private static Tables to(Tables tables, Map<String, String> attributes, Target... targets) {
        tables.group("tg", attributes, List.of(targets), TargetProtocol.UDP, Tables.NEVER_CHECKED);
        tables.defaultActions = List.of(Tables.forward(null, "tg", 1));
        return tables;
    }

    private static MinuteRing ring(PlaneFixture of) {
        return Objects.requireNonNull(of.plane.metrics().ring(Tables.BALANCER));
    }

    private static MinuteRing.FlowCounts flows(PlaneFixture of) {
        return ring(of).flows(FlowKind.UDP);
    }

    @Test
    void answersEachClientFromThePortItAsked() throws IOException {
        try (Server server = new Server("a:")) {
            Tables tables = udp(server);
            fixture.publish(tables.table());
            try (Client one = new Client(tables.listening());
                    Client other = new Client(tables.listening())) {
                assertThat(one.ask("1")).isEqualTo("a:1");
                assertThat(other.ask("2")).isEqualTo("a:2");
                assertThat(one.ask("3")).isEqualTo("a:3");
            }
            assertThat(flows(fixture).begun()).isEqualTo(2);
            assertThat(flows(fixture).active()).isEqualTo(2);
            assertThat(flows(fixture).bytes()).isEqualTo(3 + 9);
        }
    }

    @Test
    void isReachedAtTheSharedAddressToo() throws IOException {
        try (Server server = new Server("a:")) {
            Tables tables = udp(server);
            fixture.publish(tables.table());
            InetSocketAddress shared = new InetSocketAddress(LOOPBACK, tables.port);
            assertThat(fixture.plane.listenerStates())
                    .containsExactly(
                            new ListenerState(Tables.LISTENER, tables.listening(), false, null),
                            new ListenerState(Tables.LISTENER, shared, true, null));
            try (Client client = new Client(shared)) {
                assertThat(client.ask("1")).isEqualTo("a:1");
            }
        }
    }

    @Test
    void carriesTheLargestDatagramsWhole() throws IOException {
        try (Server server = new Server("")) {
            Tables tables = udp(server);
            fixture.publish(tables.table());
            byte[] large = new byte[LARGEST_PAYLOAD];
            large[LARGEST_PAYLOAD - 1] = 7;
            try (Client client = new Client(tables.listening())) {
                assertThat(client.ask(large)).isEqualTo(large);
            }
        }
    }

    @Test
    void spreadsClientsAndKeepsEachWithItsTarget() throws IOException {
        try (Server a = new Server("a");
                Server b = new Server("b")) {
            Tables tables = udp(a, b);
            fixture.publish(tables.table());
            Set<String> seen = new TreeSet<>();
            for (int i = 0; i < 40; i++) {
                try (Client client = new Client(tables.listening())) {
                    String first = client.ask("?");
                    assertThat(client.ask("?")).isEqualTo(first);
                    assertThat(client.ask("?")).isEqualTo(first);
                    seen.add(first);
                }
            }
            assertThat(seen).containsExactly("a?", "b?");
        }
    }

    @Test
    void keepsAllOfOneAddressTogetherWhereTheGroupIsSticky() throws IOException {
        try (Server a = new Server("a");
                Server b = new Server("b")) {
            Tables tables =
                    udp(
                            Map.of("stickiness.enabled", "true", "stickiness.type", "source_ip"),
                            Tables.target(a.port(), TargetState.HEALTHY),
                            Tables.target(b.port(), TargetState.HEALTHY));
            fixture.publish(tables.table());
            Set<String> seen = new TreeSet<>();
            for (int i = 0; i < 20; i++) {
                try (Client client = new Client(tables.listening())) {
                    seen.add(client.ask("?"));
                }
            }
            assertThat(seen).hasSize(1);
        }
    }

    @Test
    void leavesAFlowWithATargetThatTurnsUnhealthyOrDrainsUntilItIsGone() throws IOException {
        try (Server a = new Server("a");
                Server b = new Server("b")) {
            Tables tables = udp(a);
            fixture.publish(tables.table());
            try (Client client = new Client(tables.listening())) {
                assertThat(client.ask("?")).isEqualTo("a?");
                Target healthy = Tables.target(b.port(), TargetState.HEALTHY);
                to(tables, BY_DEFAULT, Tables.target(a.port(), TargetState.UNHEALTHY), healthy);
                fixture.publish(tables.table());
                assertThat(client.ask("?")).isEqualTo("a?");
                try (Client later = new Client(tables.listening())) {
                    assertThat(later.ask("?")).isEqualTo("b?");
                }
                Instant later = Instant.now().plusSeconds(60);
                to(
                        tables,
                        BY_DEFAULT,
                        Tables.target(a.port(), TargetState.DRAINING, later),
                        healthy);
                fixture.publish(tables.table());
                assertThat(client.ask("?")).isEqualTo("a?");
                assertThat(fixture.idle).isEmpty();
                to(tables, BY_DEFAULT, healthy);
                fixture.publish(tables.table());
                assertThat(client.ask("?")).isEqualTo("b?");
            }
        }
    }

    @Test
    void letsAFlowOutliveItsTargetsRegistrationWhereTheGroupSaysSo() throws IOException {
        try (Server a = new Server("a");
                Server b = new Server("b")) {
            Map<String, String> outliving =
                    Map.of(
                            "deregistration_delay.connection_termination.enabled",
                            "false",
                            "target_health_state.unhealthy.connection_termination.enabled",
                            "false");
            Tables tables = udp(outliving, Tables.target(a.port(), TargetState.HEALTHY));
            fixture.publish(tables.table());
            try (Client client = new Client(tables.listening())) {
                assertThat(client.ask("?")).isEqualTo("a?");
                to(tables, outliving, Tables.target(b.port(), TargetState.HEALTHY));
                fixture.publish(tables.table());
                assertThat(client.ask("?")).isEqualTo("a?");
            }
        }
    }

    @Test
    void sendsToAllWhenNoneIsHealthyAndToNobodyWhenThereIsNone() throws IOException {
        try (Server a = new Server("a")) {
            Tables tables = udp(BY_DEFAULT);
            fixture.publish(tables.table());
            try (Client client = new Client(tables.listening())) {
                client.askInVain("?");
                to(tables, BY_DEFAULT, Tables.target(a.port(), TargetState.UNHEALTHY));
                fixture.publish(tables.table());
                assertThat(client.ask("?")).isEqualTo("a?");
            }
        }
    }

    @Test
    void aClosedPortOfATargetEndsNothing() throws IOException {
        int port;
        try (Server gone = new Server("gone")) {
            port = gone.port();
        }
        Tables tables = udp(BY_DEFAULT, Tables.target(port, TargetState.HEALTHY));
        fixture.publish(tables.table());
        try (Client client = new Client(tables.listening())) {
            client.askInVain("1");
            try (Server back = new Server("back:", port)) {
                assertThat(client.ask("2")).isEqualTo("back:2");
                assertThat(back.port()).isEqualTo(port);
            }
            assertThat(flows(fixture).begun()).isEqualTo(1);
        }
    }

    /** At 120 times AWS's speed a flow is idle after a second. */
    @Test
    void forgetsAFlowThatIsIdleAndLetsItsTargetGo() throws IOException {
        try (PlaneFixture fast = new PlaneFixture(PlaneFixture.limits(1, 10), 120);
                Server server = new Server("a")) {
            Tables tables = udp(server);
            fast.publish(tables.table());
            try (Client client = new Client(tables.listening())) {
                assertThat(client.ask("?")).isEqualTo("a?");
                Instant later = Instant.now().plusSeconds(60);
                to(tables, BY_DEFAULT, Tables.target(server.port(), TargetState.DRAINING, later));
                fast.publish(tables.table());
                assertThat(flows(fast).active()).isEqualTo(1);
                await().atMost(Duration.ofMillis(PATIENCE_MILLIS))
                        .until(() -> flows(fast).active() == 0);
                await().until(() -> fast.idle.equals(List.of(server.port())));
                client.askInVain("?");
            }
        }
    }

    @Test
    void theFlowThatWasStillForLongestMakesRoom() throws IOException {
        try (PlaneFixture small = new PlaneFixture(PlaneFixture.limits(1, 10, 2), 1);
                Server server = new Server("a")) {
            Tables tables = udp(server);
            small.publish(tables.table());
            try (Client one = new Client(tables.listening());
                    Client two = new Client(tables.listening());
                    Client three = new Client(tables.listening())) {
                assertThat(one.ask("?")).isEqualTo("a?");
                assertThat(two.ask("?")).isEqualTo("a?");
                assertThat(one.ask("?")).isEqualTo("a?");
                assertThat(three.ask("?")).isEqualTo("a?");
                assertThat(flows(small).active()).isEqualTo(2);
                assertThat(one.ask("?")).isEqualTo("a?");
                assertThat(flows(small).begun()).isEqualTo(3);
                assertThat(two.ask("?")).isEqualTo("a?");
                assertThat(flows(small).begun()).isEqualTo(4);
                assertThat(flows(small).active()).isEqualTo(2);
            }
        }
    }

    @Test
    void tellsTheTargetWhoTheClientIsInFrontOfEachDatagram() throws IOException {
        try (Server server = new Server("")) {
            Tables tables =
                    udp(
                            Map.of("proxy_protocol_v2.enabled", "true"),
                            Tables.target(server.port(), TargetState.HEALTHY));
            fixture.publish(tables.table());
            try (Client client = new Client(tables.listening())) {
                for (String each : List.of("one", "two")) {
                    byte[] seen = client.ask(each.getBytes(StandardCharsets.UTF_8));
                    assertThat(seen)
                            .startsWith(
                                    13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10, 0x21, 0x12, 0);
                    assertThat(((seen[24] & 0xFF) << 8) | (seen[25] & 0xFF))
                            .isEqualTo(client.port());
                    assertThat(new String(seen, 28, seen.length - 28, StandardCharsets.UTF_8))
                            .isEqualTo(each);
                }
            }
        }
    }

    @Test
    void takesConnectionsAndDatagramsOnOnePort() throws IOException {
        try (Server server = new Server("udp:");
                Origin origin =
                        new Origin(
                                new java.net.ServerSocket(server.port(), 10, LOOPBACK),
                                (request, out, socket) -> Origin.text(out, 200, "tcp"))) {
            Tables tables = udp(server);
            tables.protocol = Protocol.TCP_UDP;
            fixture.publish(tables.table());
            assertThat(fixture.plane.listenerStates())
                    .hasSize(2)
                    .allSatisfy(each -> assertThat(each.failure()).isNull());
            assertThat(fixture.get(tables, "/").body()).isEqualTo("tcp");
            assertThat(origin.requests()).hasSize(1);
            try (Client client = new Client(tables.listening())) {
                assertThat(client.ask("1")).isEqualTo("udp:1");
            }
            assertThat(ring(fixture).flows(FlowKind.TCP).begun()).isEqualTo(1);
            assertThat(flows(fixture).begun()).isEqualTo(1);
            assertThat(ring(fixture).total().newConnections()).isEqualTo(2);
        }
    }

    @Test
    void saysThatItsPortIsTakenUntilItIsFree() throws IOException {
        try (Server server = new Server("a")) {
            Tables tables = udp(server);
            tables.protocol = Protocol.TCP_UDP;
            try (DatagramSocket taken = new DatagramSocket(tables.listening())) {
                fixture.publish(tables.table());
                assertThat(fixture.plane.listenerStates().getFirst().failure())
                        .startsWith(
                                "cannot listen on 127.0.3.10:%d (UDP)"
                                        .formatted(taken.getLocalPort()));
            }
            await().atMost(Duration.ofMillis(PATIENCE_MILLIS))
                    .until(() -> fixture.plane.listenerStates().getFirst().failure() == null);
            try (Client client = new Client(tables.listening())) {
                assertThat(client.ask("?")).isEqualTo("a?");
            }
        }
    }

    /** TCP's ports are not UDP's, and nothing in a datagram names a load balancer. */
    @Test
    void sharesAPortWithConnectionsButNotWithOtherDatagrams() throws IOException {
        try (Server server = new Server("a")) {
            Tables one = udp(server);
            LoadBalancer http = other(one, RouteTable.Type.APPLICATION, Protocol.HTTP);
            fixture.publish(
                    new RouteTable(
                            Map.of(Tables.BALANCER, one.balancer(), "other", http), one.groups));
            assertThat(fixture.plane.listenerStates())
                    .hasSize(4)
                    .allSatisfy(each -> assertThat(each.failure()).isNull());

            LoadBalancer udp = other(one, RouteTable.Type.NETWORK, Protocol.UDP);
            fixture.publish(
                    new RouteTable(
                            Map.of(Tables.BALANCER, one.balancer(), "other", udp), one.groups));
            assertThat(fixture.plane.listenerStates())
                    .filteredOn(ListenerState::shared)
                    .hasSize(2)
                    .allSatisfy(
                            each -> assertThat(each.failure()).contains("cannot be told apart"));
            try (Client client = new Client(one.listening())) {
                assertThat(client.ask("?")).isEqualTo("a?");
            }
        }
    }

    private static LoadBalancer other(Tables beside, RouteTable.Type type, Protocol protocol) {
        List<Action> actions =
                protocol == Protocol.UDP
                        ? beside.defaultActions
                        : List.of(new Action.FixedResponse(200, "text/plain", "other"));
        return new LoadBalancer(
                "other",
                "other",
                type,
                "127.0.3.11",
                "other-2.us-east-1.elb.localhost",
                Map.of(),
                List.of(
                        new RouteTable.Listener(
                                "other-listener",
                                protocol,
                                beside.port,
                                Map.of(),
                                List.of(),
                                actions,
                                List.of(),
                                RouteTable.TlsSettings.NONE)));
    }

    @Test
    void closesWithItsListener() throws IOException {
        try (Server server = new Server("a")) {
            Tables tables = udp(server);
            fixture.publish(tables.table());
            try (Client client = new Client(tables.listening())) {
                assertThat(client.ask("?")).isEqualTo("a?");
                MinuteRing.FlowCounts counts = flows(fixture);
                fixture.publish(RouteTable.EMPTY);
                await().until(() -> counts.active() == 0);
                try (DatagramSocket free = new DatagramSocket(tables.listening())) {
                    assertThat(free.getLocalPort()).isEqualTo(tables.port);
                }
            }
        }
    }
}
