package dev.dryberth.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;

import dev.dryberth.cli.acceptance.DaemonUnderTest;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Clients that are broken or mean no good. Each gets a clear answer, and the daemon serves others
 * meanwhile and afterwards, in the memory it is given.
 */
// It waits more than it works: best beside those that keep the engine busy. The thread that hands
// the classes out takes the last for itself.
@Order(Integer.MAX_VALUE)
class BadInputIT {

    private static final int MIB = 1024 * 1024;
    private static final String HOST = "localhost";

    /** The heap's ceiling of 512 MiB, and what a JVM needs beside it. */
    private static final int MOST_MEMORY_MIB = 720;

    private static final int HALF_OPEN = 10_000;
    private static final int CLUSTERS = 3000;
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(15);

    private static DaemonUnderTest daemon;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.229.0.0/16");
        System.out.println("BadInputIT: " + memoryMiB() + " MiB at first");
    }

    @AfterAll
    static void close() {
        daemon.close();
    }

    @AfterEach
    void theDaemonServesOnInBoundedMemory() {
        assertThat(daemon.ecs().listClusters().sdkHttpResponse().isSuccessful()).isTrue();
        assertThat(daemon.page("/_dryberth/health").path("ready").asBoolean()).isTrue();
        assertThat(memoryMiB()).as("MiB of the daemon").isLessThan(MOST_MEMORY_MIB);
    }

    /** The daemon's share of the machine's memory, as the kernel counts it. */
    private static int memoryMiB() {
        try {
            for (String line :
                    Files.readAllLines(Path.of("/proc/" + daemon.pid() + "/smaps_rollup"))) {
                if (line.startsWith("Pss:")) {
                    return Integer.parseInt(line.replaceAll("\\D", "")) / 1024;
                }
            }
            throw new IllegalStateException("the kernel shows no Pss");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static RawHttp.Answer call(String operation, String body) throws IOException {
        return call(operation, body.getBytes(StandardCharsets.UTF_8));
    }

    private static RawHttp.Answer call(String operation, byte[] body, String... headers)
            throws IOException {
        return exchange(RawHttp.head(operation, HOST, body.length, headers), body);
    }

    private static RawHttp.Answer exchange(String head, byte[] body) throws IOException {
        try (RawHttp connection = new RawHttp(daemon.endpoint())) {
            connection.send(head);
            connection.send(body);
            return connection.read();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"clusterName\":\"a",
                "{\"clusterName\":",
                "{",
                "[]",
                "null",
                "\"text\"",
                "{\"clusterName\":\"a\"} more",
                "{\"clusterName\":\"a\u0000b\"}",
                "\u0001\u0002\u0003"
            })
    void saysThatABodyIsNoJsonObject(String body) throws IOException {
        RawHttp.Answer answer = call("CreateCluster", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"__type\":\"SerializationException\"", "Message");
    }

    /** One case for each kind of member and each kind of wrong value. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CreateCluster          | {'clusterName':5}                         | NUMBER_VALUE cannot be converted to String",
                "CreateCluster          | {'clusterName':true}                      | TRUE_VALUE cannot be converted to String",
                "CreateCluster          | {'clusterName':{}}                        | Start of structure or map found where not expected",
                "CreateCluster          | {'clusterName':[]}                        | Start of list found where not expected",
                "RunTask                | {'count':'1'}                             | STRING_VALUE cannot be converted to Integer",
                "RunTask                | {'count':99999999999999999999}            | NUMBER_VALUE cannot be converted to Integer",
                "RunTask                | {'enableExecuteCommand':'yes'}            | STRING_VALUE cannot be converted to Boolean",
                "RunTask                | {'enableExecuteCommand':1}                | NUMBER_VALUE cannot be converted to Boolean",
                "CreateCluster          | {'tags':'x'}                              | Expected list or null",
                "CreateCluster          | {'tags':{}}                               | Start of structure or map found where not expected",
                "CreateCluster          | {'tags':[5]}                              | Expected structure or null",
                "CreateCluster          | {'configuration':'x'}                     | Expected structure or null",
                "CreateCluster          | {'configuration':[]}                      | Start of list found where not expected",
                "RegisterTaskDefinition | {'containerDefinitions':[{'dockerLabels':[]}]}      | Start of list found where not expected",
                "RegisterTaskDefinition | {'containerDefinitions':[{'dockerLabels':{'a':5}}]} | NUMBER_VALUE cannot be converted to String"
            })
    void saysWhichTypeIsWrong(String operation, String body, String message) throws IOException {
        RawHttp.Answer answer = call(operation, body.replace('\'', '"'));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("SerializationException", message);
    }

    @Test
    void ignoresMembersItDoesNotKnow() throws IOException {
        String body = "{\"clusterName\":\"known\",\"unknown\":{\"a\":[1,{\"b\":null}]}}";

        assertThat(call("CreateCluster", body).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000\\u0001", "\\ud800", "é", "a b", "../../etc"})
    void refusesNamesThatAreNone(String name) throws IOException {
        assertThat(call("CreateCluster", "{\"clusterName\":\"" + name + "\"}"))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(400))
                .satisfies(
                        answer -> assertThat(answer.body()).contains("InvalidParameterException"));
        RawHttp.Answer answer = call("RegisterTaskDefinition", "{\"family\":\"" + name + "\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("\"__type\":\"ClientException\"");
    }

    @Test
    void refusesBytesThatAreNoText() throws IOException {
        byte[] body = "{\"clusterName\":\"??\"}".getBytes(StandardCharsets.US_ASCII);
        body[16] = (byte) 0xFF;
        body[17] = (byte) 0xFE;

        assertThat(call("CreateCluster", body).status()).isEqualTo(400);
    }

    static Stream<String> monsters() {
        return Stream.of(
                "{\"x\":" + "[".repeat(400_000) + "]".repeat(400_000) + "}",
                "{\"x\":" + "{\"a\":".repeat(200_000) + "1" + "}".repeat(200_001),
                "{\"tags\":" + "[".repeat(400_000),
                "{\"clusterName\":\"" + "x".repeat(1_000_000) + "\"}",
                "{\"tags\":[" + "{},".repeat(600_000) + "{}]}");
    }

    @ParameterizedTest
    @MethodSource("monsters")
    void refusesMonstersInFewWords(String body) throws IOException {
        RawHttp.Answer answer = call("CreateCluster", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("__type").hasSizeLessThan(5000);
    }

    @Test
    void refusesHeadsThatAreTooLargeOrNoHttp() throws IOException {
        byte[] none = {};
        assertThat(exchange(RawHttp.head("X", HOST, 0, "X-A: " + "a".repeat(200_000)), none))
                .extracting(RawHttp.Answer::status)
                .isEqualTo(431);
        assertThat(exchange("GET /" + "a".repeat(200_000) + " HTTP/1.1\r\n\r\n", none).status())
                .isEqualTo(414);
        assertThat(exchange("\u0016\u0003\u0001 what is this\r\n\r\n", none).status())
                .isEqualTo(400);
        assertThat(exchange(RawHttp.head("ListClusters", HOST, -5), none).status()).isEqualTo(400);
    }

    @Test
    void refusesBodiesThatAreTooLarge() throws IOException {
        byte[] none = {};
        assertThat(exchange(RawHttp.head("ListClusters", HOST, 1L << 30), none))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(413))
                .satisfies(answer -> assertThat(answer.body()).contains("too large"));
        assertThat(call("CreateCluster", new byte[100 * MIB]).status()).isEqualTo(413);
        try (RawHttp chunked = new RawHttp(daemon.endpoint())) {
            chunked.send(RawHttp.chunkedHead("CreateCluster"));
            byte[] chunk =
                    ("100000\r\n" + " ".repeat(MIB) + "\r\n").getBytes(StandardCharsets.UTF_8);
            sendAsMuchAsIsTaken(chunked, chunk, 100);
            assertThat(chunked.read().status()).isEqualTo(413);
        }
        assertThat(call("ListClusters", gzipped(512), "Content-Encoding: gzip").status())
                .isEqualTo(413);
        assertThat(call("ListClusters", new byte[10], "Content-Encoding: gzip").status())
                .isEqualTo(400);
    }

    private static void sendAsMuchAsIsTaken(RawHttp connection, byte[] chunk, int times) {
        try {
            for (int i = 0; i < times; i++) {
                connection.send(chunk);
            }
        } catch (IOException hungUp) {
            // The server need not take what it has refused.
            return;
        }
    }

    private static byte[] gzipped(int zeroesMiB) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            for (int i = 0; i < zeroesMiB; i++) {
                gzip.write(new byte[MIB]);
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void refusesPagesOfOtherSites() throws IOException {
        for (String host : List.of("evil.example", "127.0.0.1.evil.example", "localhost@evil")) {
            RawHttp.Answer answer = exchange(RawHttp.head("ListClusters", host, 0), new byte[0]);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).contains("is not allowed");
        }
        for (String origin : List.of("http://evil.example", "null")) {
            assertThat(call("ListClusters", new byte[0], "Origin: " + origin).status())
                    .isEqualTo(403);
        }
        try (RawHttp reset = new RawHttp(daemon.endpoint())) {
            reset.send("POST /_dryberth/reset HTTP/1.1\r\nHost: evil.example\r\n\r\n");
            assertThat(reset.read().status()).isEqualTo(403);
        }
    }

    /** The largest bodies there may be, many at once, each as costly to read as it can be made. */
    @Test
    void manyOfTheWorstBodiesAtOnceDoNotTakeAllMemory() throws Exception {
        String containers = "{\"name\":\"a\"},".repeat(2 * MIB / 13 - 10);
        byte[] worst =
                ("{\"containerDefinitions\":[" + containers + "{}]}")
                        .getBytes(StandardCharsets.UTF_8);
        byte[] longest = new byte[2 * MIB];
        Arrays.fill(longest, (byte) 'x');
        System.arraycopy("{\"clusterName\":\"".getBytes(StandardCharsets.UTF_8), 0, longest, 0, 16);
        longest[longest.length - 2] = '"';
        longest[longest.length - 1] = '}';

        Map<Integer, Integer> statuses = new TreeMap<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(32)) {
            List<Callable<RawHttp.Answer>> calls = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                calls.add(() -> call("RegisterTaskDefinition", worst));
                calls.add(() -> call("CreateCluster", longest));
            }
            for (Future<RawHttp.Answer> each : clients.invokeAll(calls)) {
                statuses.merge(each.get().status(), 1, Integer::sum);
            }
        }

        System.out.println("BadInputIT: large bodies " + statuses + ", " + memoryMiB() + " MiB");
        assertThat(statuses.keySet()).isSubsetOf(400, 408, 413, 503).contains(400);
    }

    /** Most say nothing at all, some begin a request; all of them stay. */
    @Test
    void tenThousandHalfOpenConnectionsKeepNobodyOut() throws Exception {
        assertThat(openFilesLimit())
                .as("open files this test may have (ulimit -n)")
                .isGreaterThan(HALF_OPEN + 1000);
        List<RawHttp> halfOpen = new ArrayList<>();
        try (ExecutorService others = Executors.newSingleThreadExecutor()) {
            Future<Duration> slowest = others.submit(() -> slowestAnswerUntil(halfOpen));
            for (int i = 0; i < HALF_OPEN; i++) {
                RawHttp connection = new RawHttp(daemon.endpoint());
                if (i % 2 == 0) {
                    connection.send("POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz");
                }
                synchronized (halfOpen) {
                    halfOpen.add(connection);
                }
            }
            System.out.println(
                    "BadInputIT: half-open connections, slowest answer "
                            + slowest.get()
                            + ", "
                            + memoryMiB()
                            + " MiB");
            assertThat(slowest.get()).isLessThan(ANSWERED_WITHIN);
            theDaemonServesOnInBoundedMemory();
            // Nobody may hold a connection for ever without asking for anything.
            assertThat(halfOpen.getLast().isHungUp()).isTrue();
        } finally {
            for (RawHttp each : halfOpen) {
                each.close();
            }
        }
    }

    /** Calls on a new connection each, as a client that comes late would, until all are there. */
    private static Duration slowestAnswerUntil(List<RawHttp> halfOpen) throws IOException {
        long slowest = 0;
        boolean last = false;
        while (!last) {
            synchronized (halfOpen) {
                last = halfOpen.size() == HALF_OPEN;
            }
            long began = System.nanoTime();
            assertThat(call("ListClusters", "{}").status()).isEqualTo(200);
            slowest = Math.max(slowest, System.nanoTime() - began);
        }
        return Duration.ofNanos(slowest);
    }

    private static long openFilesLimit() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getMaxFileDescriptorCount();
    }

    /** A request that comes a byte at a time is given up, however steadily it comes. */
    @Test
    void aRequestThatNeverEndsIsGivenUp() throws IOException {
        try (RawHttp slow = new RawHttp(daemon.endpoint())) {
            slow.send("POST / HTTP/1.1\r\nX-Slow: ");
            boolean open = true;
            for (int i = 0; i < 600 && open; i++) {
                Work.pass(Duration.ofMillis(100));
                open = takes(slow);
            }
            assertThat(open).as("the connection is still there").isFalse();
        }
    }

    private static boolean takes(RawHttp connection) {
        try {
            connection.send("a");
            return true;
        } catch (IOException hungUp) {
            return false;
        }
    }

    @Test
    void thousandsOfClustersWithLongNamesAreKeptAndListed() {
        int before = memoryMiB();
        String tail = "n".repeat(240);
        for (int i = 0; i < CLUSTERS; i++) {
            String name = i + "-" + tail;
            daemon.ecs().createCluster(request -> request.clusterName(name));
        }

        long listed =
                daemon.ecs().listClustersPaginator().clusterArns().stream()
                        .filter(arn -> arn.endsWith(tail))
                        .count();
        assertThat(listed).isEqualTo(CLUSTERS);
        System.out.println("BadInputIT: clusters, " + before + " → " + memoryMiB() + " MiB");
        daemon.reset();
    }
}
