package dev.dryberth.api.aws;

import dev.dryberth.api.aws.json.AwsJson;
import dev.dryberth.api.http.HttpLimits;
import dev.dryberth.api.http.HttpServer;
import dev.dryberth.api.http.RawClient;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.ServiceArn;

import software.amazon.awssdk.services.ecs.EcsClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** A real server before a fake service, with a thread that stands for the loop. */
final class FrontFixture implements Dispatcher, Admin, AutoCloseable {

    static final String PREFIX = "AmazonEC2ContainerServiceV20141113";

    final HttpServer server;
    final CompletableFuture<Void> reset = new CompletableFuture<>();
    private final ExecutorService loop =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "loop"));

    volatile boolean ready = true;
    volatile boolean full;
    volatile String operationThread = "";
    volatile boolean lastWasReadOnly;

    FrontFixture(AwsSettings settings) throws IOException {
        this(settings, List.of());
    }

    FrontFixture(AwsSettings settings, List<String> aside) throws IOException {
        AwsService ecs =
                new AwsService(
                                "ecs",
                                PREFIX,
                                List.of("ecs"),
                                AwsJson.V1_1,
                                EcsClient.class,
                                new FakeEcs())
                        .withRecordedOnly(List.of("RunTask.enableExecuteCommand"))
                        .withAside(aside);
        server =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        HttpLimits.DEFAULT,
                        new AwsFront(List.of(ecs), this, this, settings));
    }

    RawClient client() throws IOException {
        return new RawClient(server.address());
    }

    /** Calls an ECS operation as an unsigned client. */
    RawClient.Answer call(String operation, String json) throws IOException {
        return post("X-Amz-Target: " + PREFIX + "." + operation + "\r\n", json);
    }

    RawClient.Answer post(String headers, String body) throws IOException {
        try (RawClient client = client()) {
            return client.post("/", headers, body);
        }
    }

    RawClient.Answer get(String path, String headers) throws IOException {
        return request("GET", path, "Host: localhost\r\n" + headers);
    }

    RawClient.Answer request(String method, String path, String headers) throws IOException {
        try (RawClient client = client()) {
            return client.send(method + " " + path + " HTTP/1.1\r\n" + headers + "\r\n").read();
        }
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.address().getPort());
    }

    @Override
    public <R> CompletionStage<R> dispatch(Caller caller, boolean readOnly, Supplier<R> operation) {
        if (full) {
            return CompletableFuture.failedStage(new RejectedExecutionException("full"));
        }
        lastWasReadOnly = readOnly;
        return CompletableFuture.supplyAsync(
                () -> {
                    operationThread = Thread.currentThread().getName();
                    return ScopedValue.where(Caller.CURRENT, caller).call(operation::get);
                },
                loop);
    }

    @Override
    public Health health() {
        return new Health(ready, "1.2.3", "simulated");
    }

    @Override
    public CompletionStage<?> reset() {
        return reset;
    }

    @Override
    public CompletionStage<Optional<String>> publicKey(String id) {
        return CompletableFuture.completedStage(
                id.equals("1-2") ? Optional.of("-----BEGIN PUBLIC KEY-----\n") : Optional.empty());
    }

    @Override
    public CompletionStage<String> authority() {
        return CompletableFuture.completedStage("-----BEGIN CERTIFICATE-----\n");
    }

    @Override
    public String metrics() {
        return "# TYPE requests counter";
    }

    @Override
    public CompletionStage<byte[]> loadBalancers() {
        return CompletableFuture.completedStage(
                "{\"loadBalancers\":[]}".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<byte[]> network() {
        return CompletableFuture.completedStage("{\"vpcs\":[]}".getBytes(StandardCharsets.UTF_8));
    }

    /** Knows every service named web, and says which one it was asked for. */
    @Override
    public CompletionStage<Optional<byte[]>> explain(ServiceArn service) {
        return CompletableFuture.completedStage(
                service.name().equals("web")
                        ? Optional.of(service.text().getBytes(StandardCharsets.UTF_8))
                        : Optional.empty());
    }

    @Override
    public CompletionStage<Optional<byte[]>> deployment(ServiceArn service) {
        return explain(service)
                .thenApply(found ->
                        found.map(text ->
                                ("newest of " + new String(text, StandardCharsets.UTF_8))
                                        .getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        server.close();
        loop.shutdown();
    }
}
