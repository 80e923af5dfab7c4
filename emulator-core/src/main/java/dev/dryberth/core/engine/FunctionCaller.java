package dev.dryberth.core.engine;

import java.util.concurrent.CompletableFuture;

/** Calls functions by their ARN, wherever they are. Any thread. */
@FunctionalInterface
public interface FunctionCaller {

    /** A daemon that was told of no functions. */
    FunctionCaller NONE =
            (function, payload) ->
                    CompletableFuture.failedFuture(
                            new IllegalStateException(
                                    "no functions are known here; start the daemon with --delegate lambda=URL"));

    /**
     * Calls a function and waits for its answer.
     *
     * @param payload JSON
     * @return the answer's text; fails with a message for people when there is none
     */
    CompletableFuture<String> call(String function, String payload);
}
