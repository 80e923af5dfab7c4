package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetState;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** gRPC's own client and server, with a listener between them. */
class GrpcTest {

    /** Fewer than the 128 streams of a connection, of which this client does not always know. */
    private static final int CALLERS = 100;

    private static final String ADDRESS = "127.0.3.12";

    /** A client that cannot connect within its second, on a machine that is busy, tries again. */
    private static final CallOptions PATIENT = CallOptions.DEFAULT.withWaitForReady();

    private static final Metadata.Key<String> FORWARDED_FOR =
            Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER);

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    private Tables to(ProtocolVersion version, int port) throws IOException {
        Tables tables = Tables.multiplexedTo(ADDRESS, version, Tables.NEVER_CHECKED, port);
        fixture.publish(tables.table());
        return tables;
    }

    /** A client that is closed again. */
    private record Client(ManagedChannel channel) implements AutoCloseable {

        static Client of(Tables tables) throws Exception {
            return new Client(
                    OkHttpChannelBuilder.forAddress(ADDRESS, tables.port)
                            .sslSocketFactory(Certificates.trusting().getSocketFactory())
                            .hostnameVerifier((name, session) -> true)
                            .build());
        }

        String one(String message) {
            return ClientCalls.blockingUnaryCall(channel, GrpcOrigin.ONE, PATIENT, message);
        }

        Status failure() {
            try {
                one("x");
                return Status.OK;
            } catch (StatusRuntimeException failed) {
                return failed.getStatus();
            }
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP2", "GRPC"})
    void carriesCallsWithTheirTrailers(ProtocolVersion version) throws Exception {
        try (GrpcOrigin origin = new GrpcOrigin()) {
            Tables tables = to(version, origin.port());
            try (Client client = Client.of(tables)) {
                AtomicReference<Metadata> head = new AtomicReference<>();
                AtomicReference<Metadata> trailers = new AtomicReference<>();
                Channel watched =
                        ClientInterceptors.intercept(
                                client.channel(),
                                MetadataUtils.newCaptureMetadataInterceptor(head, trailers));
                assertThat(ClientCalls.blockingUnaryCall(watched, GrpcOrigin.ONE, PATIENT, "hello"))
                        .isEqualTo("hello");
                assertThat(trailers.get().get(GrpcOrigin.SAID)).isEqualTo("goodbye");
                assertThat(origin.heads().getFirst().get(FORWARDED_FOR)).isEqualTo("127.0.0.1");
            }
        }
    }

    @Test
    void carriesAStatusThatComesAlone() throws Exception {
        try (GrpcOrigin origin = new GrpcOrigin()) {
            Tables tables = to(ProtocolVersion.GRPC, origin.port());
            try (Client client = Client.of(tables)) {
                assertThatThrownBy(() -> client.one(""))
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                failed -> {
                                    assertThat(failed.getStatus().getCode())
                                            .isEqualTo(Status.Code.NOT_FOUND);
                                    assertThat(failed.getStatus().getDescription())
                                            .isEqualTo("nothing to echo");
                                });
            }
        }
    }

    @Test
    void streamsFromTheServer() throws Exception {
        try (GrpcOrigin origin = new GrpcOrigin()) {
            Tables tables = to(ProtocolVersion.GRPC, origin.port());
            try (Client client = Client.of(tables)) {
                List<String> messages = new ArrayList<>();
                Iterator<String> stream =
                        ClientCalls.blockingServerStreamingCall(
                                client.channel(), GrpcOrigin.MANY, PATIENT, "2000");
                stream.forEachRemaining(messages::add);
                assertThat(messages).hasSize(2000).last().isEqualTo("message 1999");
            }
        }
    }

    /** Each message is answered before the next is sent, so nothing may wait for more. */
    @Test
    void talksBothWaysAtOnce() throws Exception {
        try (GrpcOrigin origin = new GrpcOrigin()) {
            Tables tables = to(ProtocolVersion.GRPC, origin.port());
            try (Client client = Client.of(tables)) {
                BlockingQueue<String> answers = new LinkedBlockingQueue<>();
                CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
                StreamObserver<String> chat =
                        ClientCalls.asyncBidiStreamingCall(
                                client.channel().newCall(GrpcOrigin.CHAT, PATIENT),
                                new Answers(answers, ended));
                for (int i = 0; i < 20; i++) {
                    chat.onNext("message " + i);
                    assertThat(answers.poll(10, TimeUnit.SECONDS)).isEqualTo("echo message " + i);
                }
                chat.onCompleted();
                ended.get(10, TimeUnit.SECONDS);
            }
        }
    }

    private record Answers(BlockingQueue<String> answers, CompletableFuture<@Nullable Void> ended)
            implements StreamObserver<String> {

        @Override
        public void onNext(String message) {
            answers.add(message);
        }

        @Override
        public void onError(Throwable broken) {
            ended.completeExceptionally(broken);
        }

        @Override
        public void onCompleted() {
            ended.complete(null);
        }
    }

    /** Twenty megabytes for a client that takes one message: then it takes all. */
    @Test
    void holdsATargetBackWhoseClientTakesNoMore() throws Exception {
        try (GrpcOrigin origin = new GrpcOrigin()) {
            Tables tables = to(ProtocolVersion.GRPC, origin.port());
            try (Client client = Client.of(tables)) {
                ClientCall<String, String> call =
                        client.channel().newCall(GrpcOrigin.FLOOD, PATIENT);
                AtomicInteger taken = new AtomicInteger();
                CompletableFuture<Status> ended = new CompletableFuture<>();
                call.start(
                        new ClientCall.Listener<>() {
                            @Override
                            public void onMessage(String message) {
                                taken.incrementAndGet();
                            }

                            @Override
                            public void onClose(Status status, Metadata trailers) {
                                ended.complete(status);
                            }
                        },
                        new Metadata());
                call.sendMessage("flood");
                call.halfClose();
                call.request(1);
                await().until(() -> taken.get() == 1);
                await().during(Duration.ofMillis(300))
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> origin.flooded() < GrpcOrigin.FLOOD_MESSAGES / 2);
                call.request(GrpcOrigin.FLOOD_MESSAGES);
                assertThat(ended.get(60, TimeUnit.SECONDS).isOk()).isTrue();
                assertThat(taken.get()).isEqualTo(GrpcOrigin.FLOOD_MESSAGES);
            }
        }
    }

    @Test
    void losesNoCallToATargetThatSaysGoodbye() throws Exception {
        try (GrpcOrigin origin = new GrpcOrigin(false, Duration.ofSeconds(1))) {
            Tables tables = to(ProtocolVersion.GRPC, origin.port());
            try (Client client = Client.of(tables)) {
                long until = System.nanoTime() + Duration.ofMillis(2500).toNanos();
                int calls = 0;
                for (; System.nanoTime() - until < 0; calls++) {
                    assertThat(client.one("hello")).isEqualTo("hello");
                }
                assertThat(calls).isGreaterThan(100);
            }
        }
    }

    @Test
    void agreesOnHttp2WithATargetThatSpeaksTls() throws Exception {
        try (GrpcOrigin origin = new GrpcOrigin(true)) {
            Tables tables = new Tables(ADDRESS).secure();
            tables.group(
                    "tg",
                    Map.of(),
                    List.of(Tables.target(origin.port(), TargetState.HEALTHY)),
                    TargetProtocol.HTTPS,
                    ProtocolVersion.GRPC,
                    check(TargetProtocol.HTTPS, "/grpc.health.v1.Health/Check", "0"));
            tables.defaultActions = List.of(Tables.forward(null, "tg", 1));
            fixture.publish(tables.table());
            try (Client client = Client.of(tables)) {
                assertThat(client.one("secret")).isEqualTo("secret");
            }
            await().until(() -> !fixture.probed.isEmpty());
            assertThat(fixture.probed.getFirst().result()).isEqualTo(new ProbeResult.Passed());
        }
    }

    @Test
    void manyCallsShareAConnectionToTheTarget() throws Exception {
        try (GrpcOrigin origin = new GrpcOrigin();
                ExecutorService callers =
                        Executors.newFixedThreadPool(CALLERS, Thread.ofVirtual().factory())) {
            Tables tables = to(ProtocolVersion.GRPC, origin.port());
            try (Client client = Client.of(tables)) {
                List<Future<String>> answers = new ArrayList<>();
                for (int i = 0; i < 300; i++) {
                    String message = "call " + i;
                    answers.add(callers.submit(() -> client.one(message)));
                }
                for (int i = 0; i < 300; i++) {
                    assertThat(answers.get(i).get()).isEqualTo("call " + i);
                }
                assertThat(origin.connections()).isLessThanOrEqualTo(2);
            }
        }
    }

    @Test
    void hearsOfFailuresInItsOwnWords() throws Exception {
        Tables none = new Tables(ADDRESS).secure();
        none.group(
                "tg",
                Map.of(),
                List.of(),
                TargetProtocol.HTTP,
                ProtocolVersion.GRPC,
                Tables.NEVER_CHECKED);
        none.defaultActions = List.of(Tables.forward(null, "tg", 1));
        fixture.publish(none.table());
        try (Client client = Client.of(none)) {
            assertThat(client.failure().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(client.failure().getDescription())
                    .isEqualTo("Service Temporarily Unavailable");
        }
        int unused;
        try (ServerSocket socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }
        Tables refusing = to(ProtocolVersion.GRPC, unused);
        try (Client client = Client.of(refusing)) {
            assertThat(client.failure().getDescription()).isEqualTo("Bad Gateway");
        }
        try (Origin http1 = Origin.named("HTTP/1.1")) {
            Tables incompatible = Tables.forwardingTo(ADDRESS, http1).secure();
            fixture.publish(incompatible.table());
            try (Client client = Client.of(incompatible)) {
                assertThat(client.failure().getDescription())
                        .isEqualTo("Incompatible Protocol Versions");
            }
            Tables mistaken = to(ProtocolVersion.GRPC, http1.port());
            try (Client client = Client.of(mistaken)) {
                assertThat(client.failure().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            }
        }
    }

    @ParameterizedTest(name = "{0} with {1}: {2}")
    @CsvSource({
        "/AWS.ALB/healthcheck,          12,   PASSED",
        "/AWS.ALB/healthcheck,          0-5,  12",
        "/grpc.health.v1.Health/Check,  0,    PASSED",
        "/grpc.health.v1.Health/Check,  1-16, 0"
    })
    void checksTargetsByACall(String path, String matcher, String expected) throws Exception {
        try (GrpcOrigin origin = new GrpcOrigin()) {
            Tables tables =
                    Tables.multiplexedTo(
                            ADDRESS,
                            ProtocolVersion.GRPC,
                            check(TargetProtocol.HTTP, path, matcher),
                            origin.port());
            fixture.publish(tables.table());
            await().until(() -> !fixture.probed.isEmpty());
            assertThat(fixture.probed.getFirst().result())
                    .isEqualTo(
                            expected.equals("PASSED")
                                    ? new ProbeResult.Passed()
                                    : new ProbeResult.WrongCode(expected));
        }
    }

    @Test
    void checksAnHttp2TargetByItsStatus() throws Exception {
        try (GrpcOrigin origin = new GrpcOrigin();
                Origin http1 = Origin.named("HTTP/1.1")) {
            // A gRPC server has no answer but 415 or 405 for what is no call.
            HealthCheck check = check(TargetProtocol.HTTP, "/", "400-499");
            Tables tables =
                    Tables.multiplexedTo(ADDRESS, ProtocolVersion.HTTP2, check, origin.port());
            fixture.publish(tables.table());
            await().until(() -> !fixture.probed.isEmpty());
            assertThat(fixture.probed.getFirst().result()).isEqualTo(new ProbeResult.Passed());
            fixture.publish(
                    Tables.multiplexedTo(ADDRESS, ProtocolVersion.HTTP2, check, http1.port())
                            .table());
            fixture.probed.clear();
            await().until(() -> !fixture.probed.isEmpty());
            assertThat(fixture.probed.getFirst().result()).isEqualTo(new ProbeResult.Failed());
        }
    }

    private static HealthCheck check(TargetProtocol protocol, String path, String matcher) {
        return new HealthCheck(
                true,
                protocol,
                null,
                path,
                Duration.ofMinutes(1),
                Duration.ofSeconds(20),
                5,
                2,
                matcher);
    }
}
