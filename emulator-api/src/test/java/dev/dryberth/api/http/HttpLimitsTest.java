package dev.dryberth.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What clients cannot do to the server; its limits are small here, so it takes no time to show. */
@ExtendWith(NoLeaks.class)
class HttpLimitsTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int MAX_CONNECTIONS = 100;

    private final CompletableFuture<Response> held = new CompletableFuture<>();

    /** Everything is answered at once, but for {@code /held}. */
    private CompletionStage<Response> answer(Request request) {
        return request.path().equals("/held")
                ? held
                : CompletableFuture.completedStage(Response.text(200, "served"));
    }

    private HttpServer start(HttpLimits limits) throws IOException {
        return HttpServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), limits, this::answer);
    }

    private static HttpLimits limits(
            Duration firstRequest, Duration idle, Duration body, Duration drain) {
        return new HttpLimits(
                1024,
                4096,
                1_000_000,
                3_000_000,
                MAX_CONNECTIONS,
                8,
                firstRequest,
                idle,
                body,
                SHORT,
                SHORT,
                drain);
    }

    @Test
    void closesAConnectionThatNeverAsks() throws IOException {
        try (HttpServer server = start(limits(SHORT, LONG, LONG, LONG));
                RawClient client = new RawClient(server.address())) {
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void closesAClientThatSendsItsHeadersDropByDrop() throws IOException {
        try (HttpServer server = start(limits(Duration.ofMillis(600), LONG, LONG, LONG));
                RawClient client = new RawClient(server.address())) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n");
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> dropIsRefused(client) || server.connectionCount() == 0);
        }
    }

    private static boolean dropIsRefused(RawClient client) {
        try {
            client.send("X: y\r\n");
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    @Test
    void answers408ToABodyThatDoesNotCome() throws IOException {
        try (HttpServer server = start(limits(LONG, LONG, SHORT, LONG));
                RawClient client = new RawClient(server.address())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
            assertThat(client.read().status()).isEqualTo(408);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void closesAConnectionThatIsIdleAfterItsAnswer() throws IOException {
        try (HttpServer server = start(limits(LONG, SHORT, LONG, LONG));
                RawClient client = new RawClient(server.address())) {
            assertThat(client.post("/", "", "").status()).isEqualTo(200);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void doesNotHurryAHandler() throws Exception {
        try (HttpServer server = start(limits(SHORT, SHORT, SHORT, LONG));
                RawClient client = new RawClient(server.address());
                ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<RawClient.Answer> answer = waiting.submit(() -> client.post("/held", "", ""));
            CompletableFuture.runAsync(
                            () -> held.complete(Response.text(200, "late")),
                            CompletableFuture.delayedExecutor(
                                    1, java.util.concurrent.TimeUnit.SECONDS))
                    .join();
            assertThat(answer.get().body()).isEqualTo("late\n");
        }
    }

    @Test
    void closesAClientThatDoesNotTakeItsAnswer() throws IOException {
        held.complete(new Response(200, Headers.NONE, new byte[20_000_000]));
        try (HttpServer server = start(limits(LONG, LONG, LONG, LONG));
                RawClient client = new RawClient(server.address())) {
            client.sendHead("GET /held HTTP/1.1", "Host: a");
            await().atMost(Duration.ofSeconds(10)).until(() -> server.connectionCount() == 0);
        }
    }

    /** Each newcomer pushes out the one that has waited longest without ever asking anything. */
    @Test
    void staysUpUnderThousandsOfHalfOpenConnections() throws IOException {
        try (HttpServer server = start(limits(LONG, LONG, LONG, LONG));
                RawClient regular = new RawClient(server.address())) {
            assertThat(regular.post("/", "", "").status()).isEqualTo(200);
            List<RawClient> halfOpen = new ArrayList<>();
            try {
                for (int i = 0; i < 3000; i++) {
                    halfOpen.add(new RawClient(server.address()));
                    halfOpen.getLast().send("GET / HT");
                    assertThat(server.connectionCount()).isLessThanOrEqualTo(MAX_CONNECTIONS);
                }
                try (RawClient newcomer = new RawClient(server.address())) {
                    assertThat(newcomer.post("/", "", "").status()).isEqualTo(200);
                }
                assertThat(regular.post("/", "", "").status()).isEqualTo(200);
            } finally {
                for (RawClient each : halfOpen) {
                    each.close();
                }
            }
        }
    }

    @Test
    void holdsNoMoreBodiesThanItsBudget() throws IOException {
        try (HttpServer server = start(limits(LONG, LONG, LONG, Duration.ofMillis(1)))) {
            List<RawClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    RawClient client = new RawClient(server.address());
                    clients.add(client);
                    client.sendHead("POST /held HTTP/1.1", "Host: a", "Content-Length: 1000000");
                    client.send(new byte[1_000_000]);
                }
                await().until(() -> server.bodyBudget().heldBytes() > 2_900_000);
                try (RawClient oneTooMany = new RawClient(server.address())) {
                    assertThat(oneTooMany.post("/", "", "x".repeat(500_000)).status())
                            .isEqualTo(503);
                }
                held.complete(Response.text(200, "done"));
                for (RawClient client : clients) {
                    assertThat(client.read().status()).isEqualTo(200);
                }
                await().until(() -> server.bodyBudget().heldBytes() == 0);
            } finally {
                for (RawClient each : clients) {
                    each.close();
                }
            }
        }
    }

    /** Memory follows what has come, so a thousand promises of a body cost nothing. */
    @Test
    void reservesNothingForABodyThatIsOnlyAnnounced() throws IOException {
        try (HttpServer server = start(limits(LONG, LONG, LONG, Duration.ofMillis(1)));
                RawClient client = new RawClient(server.address())) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\nstart");
            await().until(() -> server.bodyBudget().heldBytes() > 0);
            assertThat(server.bodyBudget().heldBytes()).isLessThanOrEqualTo(64 * 1024);
        }
    }

    @Test
    void finishesWhatIsInHandBeforeItCloses() throws Exception {
        HttpServer server = start(limits(LONG, LONG, LONG, LONG));
        try (RawClient idle = new RawClient(server.address());
                RawClient busy = new RawClient(server.address());
                ExecutorService closing = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(idle.post("/", "", "").status()).isEqualTo(200);
            assertThat(busy.post("/", "", "").status()).isEqualTo(200);
            busy.sendHead("GET /held HTTP/1.1", "Host: a");
            await().until(() -> held.getNumberOfDependents() > 0);

            Future<?> closed = closing.submit(server::close);
            assertThat(idle.isAtEnd()).isTrue();
            assertThat(closed.isDone()).isFalse();

            held.complete(Response.text(200, "last"));
            RawClient.Answer last = busy.read();
            assertThat(last.body()).isEqualTo("last\n");
            assertThat(last.header("connection")).isEqualTo("close");
            closed.get();
            assertThat(busy.isAtEnd()).isTrue();
            assertThatThrownBy(() -> new RawClient(server.address())).isInstanceOf(Exception.class);
        }
    }

    @Test
    void waitsForAHandlerNoLongerThanTheDrainTimeout() throws IOException {
        HttpServer server = start(limits(LONG, LONG, LONG, SHORT));
        try (RawClient client = new RawClient(server.address())) {
            client.sendHead("GET /held HTTP/1.1", "Host: a");
            await().until(() -> held.getNumberOfDependents() > 0);
            server.close();
            assertThat(server.connectionCount()).isZero();
        }
    }

    @Test
    void saysWhichAddressItCannotHave() throws IOException {
        try (HttpServer server = start(HttpLimits.DEFAULT)) {
            assertThatThrownBy(() ->
                            HttpServer.start(server.address(), HttpLimits.DEFAULT, this::answer))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Cannot listen on")
                    .hasMessageContaining(String.valueOf(server.address().getPort()));
        }
    }
}
