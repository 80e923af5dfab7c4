package dev.dryberth.api.proxy;

import io.grpc.Attributes;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.okhttp.OkHttpServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A target that is a gRPC server, with gRPC's own health service beside an echo. */
final class GrpcOrigin implements AutoCloseable {

    static final MethodDescriptor<String, String> ONE =
            method("One", MethodDescriptor.MethodType.UNARY);
    static final MethodDescriptor<String, String> MANY =
            method("Many", MethodDescriptor.MethodType.SERVER_STREAMING);
    static final MethodDescriptor<String, String> CHAT =
            method("Chat", MethodDescriptor.MethodType.BIDI_STREAMING);
    static final MethodDescriptor<String, String> FLOOD =
            method("Flood", MethodDescriptor.MethodType.SERVER_STREAMING);
    static final int FLOOD_MESSAGES = 2000;
    static final int FLOOD_MESSAGE_BYTES = 10_000;
    static final Metadata.Key<String> SAID =
            Metadata.Key.of("said", Metadata.ASCII_STRING_MARSHALLER);

    private final Server server;
    private final List<Metadata> heads = new CopyOnWriteArrayList<>();
    private final AtomicLong flooded = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();

    GrpcOrigin() throws IOException {
        this(false);
    }

    GrpcOrigin(boolean tls) throws IOException {
        this(tls, Duration.ofHours(1));
    }

    /** One that tells connections older than {@code age} to go away. */
    GrpcOrigin(boolean tls, Duration age) throws IOException {
        var certificate = Certificates.shop();
        server =
                OkHttpServerBuilder.forPort(
                                0,
                                tls
                                        ? TlsServerCredentials.create(
                                                bytes(certificate.chainPem()),
                                                bytes(certificate.privateKeyPem()))
                                        : InsecureServerCredentials.create())
                        .maxConnectionAge(age.toMillis(), TimeUnit.MILLISECONDS)
                        .addService(echo())
                        .addService(new HealthStatusManager().getHealthService())
                        .intercept(new Interceptor())
                        .addTransportFilter(new Counter())
                        .build()
                        .start();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static MethodDescriptor<String, String> method(
            String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName("shop.Echo", name))
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    /** Sends a trailer with every answer, and keeps the heads of requests. */
    private final class Interceptor implements ServerInterceptor {

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata head, ServerCallHandler<Q, A> next) {
            heads.add(head);
            return next.startCall(
                    new io.grpc.ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                        @Override
                        public void close(Status status, Metadata trailers) {
                            trailers.put(SAID, "goodbye");
                            super.close(status, trailers);
                        }
                    },
                    head);
        }
    }

    private final class Counter extends ServerTransportFilter {

        @Override
        public Attributes transportReady(Attributes transport) {
            connections.incrementAndGet();
            return transport;
        }
    }

    int connections() {
        return connections.get();
    }

    private ServerServiceDefinition echo() {
        return ServerServiceDefinition.builder("shop.Echo")
                .addMethod(
                        ONE,
                        ServerCalls.asyncUnaryCall(
                                (String request, StreamObserver<String> answer) -> {
                                    if (request.isEmpty()) {
                                        answer.onError(
                                                Status.NOT_FOUND
                                                        .withDescription("nothing to echo")
                                                        .asRuntimeException());
                                    } else {
                                        answer.onNext(request);
                                        answer.onCompleted();
                                    }
                                }))
                .addMethod(
                        MANY,
                        ServerCalls.asyncServerStreamingCall(
                                (String request, StreamObserver<String> answer) -> {
                                    for (int i = 0; i < Integer.parseInt(request); i++) {
                                        answer.onNext("message " + i);
                                    }
                                    answer.onCompleted();
                                }))
                .addMethod(FLOOD, ServerCalls.asyncServerStreamingCall(this::flood))
                .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(EchoEach::new))
                .build();
    }

    /** Sends twenty megabytes, but never more than the connection takes. */
    private void flood(String request, StreamObserver<String> answer) {
        var paced = (ServerCallStreamObserver<String>) answer;
        String message = "x".repeat(FLOOD_MESSAGE_BYTES);
        paced.setOnReadyHandler(() -> {
            while (paced.isReady() && flooded.get() < FLOOD_MESSAGES) {
                paced.onNext(message);
                if (flooded.incrementAndGet() == FLOOD_MESSAGES) {
                    paced.onCompleted();
                }
            }
        });
    }

    /** How many messages of a flood have gone out. */
    long flooded() {
        return flooded.get();
    }

    /** Answers each message at once. */
    private record EchoEach(StreamObserver<String> answer) implements StreamObserver<String> {

        @Override
        public void onNext(String message) {
            answer.onNext("echo " + message);
        }

        @Override
        public void onError(@Nullable Throwable broken) {}

        @Override
        public void onCompleted() {
            answer.onCompleted();
        }
    }

    int port() {
        return server.getPort();
    }

    List<Metadata> heads() {
        return heads;
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
