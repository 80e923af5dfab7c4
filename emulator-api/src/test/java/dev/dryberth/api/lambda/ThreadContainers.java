package dev.dryberth.api.lambda;

import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.FunctionEffect;
import dev.dryberth.core.runtime.FunctionEvent;
import dev.dryberth.core.runtime.FunctionSpec;
import dev.dryberth.core.runtime.RuntimeEvent;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Runs functions as threads that speak the runtime API from 127.0.0.1. They return what they are
 * given, and fail when that says so.
 */
final class ThreadContainers implements ContainerRuntime {

    private final Map<String, Thread> threads = new ConcurrentHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile @Nullable Consumer<RuntimeEvent> sink;

    @Override
    public String name() {
        return "threads";
    }

    @Override
    public void start(Consumer<RuntimeEvent> events) {
        sink = events;
        events.accept(new RuntimeEvent.Inventory(Instant.EPOCH, List.of(), List.of()));
    }

    @Override
    public void run(Effect effect) {
        if (effect instanceof Effect.ForFunctions(FunctionEffect forFunctions)) {
            carryOut(forFunctions);
        }
    }

    private void tell(FunctionEvent event) {
        Objects.requireNonNull(sink).accept(new RuntimeEvent.OfFunctions(event));
    }

    private void carryOut(FunctionEffect effect) {
        switch (effect) {
            case FunctionEffect.FindImage(var function, String uri) ->
                    tell(
                            uri.startsWith("missing")
                                    ? new FunctionEvent.ImageNotFound(
                                            function, uri, "pull access denied")
                                    : new FunctionEvent.ImageFound(
                                            function, uri, "sha256:" + uri, null));
            case FunctionEffect.MakeNetwork() -> tell(new FunctionEvent.NetworkReady("127.0.0.1"));
            case FunctionEffect.StartEnvironment(FunctionSpec spec) -> {
                threads.put(spec.environmentId(), Thread.ofVirtual().start(() -> serve(spec)));
                tell(new FunctionEvent.EnvironmentStarted(spec.environmentId(), "127.0.0.1"));
            }
            case FunctionEffect.RemoveEnvironment(String id) -> {
                Thread thread = threads.remove(id);
                if (thread != null) {
                    thread.interrupt();
                }
                tell(new FunctionEvent.EnvironmentRemoved(id));
            }
            case FunctionEffect.ReadLog read ->
                    tell(new FunctionEvent.LogRead(read.callId(), "said something\n"));
        }
    }

    private void serve(FunctionSpec spec) {
        String api =
                spec.environment().stream()
                        .filter(each -> each.startsWith("AWS_LAMBDA_RUNTIME_API="))
                        .findFirst()
                        .orElseThrow()
                        .split("=", 2)[1];
        String root = "http://" + api + "/2018-06-01/runtime/invocation/";
        try {
            while (true) {
                HttpResponse<String> next =
                        http.send(
                                HttpRequest.newBuilder(URI.create(root + "next")).build(),
                                BodyHandlers.ofString());
                if (next.statusCode() != 200) {
                    return;
                }
                String id =
                        next.headers().firstValue("Lambda-Runtime-Aws-Request-Id").orElseThrow();
                String payload = next.body();
                String how = payload.contains("fail") ? "/error" : "/response";
                http.send(
                        HttpRequest.newBuilder(URI.create(root + id + how))
                                .POST(BodyPublishers.ofString(payload))
                                .build(),
                        BodyHandlers.ofString());
            }
        } catch (IOException | InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.values().forEach(Thread::interrupt);
        http.close();
    }
}
