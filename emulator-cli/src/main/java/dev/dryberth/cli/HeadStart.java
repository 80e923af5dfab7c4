package dev.dryberth.cli;

import dev.dryberth.api.http.HttpHandler;
import dev.dryberth.api.http.HttpLimits;
import dev.dryberth.api.http.HttpServer;
import dev.dryberth.cli.engine.EngineException;
import dev.dryberth.cli.engine.EngineFinder;
import dev.dryberth.core.function.FunctionInvoker;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * What a daemon's start does beside the rest: it opens the port and looks for the engine, each on a
 * thread of its own, because loading Netty or asking a socket takes as long as putting everything
 * else together.
 */
final class HeadStart {

    private final LateHandler handler = new LateHandler();
    private final CompletableFuture<HttpServer> server;
    private final CompletableFuture<@Nullable String> engineHost;

    private HeadStart(ServeOptions options, InetAddress bind) {
        InetSocketAddress address = new InetSocketAddress(bind, options.port);
        server = beside("server", () -> open(address));
        engineHost = beside("engine", () -> find(options));
    }

    /**
     * Begins.
     *
     * @throws CommandFailure for options that can't be, or an address to bind that nobody allowed
     */
    static HeadStart begin(ServeOptions options) {
        options.check();
        // A logger that is asked for while another thread sets logging up may stay mute for ever.
        var _ = LoggerFactory.getILoggerFactory();
        try {
            InetAddress bind = InetAddress.getByName(options.bind);
            if (!options.allowRemote && !bind.isLoopbackAddress()) {
                throw new CommandFailure(
                        "--bind "
                                + options.bind
                                + " is not loopback: whoever reaches the API can run containers on"
                                + " this machine; add --allow-remote if that is meant");
            }
            return new HeadStart(options, bind);
        } catch (IOException e) {
            throw new CommandFailure("the daemon can't start: " + e.getMessage(), e);
        }
    }

    private static <T extends @Nullable Object> CompletableFuture<T> beside(
            String what, Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                work, Thread.ofPlatform().name("dryberth-start-" + what).daemon()::start);
    }

    /** Beyond what a Lambda function may be given, so that Lambda itself can refuse it. */
    private static final int REFUSED_BY_LAMBDA_BYTES = 64 * 1024;

    /** What a Lambda function is given is the largest body there is. */
    private static final HttpLimits LIMITS =
            HttpLimits.DEFAULT.withMaxBodyBytes(
                    FunctionInvoker.MAX_PAYLOAD_BYTES + REFUSED_BY_LAMBDA_BYTES);

    private HttpServer open(InetSocketAddress address) {
        try {
            return HttpServer.start(address, LIMITS, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable String find(ServeOptions options) {
        if (options.dockerHost != null || options.runtime == RuntimeChoice.SIMULATED) {
            return options.dockerHost;
        }
        try {
            return EngineFinder.ofThisMachine().find().orElse(null);
        } catch (EngineException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The engine's address, once it is known; null when none answers.
     *
     * @throws CommandFailure when the one that was asked for does not answer
     */
    @Nullable String engineHost() {
        return join(engineHost);
    }

    /**
     * The server, once its port is open; from now on {@code front} answers.
     *
     * @throws CommandFailure when the port can't be opened
     */
    HttpServer serve(HttpHandler front) {
        handler.is(front);
        return join(server);
    }

    /** Closes the port again, because the rest of the start failed. */
    void abandon() {
        var _ = server.thenAccept(HttpServer::close);
    }

    private static <T extends @Nullable Object> T join(CompletableFuture<T> work) {
        try {
            return work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CommandFailure refused) {
                throw refused;
            }
            Throwable cause =
                    e.getCause() instanceof UncheckedIOException wrapped
                            ? wrapped.getCause()
                            : e.getCause();
            throw new CommandFailure(
                    "the daemon can't start: " + (cause == null ? e : cause.getMessage()), e);
        }
    }
}
