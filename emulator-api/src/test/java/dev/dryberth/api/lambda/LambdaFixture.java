package dev.dryberth.api.lambda;

import dev.dryberth.api.aws.AwsFront;
import dev.dryberth.api.aws.AwsSettings;
import dev.dryberth.api.aws.Dispatcher;
import dev.dryberth.api.aws.NoAdmin;
import dev.dryberth.api.http.HttpLimits;
import dev.dryberth.api.http.HttpServer;
import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.engine.EngineSettings;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.EventLoop;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.journal.MemoryJournal;
import dev.dryberth.core.state.World;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Lambda over a real engine, loop, servers and client of the SDK. */
final class LambdaFixture implements AutoCloseable {

    final LambdaClient client;
    final URI uri;
    private final Engine engine;
    private final EventLoop loop;
    private final HttpServer server;
    private final RuntimeServer door = new RuntimeServer();
    private final ContainerRuntime runtime;

    /** {@code runtimes} makes what runs the containers. */
    LambdaFixture(Function<Loop, ContainerRuntime> runtimes) {
        loop = new EventLoop(new Clock(InstantSource.system(), 1000));
        runtime = runtimes.apply(loop);
        engine =
                new Engine(
                        new World(),
                        new MemoryJournal(),
                        loop,
                        runtime,
                        new Ids(new Random(1)),
                        EngineSettings.withPausePool(0),
                        Runnable::run);
        engine.functions().serveThrough(door);
        loop.start();
        var _ = engine.restore();
        var _ = engine.start();
        try {
            server = serve();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        uri = URI.create("http://127.0.0.1:" + server.address().getPort());
        client =
                LambdaClient.builder()
                        .endpointOverride(uri)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create("test", "test")))
                        .httpClient(UrlConnectionHttpClient.create())
                        .overrideConfiguration(config ->
                                config.retryStrategy(RetryMode.STANDARD)
                                        .retryStrategy(retry -> retry.maxAttempts(1)))
                        .build();
    }

    private HttpServer serve() throws IOException {
        Dispatcher dispatcher =
                new Dispatcher() {
                    @Override
                    public <R> CompletionStage<R> dispatch(
                            Caller caller, boolean readOnly, Supplier<R> operation) {
                        return engine.submit(caller, operation);
                    }
                };
        return HttpServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                HttpLimits.DEFAULT,
                new AwsFront(
                        List.of(new Lambda(engine).service()),
                        dispatcher,
                        new NoAdmin(),
                        AwsSettings.DEFAULT));
    }

    @Override
    public void close() {
        client.close();
        server.close();
        door.close();
        runtime.close();
        loop.close();
    }
}
