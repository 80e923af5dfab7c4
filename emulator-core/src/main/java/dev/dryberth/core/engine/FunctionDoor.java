package dev.dryberth.core.engine;

import dev.dryberth.core.function.RuntimeApi;
import dev.dryberth.core.function.RuntimeDoor;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.FunctionEffect;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Makes the network of execution environments, and opens the runtime API in it, when the first one
 * needs them. Loop thread.
 */
final class FunctionDoor {

    private final Loop loop;
    private final ContainerRuntime runtime;
    private final RuntimeApi api;
    private RuntimeDoor door = RuntimeDoor.NONE;
    private final List<Waiting> waiting = new ArrayList<>();
    private CompletableFuture<String> underWay = CompletableFuture.completedFuture("");
    private @Nullable String endpoint;

    /** Tells an opening from one that was given up since. */
    private int openings;

    FunctionDoor(Loop loop, ContainerRuntime runtime, RuntimeApi api) {
        this.loop = loop;
        this.runtime = runtime;
        this.api = api;
    }

    private record Waiting(Consumer<String> opened, Consumer<String> failed) {}

    void through(RuntimeDoor next) {
        door = next;
    }

    /**
     * Calls one of the two, now or later.
     *
     * @param opened given where the runtime API is found
     * @param failed given why it is not
     */
    void whenOpen(Consumer<String> opened, Consumer<String> failed) {
        String known = endpoint;
        if (known != null) {
            opened.accept(known);
            return;
        }
        waiting.add(new Waiting(opened, failed));
        if (waiting.size() == 1) {
            runtime.run(new Effect.ForFunctions(new FunctionEffect.MakeNetwork()));
        }
    }

    /** The network is there. */
    void networkReady(String gateway) {
        if (waiting.isEmpty()) {
            return;
        }
        int opening = ++openings;
        // One after the other, so that the last that was asked for is the one that stays open.
        underWay =
                underWay.handle((before, failure) -> before)
                        .thenCompose(before -> door.open(gateway, api));
        var _ =
                underWay.whenComplete((found, failure) ->
                        loop.post(() -> opened(opening, gateway, found, failure)));
    }

    private void opened(
            int opening, String gateway, @Nullable String found, @Nullable Throwable failure) {
        if (opening != openings) {
            if (underWay.isDone() && endpoint == null) {
                door.close();
            }
            return;
        }
        if (found == null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
            failed(
                    "the containers of functions can't reach Dryberth: %s. They need a Docker engine whose networks are this machine's own, and %s is this machine's address in theirs"
                            .formatted(cause == null ? "" : cause.getMessage(), gateway));
            return;
        }
        endpoint = found;
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(each -> each.opened().accept(found));
    }

    /** The network can't be had, or the door not be opened. */
    void failed(String reason) {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(each -> each.failed().accept(reason));
    }

    /** Nobody needs it now. */
    void close() {
        openings++;
        waiting.clear();
        networkGone();
    }

    /** The next who needs it begins anew. */
    void networkGone() {
        if (endpoint != null) {
            endpoint = null;
            door.close();
        }
    }
}
