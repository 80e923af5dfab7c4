package dev.dryberth.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.zip.GZIPOutputStream;

@ExtendWith(NoLeaks.class)
class HttpServerTest {

    private static final int MIB = 1024 * 1024;

    private HttpServer server;
    private volatile HttpHandler handler = HttpServerTest::echo;

    @BeforeEach
    void start() throws IOException {
        server =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        HttpLimits.DEFAULT,
                        new LateBound());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Lets each test say who answers. */
    private final class LateBound implements HttpHandler {
        @Override
        public CompletionStage<Response> handle(Request request) {
            return handler.handle(request);
        }

        @Override
        public @Nullable Response refusal(Request head) {
            return handler.refusal(head);
        }
    }

    /** Method, path, query and the body's length and first bytes. */
    private static CompletionStage<Response> echo(Request request) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        return CompletableFuture.completedStage(
                Response.text(
                        200,
                        "%s %s %s %d %s"
                                .formatted(
                                        request.method(),
                                        request.path(),
                                        request.query(),
                                        request.body().length,
                                        body.substring(0, Math.min(20, body.length())))));
    }

    private RawClient client() throws IOException {
        return new RawClient(server.address());
    }

    @Test
    void keepsTheConnectionForManyRequests() throws IOException {
        try (RawClient client = client()) {
            for (int i = 0; i < 50; i++) {
                assertThat(client.post("/a?b=c", "", "body" + i).body())
                        .isEqualTo("POST /a b=c %d body%d\n".formatted(i < 10 ? 5 : 6, i));
            }
        }
    }

    @Test
    void addsLengthDateAndConnection() throws IOException {
        try (RawClient client = client()) {
            RawClient.Answer answer = client.post("/", "", "");
            assertThat(answer.header("date"))
                    .matches("\\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT");
            assertThat(answer.header("content-length"))
                    .isEqualTo(String.valueOf(answer.body().length()));
            assertThat(answer.header("connection")).isEqualTo("keep-alive");
        }
    }

    @Test
    void formatsTheDateAsHttpDoes() {
        assertThat(HttpDate.format(784_111_777)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void closesWhenTheClientSaysSo() throws IOException {
        try (RawClient client = client()) {
            assertThat(client.post("/", "Connection: close\r\n", "").header("connection"))
                    .isEqualTo("close");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void speaksHttp10() throws IOException {
        try (RawClient client = client()) {
            client.sendHead("GET /old HTTP/1.0");
            assertThat(client.read().body()).startsWith("GET /old");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void takesChunkedBodiesInPieces() throws IOException {
        try (RawClient client = client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
            client.send("lo\r\n1;ext=1\r\n!\r");
            client.sendHead("\n0", "Trailer: x");
            assertThat(client.read().body()).isEqualTo("POST / null 6 hello!\n");
        }
    }

    @Test
    void inflatesGzip() throws IOException {
        byte[] gzip = gzip("x".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        try (RawClient client = client()) {
            sendGzip(client, gzip);
            assertThat(client.read().body()).startsWith("POST / null 100000 xxx");
        }
    }

    @Test
    void refusesAGzipBomb() throws IOException {
        byte[] bomb = gzip(new byte[40 * MIB]);
        assertThat(bomb.length).isLessThan(MIB);
        try (RawClient client = client()) {
            sendGzip(client, bomb);
            assertThat(client.read().status()).isEqualTo(413);
        }
        assertThat(server.bodyBudget().heldBytes()).isZero();
    }

    @Test
    void refusesGzipThatIsNone() throws IOException {
        try (RawClient client = client()) {
            sendGzip(client, "plain".getBytes(StandardCharsets.UTF_8));
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("gzip");
        }
    }

    private static void sendGzip(RawClient client, byte[] body) throws IOException {
        client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
                        .formatted(body.length));
        client.send(body);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        }
        return bytes.toByteArray();
    }

    @Test
    void tellsAWaitingClientToContinue() throws IOException {
        try (RawClient client = client()) {
            client.sendHead(
                    "POST / HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 2");
            assertThat(client.read().status()).isEqualTo(100);
            client.send("ok");
            assertThat(client.read().body()).isEqualTo("POST / null 2 ok\n");
            assertThat(client.post("/next", "", "").status()).isEqualTo(200);
        }
    }

    @Test
    void asksTheHandlerBeforeItTellsAClientToContinue() throws IOException {
        handler =
                new HttpHandler() {
                    @Override
                    public CompletionStage<Response> handle(Request request) {
                        return echo(request);
                    }

                    @Override
                    public Response refusal(Request head) {
                        return Response.text(403, head.path());
                    }
                };
        try (RawClient client = client()) {
            client.sendHead(
                    "POST /no HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 2");
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo("/no\n");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void refusesATooLargeBodyBeforeItIsSent() throws IOException {
        try (RawClient client = client()) {
            client.sendHead(
                    "POST / HTTP/1.1",
                    "Host: a",
                    "Expect: 100-continue",
                    "Content-Length: 1073741824");
            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body())
                    .isEqualTo("The body is too large (expected: <= 2097152 bytes).\n");
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    /** Clients such as boto3 send all before they look for an answer: it must not be lost. */
    @Test
    void answersAClientThatSends100MiBWhateverWeSay() throws IOException {
        byte[] piece = new byte[MIB];
        try (RawClient client = client()) {
            client.send(
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
                            .formatted(100 * MIB));
            for (int i = 0; i < 100; i++) {
                client.send(piece);
            }
            assertThat(client.read().status()).isEqualTo(413);
        }
        assertThat(server.bodyBudget().heldBytes()).isZero();
    }

    @Test
    void refusesAnEndlessChunkedBodyAtTheLimit() throws IOException {
        byte[] piece = new byte[MIB];
        try (RawClient client = client()) {
            client.sendHead("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked");
            for (int i = 0; i < 20; i++) {
                client.send("100000\r\n").send(piece).send("\r\n");
            }
            assertThat(client.read().status()).isEqualTo(413);
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws IOException {
        CompletableFuture<Response> first = new CompletableFuture<>();
        handler = request -> request.path().equals("/0") ? first : echo(request);
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 1500; i++) {
            requests.append("GET /%d HTTP/1.1\r\nHost: a\r\n\r\n".formatted(i));
        }
        try (RawClient client = client()) {
            client.send(requests.toString());
            first.complete(Response.text(200, "first"));
            assertThat(client.read().body()).isEqualTo("first\n");
            for (int i = 1; i < 1500; i++) {
                assertThat(client.read().body()).startsWith("GET /%d ".formatted(i));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GARBAGE                                              | 400",
                "GET / HTTP/1.1\\r\\nHost a                            | 400",
                "GET / HTTP/1.1\\r\\nX: y                              | 400",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: b              | 400",
                "GET / HTTP/1.1\\r\\nHost: a\\r\\nA\\u0000b: c         | 400",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: -1  | 400",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1x  | 400",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip | 400",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: gzip, chunked | 501",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Encoding: br | 415",
                "POST / HTTP/1.1\\r\\nHost: a\\r\\nExpect: a-miracle   | 417",
                "PRI * HTTP/2.0                                       | 505"
            })
    void refusesWhatIsNoProperRequest(String head, int status) throws IOException {
        try (RawClient client = client()) {
            client.send(
                    head.strip().replace("\\r\\n", "\r\n").replace("\\u0000", "\u0000")
                            + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(status);
            assertThat(client.isAtEnd()).isTrue();
        }
    }

    @Test
    void refusesBytesThatAreNotEvenText() throws IOException {
        byte[] noise = new byte[1000];
        new Random(7).nextBytes(noise);
        try (RawClient client = client()) {
            client.send(noise).send("\r\n\r\n");
            assertThat(client.read().status()).isBetween(400, 505);
        } catch (SocketException reset) {
            assertThat(server.address()).isNotNull();
        }
        try (RawClient client = client()) {
            assertThat(client.post("/", "", "").status()).isEqualTo(200);
        }
    }

    @Test
    void refusesTooLongLinesAndHeaders() throws IOException {
        try (RawClient client = client()) {
            client.send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(414);
        }
        try (RawClient client = client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(70_000) + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(431);
        }
    }

    @Test
    void readsTheTargetInAbsoluteForm() throws IOException {
        handler =
                request ->
                        CompletableFuture.completedStage(
                                Response.text(
                                        200,
                                        request.host()
                                                + " "
                                                + request.path()
                                                + " "
                                                + request.query()));
        try (RawClient client = client()) {
            client.sendHead("GET http://evil.example:80/a?b HTTP/1.1", "Host: localhost");
            assertThat(client.read().body()).isEqualTo("evil.example:80 /a b\n");
        }
    }

    @Test
    void answers500WhenTheHandlerFailsAndServesOn() throws IOException {
        handler =
                request -> {
                    if (request.path().equals("/throws")) {
                        throw new IllegalStateException("thrown for the test");
                    }
                    return request.path().equals("/fails")
                            ? CompletableFuture.failedStage(
                                    new IllegalStateException("failed for the test"))
                            : echo(request);
                };
        try (RawClient client = client()) {
            assertThat(client.post("/throws", "", "").status()).isEqualTo(500);
            assertThat(client.post("/fails", "", "").status()).isEqualTo(500);
            assertThat(client.post("/works", "", "").status()).isEqualTo(200);
        }
    }

    @Test
    void sendsNoBodyForHead() throws IOException {
        try (RawClient client = client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET /after HTTP/1.1\r\nHost: a\r\n\r\n");
            String both = client.readHeadersOnly();
            assertThat(both).startsWith("HTTP/1.1 200");
            assertThat(client.read().body()).startsWith("GET /after");
        }
    }

    @Test
    void takesAnswersFromOtherThreads() throws IOException {
        handler = request -> CompletableFuture.supplyAsync(() -> Response.text(200, "elsewhere"));
        try (RawClient client = client()) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.post("/", "", "x").body()).isEqualTo("elsewhere\n");
            }
        }
    }
}
