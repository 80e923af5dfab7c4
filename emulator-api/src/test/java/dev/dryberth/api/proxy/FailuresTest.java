package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import static java.util.Objects.requireNonNull;

import dev.dryberth.api.http.RawClient;
import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Every code an application load balancer makes itself, and what targets and clients do to it. */
class FailuresTest {

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    private Tables to(Origin... origins) throws IOException {
        return to(Map.of(), origins);
    }

    private Tables to(Map<String, String> attributes, Origin... origins) throws IOException {
        return fixture.publish(Tables.forwardingTo("127.0.3.2", origins), attributes);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "TRACE / HTTP/1.1;Host: a                                            | 405",
                "GET / HTTP/1.1                                                      | 400",
                "GET / HTTP/1.1;Host: a;Host: b                                      | 400",
                "GET / HTTP/1.1;Host: a b                                            | 400",
                "CONNECT a:80 HTTP/1.1;Host: a                                       | 400",
                "GET nonsense HTTP/1.1;Host: a                                       | 400",
                "GET / HTTP/2.0;Host: a                                              | 505",
                "nonsense                                                            | 400",
                "GET / HTTP/1.1;Host: a;No Colon                                     | 400",
                "GET / HTTP/1.1;Host: a;Bad Name: x                                  | 400",
                "POST / HTTP/1.1;Host: a;Transfer-Encoding: gzip, chunked            | 501",
                "POST / HTTP/1.1;Host: a;Transfer-Encoding: xchunked                 | 400",
                "POST / HTTP/1.1;Host: a;Transfer-Encoding: chunked, identity        | 400",
                "POST / HTTP/1.1;Host: a;Transfer-Encoding: chunked;Transfer-Encoding: x | 400",
                "POST / HTTP/1.1;Host: a;Transfer-Encoding : chunked                 | 400",
                "POST / HTTP/1.1;Host: a;Content-Length: 5;Content-Length: 6         | 400",
                "POST / HTTP/1.1;Host: a;Content-Length: 5;Content-Length: 5         | 400",
                "POST / HTTP/1.1;Host: a;Content-Length: 5, 6                        | 400",
                "POST / HTTP/1.1;Host: a;Content-Length: -5                          | 400",
                "POST / HTTP/1.1;Host: a;Content-Length: 5x                          | 400",
                "POST / HTTP/1.0;Host: a;Transfer-Encoding: chunked                  | 400",
                "POST / HTTP/1.1;Host: a; Content-Length: 5                          | 400"
            })
    void refusesWhatIsMalformedOrCouldBeSmuggled(String head, int status) throws IOException {
        try (Origin origin = Origin.named("must not be reached")) {
            Tables tables = to(origin);
            try (RawClient client = fixture.client(tables)) {
                client.send(head.strip().replace(";", "\r\n") + "\r\n\r\n");
                RawClient.Answer answer = client.read();
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.header("server")).isEqualTo("awselb/2.0");
                assertThat(client.isAtEnd()).isTrue();
            }
            assertThat(origin.requests()).isEmpty();
        }
    }

    @Test
    void refusesLinesAndHeadersThatAreTooLong() throws IOException {
        try (Origin origin = Origin.named("x")) {
            Tables tables = to(origin);
            String long17 = "a".repeat(17 * 1024);
            assertThat(fixture.get(tables, "/" + long17).status()).isEqualTo(414);
            assertThat(fixture.get(tables, "/", "X: " + long17).status()).isEqualTo(400);
            String many = String.join("\r\n", Collections.nCopies(5, "X: " + "a".repeat(15_000)));
            assertThat(fixture.get(tables, "/", many).status()).isEqualTo(400);
            assertThat(fixture.get(tables, "/", "X: " + "a".repeat(15_000)).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void refusesTooManyForwardedAddresses() throws IOException {
        try (Origin origin = Origin.named("x")) {
            Tables tables = to(origin);
            String forwarded =
                    "X-Forwarded-For: " + String.join(",", Collections.nCopies(31, "1.1.1.1"));
            assertThat(fixture.get(tables, "/", forwarded).status()).isEqualTo(463);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"monitor, 200", "defensive, 200", "strictest, 400"})
    void forwardsAnAmbiguousRequestByItsChunksUnlessStrictest(String mode, int status)
            throws IOException {
        try (Origin origin = Origin.echo()) {
            Tables tables = to(Map.of("routing.http.desync_mitigation_mode", mode), origin);
            try (RawClient client = fixture.client(tables)) {
                client.sendHead(
                        "POST / HTTP/1.1",
                        "Host: a",
                        "Content-Length: 3",
                        "Transfer-Encoding: chunked");
                client.sendHead("5", "hello", "0");
                RawClient.Answer answer = client.read();
                assertThat(answer.status()).isEqualTo(status);
                if (status == 200) {
                    assertThat(answer.body()).endsWith("hello");
                    assertThat(origin.requests().getFirst().headers())
                            .doesNotContainKey("content-length");
                    // RFC 9112, 6.1: after both framings came, whatever the mode.
                    assertThat(answer.header("connection")).isEqualTo("close");
                }
            }
        }
    }

    @Test
    void dropsInvalidHeaderNamesWhenAsked() throws IOException {
        try (Origin origin = Origin.echo()) {
            Tables tables =
                    to(Map.of("routing.http.drop_invalid_header_fields.enabled", "true"), origin);
            fixture.get(tables, "/", "X_Bad: 1", "X-Good: 1");
            assertThat(origin.requests().getFirst().headers())
                    .containsKey("x-good")
                    .doesNotContainKey("x_bad");
        }
    }

    @Test
    void answers503WithoutTargets() throws IOException {
        Tables tables = to();
        RawClient.Answer answer = fixture.get(tables, "/");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("content-type")).isEqualTo("text/html");
        assertThat(answer.body())
                .contains("<center><h1>503 Service Temporarily Unavailable</h1></center>");
    }

    @Test
    void answers503WhenEveryWeightIsZero() throws IOException {
        try (Origin origin = Origin.named("x")) {
            Tables tables = to(origin);
            tables.defaultActions = List.of(Tables.forward(null, "tg", 0));
            fixture.publish(tables.table());
            assertThat(fixture.get(tables, "/").status()).isEqualTo(503);
        }
    }

    @Test
    void answers464ForAGroupItCannotSpeakTo() throws IOException {
        try (Origin origin = Origin.named("x")) {
            Tables tables = to(origin);
            TargetGroup one = requireNonNull(tables.groups.get("tg"));
            tables.groups.put(
                    "tg",
                    new TargetGroup(
                            one.arn(),
                            one.name(),
                            one.targetType(),
                            one.protocol(),
                            ProtocolVersion.GRPC,
                            one.healthCheck(),
                            one.attributes(),
                            one.targets()));
            fixture.publish(tables.table());
            assertThat(fixture.get(tables, "/").status()).isEqualTo(464);
        }
    }

    @Test
    void answers502WhenTheTargetRefuses() throws IOException {
        int unused;
        try (ServerSocket socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }
        Tables tables = to();
        tables.group("tg", Map.of(), List.of(Tables.target(unused, TargetState.HEALTHY)));
        fixture.publish(tables.table());
        try (RawClient client = fixture.client(tables)) {
            client.sendHead("GET / HTTP/1.1", "Host: a");
            assertThat(client.read().status()).isEqualTo(502);
            assertThat(client.post("/", "", "").status()).isEqualTo(502);
        }
    }

    @Test
    void answers502WhenTheTargetClosesResetsOrTalksNonsense() throws IOException {
        for (String bad :
                List.of(
                        "",
                        "nonsense\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                        "HTTP/1.1 101 Switching\r\n\r\n")) {
            try (Origin origin =
                    new Origin((request, out, socket) -> {
                        Origin.raw(out, bad);
                        return false;
                    })) {
                assertThat(fixture.get(to(origin), "/").status()).as(bad).isEqualTo(502);
            }
        }
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    socket.setSoLinger(true, 0);
                    return false;
                })) {
            assertThat(fixture.get(to(origin), "/").status()).isEqualTo(502);
        }
    }

    @Test
    void cutsTheClientWhenTheTargetResetsInTheMiddle() throws IOException {
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    Origin.raw(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                    return false;
                })) {
            Tables tables = to(origin);
            try (RawClient client = fixture.client(tables)) {
                client.sendHead("GET / HTTP/1.1", "Host: a");
                assertThat(client.read().body()).isEqualTo("half");
            }
        }
    }

    @Test
    void answers504WhenTheTargetIsSilent() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    done.await();
                    return false;
                })) {
            Tables tables = to(Map.of("idle_timeout.timeout_seconds", "1"), origin);
            assertThat(fixture.get(tables, "/").status()).isEqualTo(504);
            done.countDown();
        }
    }

    @Test
    void answers408ToAHeadOrBodyThatDoesNotCome() throws IOException {
        try (Origin origin = Origin.echo()) {
            Tables tables = to(Map.of("idle_timeout.timeout_seconds", "1"), origin);
            try (RawClient head = fixture.client(tables);
                    RawClient body = fixture.client(tables);
                    RawClient silent = fixture.client(tables)) {
                head.send("GET / HTTP/1.1\r\nHo");
                body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
                assertThat(head.read().status()).isEqualTo(408);
                assertThat(body.read().status()).isEqualTo(408);
                assertThat(silent.isAtEnd()).isTrue();
            }
        }
    }

    @Test
    void logs460WhenTheClientHasGone() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    done.await();
                    return false;
                })) {
            Tables tables = to(Map.of("access_logs.s3.enabled", "true"), origin);
            try (RawClient client = fixture.client(tables)) {
                client.sendHead("GET / HTTP/1.1", "Host: a");
                await().until(() -> origin.requests().size() == 1);
            }
            Path file = fixture.directory.resolve("lb.log");
            await().until(() -> Files.exists(file) && Files.readString(file).contains(" 460 - "));
            done.countDown();
        }
    }

    @Test
    void sendsOnceMoreWhatAConnectionThatHadDiedLost() throws IOException {
        AtomicInteger seen = new AtomicInteger();
        try (Origin origin =
                new Origin((request, out, socket) ->
                        seen.incrementAndGet() % 2 == 1 && Origin.text(out, 200, request.line()))) {
            Tables tables = to(origin);
            try (RawClient client = fixture.client(tables)) {
                client.sendHead("GET /first HTTP/1.1", "Host: a");
                assertThat(client.read().body()).startsWith("GET /first");
                client.sendHead("GET /second HTTP/1.1", "Host: a");
                assertThat(client.read().body()).startsWith("GET /second");
                assertThat(client.post("/third", "", "body").status()).isEqualTo(502);
            }
            assertThat(origin.requests()).hasSize(4);
        }
    }

    @Test
    void survivesASlowloris() throws IOException {
        try (Origin origin = Origin.named("x")) {
            Tables tables = to(Map.of("idle_timeout.timeout_seconds", "1"), origin);
            try (RawClient slow = fixture.client(tables)) {
                slow.send("GET / HTTP/1.1\r\n");
                await().atMost(Duration.ofSeconds(10))
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> dropIsRefused(slow));
            }
        }
    }

    private boolean dropIsRefused(RawClient client) {
        try {
            client.send("X: y\r\n");
            return fixture.plane.connectionCount() == 0;
        } catch (IOException closed) {
            return true;
        }
    }

    /** One network thread, so that clients are counted in the order they come in. */
    @Test
    void turnsAwayMoreClientsThanItsLimit() throws IOException {
        try (PlaneFixture two = new PlaneFixture(PlaneFixture.limits(1, 2));
                Origin origin = Origin.named("x")) {
            Tables tables = Tables.forwardingTo("127.0.3.2", origin);
            two.publish(tables.table());
            try (RawClient first = two.client(tables);
                    RawClient second = two.client(tables);
                    RawClient third = two.client(tables)) {
                assertThat(third.isAtEnd()).isTrue();
                assertThat(first.post("/", "", "").status()).isEqualTo(200);
                assertThat(second.post("/", "", "").status()).isEqualTo(200);
            } catch (EOFException turnedAway) {
                assertThat(two.plane.connectionCount()).isLessThanOrEqualTo(2);
            }
        }
    }
}
