package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.dryberth.api.http.RawClient;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.Listener;
import dev.dryberth.core.balancing.RouteTable.LoadBalancer;
import dev.dryberth.core.balancing.RouteTable.Protocol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

class ListenersTest {

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    private static Tables fixed(String address, String body) throws IOException {
        Tables tables = new Tables(address);
        tables.defaultActions = List.of(new Action.FixedResponse(200, "text/plain", body));
        return tables;
    }

    private static InetSocketAddress shared(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    @Test
    void bindsItsOwnAddressAndTheSharedOne() throws IOException {
        Tables tables = fixed("127.0.3.4", "here");
        fixture.publish(tables.table());
        assertThat(fixture.plane.listenerStates())
                .containsExactly(
                        new ListenerState(Tables.LISTENER, tables.listening(), false, null),
                        new ListenerState(Tables.LISTENER, shared(tables.port), true, null));
        assertThat(fixture.get(tables, "/").body()).isEqualTo("here");
        try (RawClient client = new RawClient(shared(tables.port))) {
            assertThat(client.post("/", "", "").body()).isEqualTo("here");
        }
    }

    @Test
    void closesWhatLeavesTheTable() throws IOException {
        Tables tables = fixed("127.0.3.4", "here");
        fixture.publish(tables.table());
        try (RawClient kept = fixture.client(tables)) {
            assertThat(kept.post("/", "", "").body()).isEqualTo("here");
            fixture.publish(RouteTable.EMPTY);
            assertThat(fixture.plane.listenerStates()).isEmpty();
            assertThat(kept.isAtEnd()).isTrue();
        }
        assertThatThrownBy(() -> fixture.client(tables)).isInstanceOf(IOException.class);
    }

    @Test
    void saysWhatItCannotBindAndBindsItLater() throws IOException {
        Tables tables = fixed("127.0.3.4", "here");
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(tables.listening());
            fixture.publish(tables.table());
            ListenerState own = fixture.plane.listenerStates().getFirst();
            assertThat(own.shared()).isFalse();
            assertThat(own.failure())
                    .startsWith("cannot listen on 127.0.3.4:" + tables.port)
                    .contains("in use");
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> fixture.plane.listenerStates().getFirst().failure() == null);
        assertThat(fixture.get(tables, "/").body()).isEqualTo("here");
    }

    @Test
    void tellsSharersOfAPortApartByHost() throws IOException {
        Tables one = fixed("127.0.3.4", "one");
        LoadBalancer two =
                new LoadBalancer(
                        "two",
                        "two",
                        RouteTable.Type.APPLICATION,
                        "127.0.3.5",
                        "two-2.us-east-1.elb.localhost",
                        Map.of(),
                        List.of(
                                new Listener(
                                        "two-listener",
                                        Protocol.HTTP,
                                        one.port,
                                        Map.of(),
                                        List.of(),
                                        List.of(new Action.FixedResponse(200, "text/plain", "two")),
                                        List.of(),
                                        RouteTable.TlsSettings.NONE)));
        fixture.publish(
                new RouteTable(Map.of(Tables.BALANCER, one.balancer(), "two", two), Map.of()));
        assertThat(bodyOf(one.port, "LB-1.us-east-1.elb.localhost:" + one.port)).isEqualTo("one");
        assertThat(bodyOf(one.port, "two-2.us-east-1.elb.localhost")).isEqualTo("two");
        assertThat(bodyOf(one.port, "three.localhost")).contains("400 Bad Request");
    }

    /** What a connection agreed to holds for whichever of them its requests name. */
    @Test
    void sharesAPortOnlyAmongListenersThatSecureItAlike() throws Exception {
        Tables one = fixed("127.0.3.4", "one");
        one.protocol = Protocol.HTTPS;
        one.certificates = List.of(Certificates.pem(fixture.directory, "one.com"));
        LoadBalancer two =
                new LoadBalancer(
                        "two",
                        "two",
                        RouteTable.Type.APPLICATION,
                        "127.0.3.5",
                        "two-2.us-east-1.elb.localhost",
                        Map.of(),
                        List.of(
                                new Listener(
                                        "two-listener",
                                        Protocol.HTTPS,
                                        one.port,
                                        Map.of(),
                                        List.of(),
                                        one.defaultActions,
                                        one.certificates,
                                        new RouteTable.TlsSettings(
                                                List.of("TLSv1.3"),
                                                List.of("TLS_AES_128_GCM_SHA256"),
                                                List.of(),
                                                new RouteTable.ClientCertificates.PassedOn()))));
        fixture.publish(
                new RouteTable(Map.of(Tables.BALANCER, one.balancer(), "two", two), Map.of()));
        assertThat(fixture.plane.listenerStates())
                .filteredOn(ListenerState::shared)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.failure()).contains("cannot be told apart"));
        assertThat(fixture.plane.listenerStates())
                .filteredOn(each -> !each.shared())
                .allSatisfy(each -> assertThat(each.failure()).isNull());
    }

    private static String bodyOf(int port, String host) throws IOException {
        try (RawClient client = new RawClient(shared(port))) {
            return client.sendHead("GET / HTTP/1.1", "Host: " + host).read().body();
        }
    }

    @Test
    void refusesProtocolsItDoesNotCarry() throws IOException {
        Tables tables = fixed("127.0.3.4", "x");
        tables.protocol = Protocol.UDP;
        fixture.publish(tables.table());
        assertThat(fixture.plane.listenerStates())
                .containsExactly(
                        new ListenerState(
                                Tables.LISTENER,
                                tables.listening(),
                                false,
                                "UDP listeners of application load balancers are not carried"));
    }

    @Test
    void finishesWhatIsInHandBeforeItCloses() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        try (Origin slow =
                        new Origin((request, out, socket) -> {
                            finish.await();
                            return Origin.text(out, 200, "finished");
                        });
                ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
            Tables tables = Tables.forwardingTo("127.0.3.4", slow);
            fixture.publish(tables.table());
            Future<?> closed;
            try (RawClient client = fixture.client(tables)) {
                client.sendHead("GET / HTTP/1.1", "Host: a");
                await().until(() -> slow.requests().size() == 1);
                closed = closing.submit(fixture.plane::close);
                await().until(fixture.plane::isClosing);
                finish.countDown();
                RawClient.Answer answer = client.read();
                assertThat(answer.body()).isEqualTo("finished");
                assertThat(answer.header("connection")).isEqualTo("close");
                assertThat(client.isAtEnd()).isTrue();
            }
            closed.get();
        }
    }
}
