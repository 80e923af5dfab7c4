package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dryberth.core.balancing.RouteTable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** What clients over HTTP/2, and the targets of their requests, may do wrong. */
class Http2AbuseTest {

    private static final int PROTOCOL_ERROR = -1;
    private static final int INTERNAL_ERROR = -2;
    private static final int REFUSED_STREAM = -7;
    private static final int ENHANCE_YOUR_CALM = 11;

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    private Tables to(Map<String, String> attributes, Origin... origins) throws IOException {
        return fixture.publish(Tables.forwardingTo("127.0.3.11", origins).secure(), attributes);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                ":method=GET;:scheme=https;:path=/;:authority=a;transfer-encoding=chunked  | -1",
                ":method=GET;:scheme=https;:path=/;:authority=a;connection=keep-alive      | -1",
                ":method=GET;:scheme=https;:path=/;:authority=a;te=gzip                    | -1",
                ":method=GET;:scheme=https;:path=/;:authority=a;Upper=x                    | -1",
                ":method=GET;:scheme=https;:path=/;:authority=a;content-length=5           | -1",
                ":method=GET;:scheme=https;:path=/;:authority=a;content-length=0;content-length=1 | -1",
                ":method=GET;:scheme=https;:path=/;:authority=a;host=b                     | -1",
                ":method=GET;:scheme=https;:path=/;:authority=a;x=1%0D%0Ay: 2              | -1",
                ":method=GET;:scheme=https;:path=/;x=1;:authority=a                        | -1",
                ":method=GET;:method=PUT;:scheme=https;:path=/;:authority=a                | -1",
                ":method=GET;:scheme=https;:authority=a                                    | -1",
                ":method=GET / HTTP/1.1%0D%0Ax: ;:scheme=https;:path=/;:authority=a        | -1",
                ":method=GET;:scheme=https;:path=/ HTTP/1.1%0D%0Ax: y;:authority=a         | -1",
                ":method=GET;:scheme=https;:path=/a b;:authority=a                         | -1",
                ":method=GET;:scheme=https;:path=/;:authority=a b                          | 400",
                ":method=GET;:scheme=https;:path=/                                         | 400",
                ":method=GET;:scheme=https;:path=nonsense;:authority=a                     | 400",
                "x=1                                                                       | -1",
                ":method=TRACE;:scheme=https;:path=/;:authority=a                          | 405",
                ":method=CONNECT;:authority=a                                              | 400"
            })
    void refusesWhatIsMalformedOrCouldBeSmuggled(String head, int outcome) throws Exception {
        try (Origin origin = Origin.named("reached")) {
            Tables tables = to(Map.of(), origin);
            String[] headers =
                    Arrays.stream(head.strip().split(";", -1))
                            .flatMap(each -> Arrays.stream(each.split("=", 2)))
                            .map(each -> each.replace("%0D%0A", "\r\n"))
                            .toArray(String[]::new);
            try (RawHttp2 client = new RawHttp2(tables)) {
                client.send(
                        RawHttp2.HEADERS,
                        RawHttp2.END_STREAM | RawHttp2.END_HEADERS,
                        1,
                        RawHttp2.block(headers));
                assertThat(client.outcome(1)).isEqualTo(outcome);
                assertThat(origin.requests()).isEmpty();
                assertThat(client.get(3, "/").outcome(3)).isEqualTo(200);
            }
        }
    }

    @Test
    void letsNoBodyGrowBeyondTheLengthItNamed() throws Exception {
        try (Origin origin = Origin.echo()) {
            Tables tables = to(Map.of(), origin);
            try (RawHttp2 client = new RawHttp2(tables)) {
                post(client, 1, "content-length", "3");
                client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 1, "GET /smuggled".getBytes(UTF_8));
                assertThat(client.outcome(1)).isEqualTo(PROTOCOL_ERROR);
                assertThat(client.get(3, "/").outcome(3)).isEqualTo(200);
                assertThat(origin.requests()).extracting(Origin.Request::path).containsOnly("/");
            }
        }
    }

    private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;

    private static void post(RawHttp2 client, int stream, String... more) throws IOException {
        String[] headers = Arrays.copyOf(HEAD, HEAD.length + more.length);
        System.arraycopy(more, 0, headers, HEAD.length, more.length);
        client.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.block(headers));
    }

    private static final String[] HEAD = {
        ":method", "POST", ":scheme", "https", ":path", "/", ":authority", "shop.com"
    };

    @Test
    void refusesHeadersThatAreTooLong() throws Exception {
        try (Origin origin = Origin.named("x")) {
            Tables tables = to(Map.of(), origin);
            String long15 = "a".repeat(15_000);
            String long17 = "a".repeat(17 * 1024);
            try (RawHttp2 client = new RawHttp2(tables)) {
                headers(client, 1, "x", long15);
                assertThat(client.outcome(1)).isEqualTo(200);
                headers(client, 3, "x", long17);
                assertThat(client.outcome(3)).isEqualTo(400);
                headers(client, 5, "a", long15, "b", long15, "c", long15, "d", long15, "e", long15);
                assertThat(client.outcome(5)).isEqualTo(400);
                send(
                        client,
                        7,
                        ":method",
                        "GET",
                        ":scheme",
                        "https",
                        ":path",
                        "/" + long17,
                        ":authority",
                        "a");
                assertThat(client.outcome(7)).isEqualTo(414);
            }
            try (RawHttp2 client = new RawHttp2(tables)) {
                for (int i = 0; i < 12; i++) {
                    client.send(
                            i == 0 ? RawHttp2.HEADERS : RawHttp2.CONTINUATION,
                            0,
                            1,
                            RawHttp2.block("x" + i, long15));
                }
                assertThat(client.ends()).isTrue();
            } catch (IOException closed) {
                assertThat(origin.requests()).hasSize(1);
            }
            assertThat(origin.requests()).hasSize(1);
        }
    }

    private static void headers(RawHttp2 client, int stream, String... more) throws IOException {
        String[] headers = Arrays.copyOf(HEAD, HEAD.length + more.length);
        System.arraycopy(more, 0, headers, HEAD.length, more.length);
        send(client, stream, headers);
    }

    /** In frames of at most 16 KiB, as nobody has agreed on more. */
    private static void send(RawHttp2 client, int stream, String... headers) throws IOException {
        byte[] block = RawHttp2.block(headers);
        int at = 0;
        while (at < block.length) {
            int end = Math.min(block.length, at + 16 * 1024);
            client.send(
                    at == 0 ? RawHttp2.HEADERS : RawHttp2.CONTINUATION,
                    (at == 0 ? RawHttp2.END_STREAM : 0)
                            | (end == block.length ? RawHttp2.END_HEADERS : 0),
                    stream,
                    Arrays.copyOfRange(block, at, end));
            at = end;
        }
    }

    @Test
    void endsFloods() throws Exception {
        try (Origin origin = Origin.named("x")) {
            Tables tables = to(Map.of(), origin);
            try (RawHttp2 resets = new RawHttp2(tables)) {
                assertThat(goodbye(resets, this::resetAtOnce)).isEqualTo(ENHANCE_YOUR_CALM);
            }
            try (RawHttp2 continuations = new RawHttp2(tables)) {
                continuations.send(RawHttp2.HEADERS, 0, 1, RawHttp2.block(HEAD));
                assertThat(
                                goodbye(
                                        continuations,
                                        (client, i) ->
                                                client.send(
                                                        RawHttp2.CONTINUATION, 0, 1, new byte[0])))
                        .isEqualTo(ENHANCE_YOUR_CALM);
            }
            try (RawHttp2 empties = new RawHttp2(tables)) {
                post(empties, 1);
                assertThat(
                                goodbye(
                                        empties,
                                        (client, i) ->
                                                client.send(RawHttp2.DATA, 0, 1, new byte[0])))
                        .isEqualTo(ENHANCE_YOUR_CALM);
            }
            try (RawHttp2 client = new RawHttp2(tables)) {
                assertThat(client.get(1, "/").outcome(1)).isEqualTo(200);
            }
        }
    }

    private void resetAtOnce(RawHttp2 client, int i) throws IOException {
        client.get(2 * i + 1, "/").sendNumber(RawHttp2.RESET, 2 * i + 1, 8);
    }

    private interface Flood {
        void send(RawHttp2 client, int i) throws IOException;
    }

    /** Goes on until told to go away; the code that was given. */
    private static int goodbye(RawHttp2 client, Flood flood) throws IOException {
        try {
            for (int i = 0; i < 1000; i++) {
                flood.send(client, i);
            }
        } catch (IOException closed) {
            // Said and done while we were still sending.
        }
        return client.await(RawHttp2.GOAWAY).number(4);
    }

    @Test
    void takes128StreamsAndNoMore() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    finish.await();
                    return Origin.text(out, 200, "done");
                })) {
            Tables tables = to(Map.of(), origin);
            try (RawHttp2 client = new RawHttp2(tables)) {
                for (int i = 0; i < 128; i++) {
                    client.get(2 * i + 1, "/");
                }
                post(client, 257);
                client.send(RawHttp2.DATA, RawHttp2.END_STREAM, 257, "body".getBytes(UTF_8));
                assertThat(client.outcome(257)).isEqualTo(REFUSED_STREAM);
                finish.countDown();
                assertThat(client.outcome(255)).isEqualTo(200);
                assertThat(client.get(259, "/").outcome(259)).isEqualTo(200);
            }
        }
    }

    @Test
    void waitsForNobodyLongerThanTheIdleTimeout() throws Exception {
        try (Origin origin = Origin.echo()) {
            Tables tables = to(Map.of("idle_timeout.timeout_seconds", "1"), origin);
            try (RawHttp2 head = new RawHttp2(tables);
                    RawHttp2 body = new RawHttp2(tables);
                    RawHttp2 silent = new RawHttp2(tables)) {
                head.send(RawHttp2.HEADERS, 0, 1, RawHttp2.block(HEAD));
                post(body, 1, "content-length", "10");
                body.send(RawHttp2.DATA, 0, 1, "half".getBytes(UTF_8));
                assertThat(body.outcome(1)).isEqualTo(408);
                assertThat(head.ends()).isTrue();
                assertThat(silent.ends()).isTrue();
            }
        }
    }

    @Test
    void resetsTheStreamWhoseTargetResetsInTheMiddle() throws Exception {
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    Origin.raw(out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
                    return false;
                })) {
            Tables tables = to(Map.of(), origin);
            try (RawHttp2 client = new RawHttp2(tables)) {
                assertThat(client.get(1, "/").outcome(1)).isEqualTo(200);
                assertThat(client.await(RawHttp2.RESET).number(0)).isEqualTo(-INTERNAL_ERROR);
                assertThat(client.get(3, "/").outcome(3)).isEqualTo(200);
            }
        }
    }

    @Test
    void letsTheTargetGoWhenTheClientResets() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    never.await();
                    return false;
                })) {
            Tables tables = to(Map.of("access_logs.s3.enabled", "true"), origin);
            try (RawHttp2 client = new RawHttp2(tables)) {
                client.get(1, "/");
                await().until(() -> origin.requests().size() == 1);
                client.sendNumber(RawHttp2.RESET, 1, 8);
                Path log = fixture.directory.resolve("lb.log");
                await().until(() -> Files.exists(log) && Files.readString(log).contains(" 460 - "));
            }
            never.countDown();
        }
    }

    /** One stream takes nothing, and its target must wait; the next one has it all the same. */
    @Test
    void holdsATargetBackWhoseStreamTakesNoMoreButNotTheOthers() throws Exception {
        AtomicLong written = new AtomicLong();
        try (Origin origin =
                new Origin((request, out, socket) ->
                        request.path().equals("/small")
                                ? Origin.text(out, 200, "small")
                                : Origin.halfAGigabyte(out, written))) {
            Tables tables = to(Map.of(), origin);
            // Streams begin with a window of 1000 bytes.
            try (RawHttp2 client = new RawHttp2(tables, "4=1000")) {
                assertThat(client.get(1, "/large").outcome(1)).isEqualTo(200);
                await().until(() -> written.get() > 0);
                await().during(Duration.ofMillis(300))
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> written.get() < 60_000_000);
                assertThat(client.get(3, "/small").outcome(3)).isEqualTo(200);
                assertThat(client.body(3)).isEqualTo("small");
            }
        }
    }

    @Test
    void holdsAClientBackWhoseTargetTakesNoMore() throws Exception {
        try (java.net.ServerSocket deaf =
                new java.net.ServerSocket(0, 10, java.net.InetAddress.ofLiteral("127.0.0.1"))) {
            deaf.setReceiveBufferSize(16 * 1024);
            Tables tables = Tables.forwardingTo("127.0.3.11").secure();
            tables.attributes.put("access_logs.s3.enabled", "true");
            tables.group(
                    "tg",
                    Map.of(),
                    java.util.List.of(
                            Tables.target(deaf.getLocalPort(), RouteTable.TargetState.HEALTHY)));
            fixture.publish(tables.table());
            try (RawHttp2 client = new RawHttp2(tables)) {
                post(client, 1);
                int sent = sendWhileAllowed(client);
                assertThat(sent).isLessThan(20_000_000);
                client.sendNumber(RawHttp2.RESET, 1, 8);
                Path log = fixture.directory.resolve("lb.log");
                await().until(() -> Files.exists(log) && Files.readString(log).contains(" 460 - "));
            }
        }
    }

    /** Sends as much as windows allow; how much that was when no more window came for a while. */
    private static int sendWhileAllowed(RawHttp2 client) throws IOException {
        int sent = 0;
        int window = 65_535;
        byte[] block = new byte[8 * 1024];
        client.timeOutAfter(Duration.ofMillis(500));
        try {
            while (sent < 50_000_000) {
                while (window >= block.length) {
                    client.send(RawHttp2.DATA, 0, 1, block);
                    sent += block.length;
                    window -= block.length;
                }
                RawHttp2.Frame frame = client.await(RawHttp2.WINDOW_UPDATE);
                window += frame.stream() == 1 ? frame.number(0) : 0;
            }
        } catch (java.net.SocketTimeoutException noMore) {
            return sent;
        }
        return sent;
    }

    @Test
    void saysGoodbyeAndFinishesWhatIsInHandWhenItsListenerGoes() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        try (Origin origin =
                new Origin((request, out, socket) -> {
                    finish.await();
                    return Origin.text(out, 200, "finished");
                })) {
            Tables tables = to(Map.of(), origin);
            try (RawHttp2 client = new RawHttp2(tables)) {
                client.get(1, "/");
                await().until(() -> origin.requests().size() == 1);
                fixture.publish(RouteTable.EMPTY);
                assertThat(client.await(RawHttp2.GOAWAY).number(0)).isEqualTo(Integer.MAX_VALUE);
                assertThat(client.await(RawHttp2.GOAWAY).number(0)).isEqualTo(1);
                finish.countDown();
                assertThat(client.outcome(1)).isEqualTo(200);
                assertThat(client.body(1)).isEqualTo("finished");
                assertThat(client.ends()).isTrue();
            }
        }
    }
}
