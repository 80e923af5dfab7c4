package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

class ProbesTest {

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    private static HealthCheck check(TargetProtocol protocol, String matcher) {
        return new HealthCheck(
                true,
                protocol,
                null,
                "/health?deep=1",
                Duration.ofMillis(100),
                Duration.ofMillis(600),
                5,
                2,
                matcher);
    }

    private RouteTable table(int port, TargetState state, HealthCheck check) throws IOException {
        Tables tables = new Tables("127.0.3.7");
        tables.group(
                "tg",
                Map.of(),
                List.of(Tables.target(port, state, Instant.now().plusSeconds(60))),
                TargetProtocol.HTTP,
                check);
        tables.defaultActions = List.of(Tables.forward(null, "tg", 1));
        return tables.table();
    }

    private ProbeResult first(int port, HealthCheck check) throws IOException {
        fixture.publish(table(port, TargetState.INITIAL, check));
        // What is still on its way from a target before this one does not count.
        PlaneFixture.Probed probed =
                await().until(
                                () ->
                                        fixture.probed.stream()
                                                .filter(each -> each.port() == port)
                                                .findFirst(),
                                Optional::isPresent)
                        .orElseThrow();
        assertThat(probed.group()).isEqualTo("tg");
        assertThat(probed.id()).isEqualTo("127.0.0.1");
        return probed.result();
    }

    @Test
    void asksLikeAwsAndAgainAfterTheInterval() throws IOException {
        try (Origin origin = Origin.named("well")) {
            assertThat(first(origin.port(), check(TargetProtocol.HTTP, "200-299,302")))
                    .isEqualTo(new ProbeResult.Passed());
            Origin.Request request = origin.requests().getFirst();
            assertThat(request.line()).isEqualTo("GET /health?deep=1 HTTP/1.1");
            assertThat(request.headers())
                    .containsEntry("host", "127.0.0.1:" + origin.port())
                    .containsEntry("user-agent", "ELB-HealthChecker/2.0")
                    .containsEntry("connection", "close");
            await().until(() -> fixture.probed.size() >= 3);
        }
    }

    @Test
    void saysWhichCodeDidNotMatchAndFollowsNoRedirect() throws IOException {
        try (Origin origin =
                new Origin((request, out, socket) ->
                        Origin.text(out, 302, "", "Location: /elsewhere"))) {
            assertThat(first(origin.port(), check(TargetProtocol.HTTP, "200")))
                    .isEqualTo(new ProbeResult.WrongCode("302"));
        }
    }

    @Test
    void saysThatATargetIsSilentGoneOrNoHttpServer() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (Origin silent =
                new Origin((request, out, socket) -> {
                    never.await();
                    return false;
                })) {
            assertThat(first(silent.port(), check(TargetProtocol.HTTP, "200")))
                    .isEqualTo(new ProbeResult.TimedOut());
            never.countDown();
        }
        fixture.publish(RouteTable.EMPTY);
        fixture.probed.clear();
        try (Origin nonsense =
                new Origin((request, out, socket) -> {
                    Origin.raw(out, "nonsense\r\n\r\n");
                    return false;
                })) {
            assertThat(first(nonsense.port(), check(TargetProtocol.HTTP, "200")))
                    .isEqualTo(new ProbeResult.Failed());
        }
        fixture.publish(RouteTable.EMPTY);
        fixture.probed.clear();
        int unused;
        try (ServerSocket socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }
        assertThat(first(unused, check(TargetProtocol.TCP, "")))
                .isEqualTo(new ProbeResult.Failed());
    }

    @Test
    void isContentWithATcpConnection() throws IOException {
        try (Origin origin = Origin.named("x")) {
            assertThat(first(origin.port(), check(TargetProtocol.TCP, "")))
                    .isEqualTo(new ProbeResult.Passed());
        }
    }

    @Test
    void leavesDrainingAndUnusedTargetsAlone() throws IOException {
        try (Origin origin = Origin.named("x")) {
            HealthCheck check = check(TargetProtocol.HTTP, "200");
            first(origin.port(), check);
            for (TargetState state : List.of(TargetState.DRAINING, TargetState.UNUSED)) {
                fixture.publish(table(origin.port(), state, check));
                await().until(this::isQuiet);
            }
        }
    }

    private boolean isQuiet() throws InterruptedException {
        int before = fixture.probed.size();
        new CountDownLatch(1).await(300, java.util.concurrent.TimeUnit.MILLISECONDS);
        return fixture.probed.size() == before;
    }
}
