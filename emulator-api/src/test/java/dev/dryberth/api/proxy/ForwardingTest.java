package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dryberth.api.http.RawClient;
import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.Condition;
import dev.dryberth.core.balancing.RouteTable.Rule;
import dev.dryberth.core.balancing.RouteTable.TargetState;
import dev.dryberth.core.balancing.RouteTable.Transform;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

class ForwardingTest {

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    @Test
    void forwardsRequestAndAnswer() throws IOException {
        try (Origin echo = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.1", echo);
            fixture.publish(tables.table());
            RawClient.Answer answer = fixture.get(tables, "/a?b=c", "X-Mine: 1");
            assertThat(answer.status()).isEqualTo(200);
            Origin.Request seen = echo.requests().getFirst();
            assertThat(seen.line()).isEqualTo("GET /a?b=c HTTP/1.1");
            assertThat(seen.headers())
                    .containsEntry("host", "shop.com")
                    .containsEntry("x-mine", "1")
                    .containsEntry("x-forwarded-for", "127.0.0.1")
                    .containsEntry("x-forwarded-proto", "http")
                    .containsEntry("x-forwarded-port", String.valueOf(tables.port))
                    .doesNotContainKey("connection");
            assertThat(seen.header("x-amzn-trace-id")).matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24}");
        }
    }

    @Test
    void keepsBothConnectionsForManyRequests() throws IOException {
        try (Origin origin = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            fixture.publish(tables.table());
            try (RawClient client = fixture.client(tables)) {
                for (int i = 0; i < 50; i++) {
                    RawClient.Answer answer = client.post("/", "", "body " + i);
                    assertThat(answer.body()).endsWith("body " + i);
                }
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        try (Origin origin = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            fixture.publish(tables.table());
            try (RawClient client = fixture.client(tables)) {
                StringBuilder many = new StringBuilder();
                for (int i = 0; i < 100; i++) {
                    many.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
                }
                client.send(many.toString());
                for (int i = 0; i < 100; i++) {
                    assertThat(client.read().body()).startsWith("GET /" + i + " ");
                }
            }
        }
    }

    @Test
    void streamsLargeBodiesBothWays() throws IOException {
        String large = "0123456789".repeat(500_000);
        try (Origin origin =
                new Origin((request, out, socket) -> Origin.text(out, 200, request.body()))) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            fixture.publish(tables.table());
            try (RawClient client = fixture.client(tables)) {
                assertThat(client.post("/", "", large).body()).isEqualTo(large);
                assertThat(client.post("/", "", "small").body()).isEqualTo("small");
            }
        }
    }

    /** Half a gigabyte to a client that does not read: only what buffers hold leaves the target. */
    @Test
    void stopsReadingATargetWhoseClientDoesNotTakeMore() throws IOException {
        AtomicLong written = new AtomicLong();
        try (Origin origin =
                new Origin((request, out, socket) -> Origin.halfAGigabyte(out, written))) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            fixture.publish(tables.table());
            try (RawClient client = fixture.client(tables)) {
                client.sendHead("GET / HTTP/1.1", "Host: a");
                await().until(() -> written.get() > 0);
                await().during(Duration.ofMillis(300))
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> written.get() < 60_000_000);
            }
        }
    }

    @Test
    void passesChunkedAnswersOn() throws IOException {
        try (Origin origin =
                        new Origin((request, out, socket) -> {
                            Origin.raw(
                                    out,
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
                            return true;
                        });
                Origin closing =
                        new Origin((request, out, socket) -> {
                            Origin.raw(out, "HTTP/1.1 200 OK\r\n\r\nto the end");
                            return false;
                        })) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            fixture.publish(tables.table());
            assertThat(all(tables, "HTTP/1.1")).endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
            assertThat(all(tables, "HTTP/1.0")).endsWith("\r\n\r\nabc");
            tables.group(
                    "tg", Map.of(), List.of(Tables.target(closing.port(), TargetState.HEALTHY)));
            fixture.publish(tables.table());
            assertThat(all(tables, "HTTP/1.1")).endsWith("a\r\nto the end\r\n0\r\n\r\n");
        }
    }

    /** All bytes of the only answer on a connection. */
    private static String all(Tables tables, String version) throws IOException {
        try (Socket socket = new Socket(tables.listening().getAddress(), tables.port)) {
            socket.getOutputStream()
                    .write(
                            ("GET / " + version + "\r\nHost: a\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void answersHeadWithoutABody() throws IOException {
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    Origin.raw(out, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                    return true;
                })) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            fixture.publish(tables.table());
            try (RawClient client = fixture.client(tables)) {
                for (int i = 0; i < 3; i++) {
                    client.sendHead("HEAD / HTTP/1.1", "Host: a");
                    assertThat(client.readHeadersOnly()).isEqualTo("HTTP/1.1 200 OK");
                }
            }
        }
    }

    @Test
    void continuesByItselfAndHidesTheExpectation() throws IOException {
        try (Origin origin = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            fixture.publish(tables.table());
            try (RawClient client = fixture.client(tables)) {
                client.sendHead(
                        "POST / HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 4");
                assertThat(client.readHeadersOnly()).isEqualTo("HTTP/1.1 100 Continue");
                client.send("body");
                assertThat(client.read().body()).endsWith("body");
                assertThat(origin.requests().getFirst().headers()).doesNotContainKey("expect");
            }
        }
    }

    @Test
    void dropsWhatWasMeantForOneHop() throws IOException {
        try (Origin origin = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            fixture.publish(tables.table());
            fixture.get(tables, "/", "Connection: X-One, keep-alive", "X-One: 1", "Keep-Alive: 5");
            assertThat(origin.requests().getFirst().headers())
                    .doesNotContainKeys("x-one", "connection", "keep-alive");
        }
    }

    @Test
    void followsTheAttributesOfForwardedHeaders() throws IOException {
        try (Origin origin = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            tables.attributes.put("routing.http.xff_client_port.enabled", "true");
            fixture.publish(tables.table());
            fixture.get(tables, "/", "X-Forwarded-For: 1.1.1.1");
            assertThat(origin.requests().getLast().header("x-forwarded-for"))
                    .matches("1.1.1.1, 127.0.0.1:\\d+");
            tables.attributes.put("routing.http.xff_header_processing.mode", "remove");
            fixture.publish(tables.table());
            fixture.get(tables, "/", "X-Forwarded-For: 1.1.1.1");
            assertThat(origin.requests().getLast().headers()).doesNotContainKey("x-forwarded-for");
        }
    }

    @Test
    void sharesRequestsByWeightExactly() throws IOException {
        try (Origin blue = Origin.named("blue");
                Origin green = Origin.named("green")) {
            Tables tables = new Tables("127.0.3.1");
            tables.group(
                    "blue", Map.of(), List.of(Tables.target(blue.port(), TargetState.HEALTHY)));
            tables.group(
                    "green", Map.of(), List.of(Tables.target(green.port(), TargetState.HEALTHY)));
            tables.defaultActions = List.of(Tables.forward(null, "blue", 90, "green", 10));
            fixture.publish(tables.table());
            assertThat(countOf("green", tables, 200)).isEqualTo(20);
            tables.defaultActions = List.of(Tables.forward(null, "blue", 0, "green", 100));
            fixture.publish(tables.table());
            assertThat(countOf("green", tables, 100)).isEqualTo(100);
        }
    }

    private int countOf(String name, Tables tables, int requests) throws IOException {
        int count = 0;
        for (int i = 0; i < requests / 10; i++) {
            try (RawClient client = fixture.client(tables)) {
                for (int j = 0; j < 10; j++) {
                    client.sendHead("GET / HTTP/1.1", "Host: a");
                    count += client.read().body().equals(name) ? 1 : 0;
                }
            }
        }
        return count;
    }

    @Test
    void followsRulesRedirectsFixedResponsesAndTransforms() throws IOException {
        try (Origin origin = Origin.echo()) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            tables.rules.add(rule(1, "/old/*", redirect("HTTPS", "443"), List.of()));
            tables.rules.add(
                    rule(
                            2,
                            "/fixed",
                            new Action.FixedResponse(418, "application/json", "{}"),
                            List.of()));
            tables.rules.add(
                    rule(
                            3,
                            "/api/*",
                            Tables.forward(null, "tg", 1),
                            List.of(
                                    new Transform.UrlRewrite("^/api/(.*)", "/v2/$1"),
                                    new Transform.HostHeaderRewrite("shop", "inner"))));
            fixture.publish(tables.table());
            RawClient.Answer redirect = fixture.get(tables, "/old/x?y=1");
            assertThat(redirect.status()).isEqualTo(301);
            assertThat(redirect.header("location")).isEqualTo("https://shop.com:443/old/x?y=1");
            assertThat(redirect.header("server")).isEqualTo("awselb/2.0");
            RawClient.Answer fixed = fixture.get(tables, "/fixed");
            assertThat(fixed.status()).isEqualTo(418);
            assertThat(fixed.header("content-type")).isEqualTo("application/json");
            assertThat(fixed.body()).isEqualTo("{}");
            fixture.get(tables, "/api/things?a=b");
            assertThat(origin.requests().getLast().line()).isEqualTo("GET /v2/things?a=b HTTP/1.1");
            assertThat(origin.requests().getLast().header("host")).isEqualTo("inner.com");
            assertThat(fixture.get(tables, "/other").body()).startsWith("GET /other");
        }
    }

    private static Action redirect(String protocol, String port) {
        return new Action.Redirect(301, protocol, "#{host}", port, "/#{path}", "#{query}");
    }

    private static Rule rule(int priority, String path, Action action, List<Transform> transforms) {
        return new Rule(
                "rule-" + priority,
                priority,
                List.of(new Condition.PathPattern(List.of(path), List.of())),
                List.of(action),
                transforms);
    }

    @Test
    void writesAwsAccessLogLines() throws IOException {
        try (Origin origin = Origin.named("logged")) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            tables.attributes.put("access_logs.s3.enabled", "true");
            fixture.publish(tables.table());
            fixture.get(tables, "/logged?x", "User-Agent: a \"quoted\" one");
            Path file = fixture.directory.resolve("lb.log");
            await().until(() -> Files.exists(file) && !Files.readString(file).isEmpty());
            assertThat(Files.readString(file).strip())
                    .matches(
                            "http \\S+Z app/lb/1 127\\.0\\.0\\.1:\\d+ 127\\.0\\.0\\.1:"
                                    + origin.port()
                                    + " 0\\.\\d{3} 0\\.\\d{3} 0\\.\\d{3} 200 200 0 6 "
                                    + "\"GET http://shop\\.com:\\d+/logged\\?x HTTP/1\\.1\" "
                                    + "\"a \\\\\"quoted\\\\\" one\" - - tg \"Root=1-[^\"]+\" \"-\" \"-\" 0 "
                                    + "\\S+Z \"forward\" \"-\" \"-\" \"127\\.0\\.0\\.1:\\d+\" \"200\" \"-\" \"-\" -");
        }
    }

    @Test
    void countsPerMinuteAndForPrometheus() throws IOException {
        try (Origin origin = Origin.named("counted")) {
            Tables tables = Tables.forwardingTo("127.0.3.1", origin);
            fixture.publish(tables.table());
            for (int i = 0; i < 5; i++) {
                fixture.get(tables, "/");
            }
            await().until(() -> requests(Tables.BALANCER) == 5 && requests("tg") == 5);
            assertThat(fixture.plane.metrics().prometheus())
                    .contains(
                            "dryberth_elb_requests_total{load_balancer=\"lb\"} 5\n",
                            "dryberth_elb_target_answers_total{load_balancer=\"lb\",code=\"2xx\"} 5\n",
                            "dryberth_elb_healthy_hosts{target_group=\"tg\"} 1\n");
        }
    }

    private long requests(String arn) {
        return fixture.plane.metrics().minutes(arn).stream()
                .mapToLong(Metrics.Minute::requests)
                .sum();
    }

    @Test
    void addsHeadersToEveryAnswerAsTheListenerSays() throws Exception {
        Map<String, String> said =
                Map.of(
                        "routing.http.response.strict_transport_security.header_value",
                        "max-age=60",
                        "routing.http.response.x_frame_options.header_value",
                        "",
                        "routing.http.response.server.enabled",
                        "false");
        try (Origin origin =
                new Origin((request, out, socket) ->
                        Origin.text(
                                out,
                                200,
                                "fine",
                                "Server: mine",
                                "X-Frame-Options: DENY",
                                "Strict-Transport-Security: max-age=1"))) {
            Tables tables = Tables.forwardingTo("127.0.3.10", origin);
            tables.listenerAttributes.putAll(said);
            fixture.publish(tables.table());
            RawClient.Answer theirs = fixture.get(tables, "/");
            assertThat(theirs.header("strict-transport-security")).isEqualTo("max-age=60");
            assertThat(theirs.header("x-frame-options")).isEqualTo("DENY");
            assertThat(theirs.header("server")).isEqualTo("mine");
            tables.group("tg", Map.of(), List.of());
            fixture.publish(tables.table());
            RawClient.Answer own = fixture.get(tables, "/");
            assertThat(own.status()).isEqualTo(503);
            assertThat(own.header("strict-transport-security")).isEqualTo("max-age=60");
            assertThat(own.header("server")).isEmpty();
        }
    }
}
