package dev.dryberth.api.cloudwatch;

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
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.runtime.journal.MemoryJournal;
import dev.dryberth.core.runtime.simulated.ImageScript;
import dev.dryberth.core.runtime.simulated.SimulatedRuntime;
import dev.dryberth.core.state.World;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** CloudWatch over a real engine, loop and server, with a clock the test sets. */
final class CloudWatchFixture implements AutoCloseable {

    static final Instant START = Instant.parse("2026-11-25T09:00:10Z");

    final CloudWatch cloudWatch;
    final HttpServer server;
    private final Engine engine;
    private final EventLoop loop;
    private volatile Instant now = START;

    CloudWatchFixture() {
        loop = new EventLoop(new Clock(() -> now, 1));
        engine =
                new Engine(
                        new World(),
                        new MemoryJournal(),
                        loop,
                        new SimulatedRuntime(loop, new ImageScript(loop.clock())),
                        new Ids(new Random(1)),
                        EngineSettings.withPausePool(0),
                        Runnable::run);
        cloudWatch = new CloudWatch(engine);
        loop.start();
        var _ = engine.restore();
        try {
            server = serve();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
                        List.of(cloudWatch.service()),
                        dispatcher,
                        new NoAdmin(),
                        AwsSettings.DEFAULT));
    }

    Instant now() {
        return now;
    }

    /** Lets time pass; what is due has run when this returns. */
    void advance(Duration duration) {
        now = now.plus(duration);
        engine.call(tx -> true);
        engine.call(tx -> true);
    }

    @Override
    public void close() {
        server.close();
        loop.close();
    }
}
