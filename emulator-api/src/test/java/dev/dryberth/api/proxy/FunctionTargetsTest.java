package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.dryberth.api.http.RawClient;
import dev.dryberth.api.outgoing.FunctionEndpoints;
import dev.dryberth.api.outgoing.HttpFunctionInvoker;
import dev.dryberth.core.balancing.LambdaEvent;
import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;
import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetState;
import dev.dryberth.core.balancing.RouteTable.TargetType;
import dev.dryberth.core.function.FunctionInvoker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Lambda functions behind an application load balancer, with a server of functions on loopback. */
class FunctionTargetsTest {

    private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:hello";
    private static final String FINE =
            "{\"statusCode\":200,\"statusDescription\":\"200 Fine\",\"headers\":{\"Content-Type\":\"text/plain\",\"X-Made\":\"here\"},\"body\":\"hello\"}";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FunctionServer functions = server();
    private FunctionInvoker invoker =
            new HttpFunctionInvoker(FunctionEndpoints.none().with(functions.url()));

    @RegisterExtension
    final PlaneFixture fixture =
            new PlaneFixture(
                    PlaneFixture.limits(2, 1000), (arn, payload) -> invoker.invoke(arn, payload));

    private Tables tables = tables();

    private static FunctionServer server() {
        try {
            return new FunctionServer(FunctionServer.returning(FINE));
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private static Tables tables() {
        try {
            return new Tables("127.0.3.21");
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    @BeforeEach
    void forward() {
        publish(Map.of(), TargetState.UNAVAILABLE, Tables.NEVER_CHECKED);
    }

    private void publish(Map<String, String> attributes, TargetState state, HealthCheck check) {
        tables.groups.put(
                "tg",
                new TargetGroup(
                        "tg",
                        "tg",
                        TargetType.LAMBDA,
                        TargetProtocol.NONE,
                        ProtocolVersion.HTTP1,
                        check,
                        attributes,
                        List.of(new Target(FUNCTION, 0, null, state, null, null))));
        tables.defaultActions = List.of(Tables.forward(null, "tg", 1));
        fixture.publish(tables.table());
    }

    @AfterEach
    void stop() {
        functions.close();
    }

    private JsonNode event() throws IOException {
        return JSON.readTree(functions.calls().getLast().event());
    }

    private MinuteRing.Counts counted() {
        return fixture.plane.metrics().of("tg", "tg").total();
    }

    @Test
    void callsTheFunctionAndAnswersWhatItReturned() throws IOException {
        RawClient.Answer answer = fixture.get(tables, "/a/b?x=1", "X-Mine: yes");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.headers())
                .containsEntry("x-made", "here")
                .containsEntry("content-type", "text/plain")
                .containsEntry("server", "awselb/2.0")
                .containsKey("date");
        assertThat(functions.calls().getLast().target())
                .isEqualTo("POST /2015-03-31/functions/hello/invocations");
        JsonNode event = event();
        assertThat(event.at("/requestContext/elb/targetGroupArn").textValue()).isEqualTo("tg");
        assertThat(event.path("httpMethod").textValue()).isEqualTo("GET");
        assertThat(event.path("path").textValue()).isEqualTo("/a/b");
        assertThat(event.path("queryStringParameters").path("x").textValue()).isEqualTo("1");
        JsonNode headers = event.path("headers");
        assertThat(headers.path("host").textValue()).isEqualTo("shop.com");
        assertThat(headers.path("x-mine").textValue()).isEqualTo("yes");
        assertThat(headers.path("x-forwarded-for").textValue()).isEqualTo("127.0.0.1");
        assertThat(headers.path("x-forwarded-proto").textValue()).isEqualTo("http");
        assertThat(headers.path("x-forwarded-port").textValue())
                .isEqualTo(Integer.toString(tables.port));
        assertThat(headers.path("x-amzn-trace-id").textValue()).startsWith("Root=1-");
        assertThat(counted().byTarget(2)).isEqualTo(1);
        assertThat(counted().functionUserErrors()).isZero();
        assertThat(fixture.plane.metrics().of(Tables.BALANCER, "lb").total().functionBytes())
                .isEqualTo(functions.calls().getLast().event().length() + FINE.length());
    }

    @Test
    void servesOneRequestAfterTheOtherOnAConnection() throws IOException {
        try (RawClient client = fixture.client(tables)) {
            client.send(
                    """
                    POST /one HTTP/1.1\r
                    Host: a.b\r
                    Transfer-Encoding: chunked\r
                    Content-Type: text/plain\r
                    \r
                    3\r
                    abc\r
                    2\r
                    de\r
                    0\r
                    \r
                    GET /two HTTP/1.1\r
                    Host: a.b\r
                    \r
                    """);
            assertThat(client.read().body()).isEqualTo("hello");
            assertThat(client.read().body()).isEqualTo("hello");
            assertThat(JSON.readTree(functions.calls().getFirst().event()).path("body").textValue())
                    .isEqualTo("abcde");
            assertThat(
                            JSON.readTree(functions.calls().getFirst().event())
                                    .path("headers")
                                    .has("transfer-encoding"))
                    .isFalse();
            assertThat(event().path("path").textValue()).isEqualTo("/two");
            client.send("HEAD / HTTP/1.1\r\nHost: a.b\r\n\r\n");
            assertThat(client.readHeadersOnly()).isEqualTo("HTTP/1.1 200 Fine");
            client.send("GET /three HTTP/1.1\r\nHost: a.b\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void givesAndTakesAllValuesOfAHeaderWhereTheGroupSaysSo() throws IOException {
        publish(
                Map.of("lambda.multi_value_headers.enabled", "true"),
                TargetState.UNAVAILABLE,
                Tables.NEVER_CHECKED);
        functions.become(
                FunctionServer.returning(
                        "{\"statusCode\":204,\"multiValueHeaders\":{\"X-A\":[\"1\",\"2\"]},\"body\":\"dropped\"}"));

        RawClient.Answer answer = fixture.get(tables, "/?x=1&x=2", "A: 1", "A: 2");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("x-a")).isEqualTo("2");
        assertThat(answer.headers()).doesNotContainKey("content-length");
        assertThat(event().at("/multiValueHeaders/a").size()).isEqualTo(2);
        assertThat(event().at("/multiValueQueryStringParameters/x").size()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0} {1} {2}: {3} {4}")
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "200, Unhandled, `{\"errorMessage\":\"oops\"}`, 502, LambdaUnhandled",
                "200, Handled,   `{\"errorMessage\":\"oops\"}`, 502, LambdaUnhandled",
                "200, -,         `{\"status\":200}`,            502, LambdaInvalidResponse",
                "200, -,         `null`,                        502, LambdaInvalidResponse",
                "404, -,         `no such function`,            502, LambdaResourceNotFound",
                "403, -,         `no`,                          502, LambdaAccessDenied",
                "429, -,         `slowly`,                      502, LambdaThrottling",
                "500, -,         `broken`,                      502, LambdaServiceException"
            })
    void saysInStatusLogAndMetricsWhatWentWrong(
            int status, String error, String result, int expected, String reason)
            throws IOException {
        tables.attributes.put("access_logs.s3.enabled", "true");
        fixture.publish(tables.table());
        functions.become((exchange, event) -> {
            if (error.equals("-")) {
                FunctionServer.answer(exchange, status, result);
            } else {
                FunctionServer.answer(exchange, status, result, "X-Amz-Function-Error", error);
            }
        });

        RawClient.Answer answer = fixture.get(tables, "/");

        assertThat(answer.status()).isEqualTo(expected);
        assertThat(answer.body()).contains("<h1>" + expected);
        boolean internal = reason.equals("LambdaServiceException");
        assertThat(counted().functionInternalErrors()).isEqualTo(internal ? 1 : 0);
        assertThat(counted().functionUserErrors()).isEqualTo(internal ? 0 : 1);
        assertThat(counted().byTarget(2)).isZero();
        await().until(() -> Files.exists(fixture.directory.resolve("lb.log")));
        await().untilAsserted(() ->
                assertThat(Files.readString(fixture.directory.resolve("lb.log")))
                        .contains(" - 0.0")
                        .contains("\"forward\" \"-\" \"" + reason + "\" \"-\" \"-\" "));
    }

    @Test
    void answers502WhenNobodyRunsFunctions() throws IOException {
        invoker = FunctionInvoker.NONE;
        assertThat(fixture.get(tables, "/").status()).isEqualTo(502);

        invoker = new HttpFunctionInvoker(FunctionEndpoints.none().with(functions.url()));
        functions.close();
        assertThat(fixture.get(tables, "/").status()).isEqualTo(502);
        assertThat(counted().functionUserErrors()).isEqualTo(1);
        assertThat(counted().functionInternalErrors()).isEqualTo(1);
    }

    @Test
    void takesOneMegabyteOfBodyAndNoMore() throws IOException {
        int most = LambdaEvent.MAX_BODY_BYTES;
        String type = "Content-Type: text/plain\r\n";
        try (RawClient client = fixture.client(tables)) {
            assertThat(client.post("/", type, "x".repeat(most)).status()).isEqualTo(200);
            assertThat(event().path("body").textValue()).hasSize(most);
        }
        try (RawClient client = fixture.client(tables)) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a.b\r\nContent-Length: " + (most + 1) + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(413);
        }
        try (RawClient client = fixture.client(tables)) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a.b\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(most + 1)
                            + "\r\n"
                            + "x".repeat(most + 1)
                            + "\r\n0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(413);
        }
        assertThat(functions.calls()).hasSize(1);
        assertThat(counted().functionUserErrors()).isEqualTo(2);
        await().until(() -> fixture.plane.functionBytes().tryReserve(4 * 1024 * 1024));
    }

    @Test
    void holdsNoMoreBodiesThanItMay() throws IOException {
        assertThat(fixture.plane.functionBytes().tryReserve(4 * 1024 * 1024 - 2)).isTrue();
        try (RawClient client = fixture.client(tables)) {
            assertThat(client.post("/", "Content-Type: text/plain\r\n", "abc").status())
                    .isEqualTo(503);
        }
        try (RawClient client = fixture.client(tables)) {
            assertThat(client.post("/", "Content-Type: text/plain\r\n", "ab").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void refusesWhatAFunctionCannotTake() throws IOException {
        assertThat(fixture.get(tables, "/", "Connection: Upgrade", "Upgrade: websocket").status())
                .isEqualTo(400);
        try (RawClient client = fixture.client(tables)) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a.b\r\nContent-Length: 1\r\nContent-Type: text/plain\r\n\r\n");
            client.send(new byte[] {(byte) 0xFF});
            assertThat(client.read().status()).isEqualTo(400);
        }
        assertThat(functions.calls()).isEmpty();
    }

    /** How long a function may run is Lambda's to say, not the idle timeout's. */
    @Test
    void waitsForAFunctionLongerThanTheIdleTimeout() throws IOException {
        CompletableFuture<Boolean> answering = new CompletableFuture<>();
        functions.become((exchange, event) -> {
            answering.join();
            FunctionServer.answer(exchange, 200, FINE);
        });
        fixture.publish(tables, Map.of("idle_timeout.timeout_seconds", "1"));
        try (RawClient client = fixture.client(tables)) {
            client.send("GET / HTTP/1.1\r\nHost: a.b\r\n\r\n");
            await().until(() -> functions.calls().size() == 1);
            CompletableFuture.delayedExecutor(1500, java.util.concurrent.TimeUnit.MILLISECONDS)
                    .execute(() -> answering.complete(true));
            assertThat(client.read().status()).isEqualTo(200);
        }
    }

    @Test
    void failsWhatIsInFlightWhenTheFunctionIsDeregistered() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        functions.become((exchange, event) -> never.await());
        try (RawClient client = fixture.client(tables)) {
            client.send("GET / HTTP/1.1\r\nHost: a.b\r\n\r\n");
            await().until(() -> functions.calls().size() == 1);
            tables.group("tg", Map.of(), List.of());
            fixture.publish(tables.table());
            assertThat(client.read().status()).isEqualTo(502);
        }
        never.countDown();
    }

    @Test
    void dropsTheAnswerForAClientThatLeft() throws IOException {
        CompletableFuture<Boolean> answering = new CompletableFuture<>();
        functions.become((exchange, event) -> {
            answering.join();
            FunctionServer.answer(exchange, 200, FINE);
        });
        try (RawClient client = fixture.client(tables)) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a.b\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc");
            await().until(() -> functions.calls().size() == 1);
        }
        await().until(() -> fixture.plane.connectionCount() == 0);
        answering.complete(true);
        await().until(() -> fixture.plane.functionBytes().tryReserve(4 * 1024 * 1024));
    }

    @Test
    void servesClientsOverHttp2() throws Exception {
        tables.secure();
        fixture.publish(RouteTable.EMPTY);
        fixture.publish(tables.table());
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(Certificates.trusting()).build()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            java.net.URI.create(
                                                    "https://%s:%d/two"
                                                            .formatted(
                                                                    tables.address, tables.port)))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(event().path("body").textValue()).isEqualTo("{}");
            assertThat(event().at("/headers/x-forwarded-proto").textValue()).isEqualTo("https");
        }
    }

    private static HealthCheck check(Duration timeout) {
        return new HealthCheck(
                true,
                TargetProtocol.NONE,
                null,
                "/up",
                Duration.ofMillis(100),
                timeout,
                5,
                2,
                "200");
    }

    private ProbeResult probed() {
        fixture.probed.clear();
        publish(Map.of(), TargetState.INITIAL, check(Duration.ofSeconds(5)));
        await().until(() -> !fixture.probed.isEmpty());
        PlaneFixture.Probed first = fixture.probed.getFirst();
        assertThat(first.id()).isEqualTo(FUNCTION);
        publish(Map.of(), TargetState.UNUSED, Tables.NEVER_CHECKED);
        return first.result();
    }

    @Test
    void checksTheHealthOfAFunction() throws IOException {
        assertThat(probed()).isEqualTo(new ProbeResult.Passed());
        assertThat(event().path("headers").toString())
                .isEqualTo("{\"user-agent\":\"ELB-HealthChecker/2.0\"}");
        assertThat(event().path("path").textValue()).isEqualTo("/up");

        functions.become(FunctionServer.returning("{\"statusCode\":500}"));
        assertThat(probed()).isEqualTo(new ProbeResult.WrongCode("500"));

        functions.become(FunctionServer.returning("[]"));
        assertThat(probed()).isEqualTo(new ProbeResult.Failed());

        invoker = FunctionInvoker.NONE;
        assertThat(probed())
                .isEqualTo(
                        new ProbeResult.NotMade(
                                "there is nobody to call "
                                        + FUNCTION
                                        + ": make it here with CreateFunction, or start Dryberth with --delegate lambda=URL"));
    }

    @Test
    void givesUpAHealthCheckThatTakesTooLong() {
        functions.become((exchange, event) -> {
            new CountDownLatch(1).await();
        });
        publish(Map.of(), TargetState.INITIAL, check(Duration.ofMillis(500)));

        await().until(() -> !fixture.probed.isEmpty());
        assertThat(fixture.probed.getFirst().result()).isEqualTo(new ProbeResult.TimedOut());
    }
}
