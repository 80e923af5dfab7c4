package dev.dryberth.core.function;

import java.util.concurrent.CompletableFuture;

/**
 * Calls Lambda functions, which live elsewhere. Any thread may call it, and it never waits: what
 * became of the call is told later, on a thread that must not be held up.
 */
@FunctionalInterface
public interface FunctionInvoker {

    /** Where nobody has said where functions live. */
    FunctionInvoker NONE =
            (functionArn, payload) ->
                    CompletableFuture.completedFuture(
                            new Invocation.NotInvoked(
                                    Invocation.Cause.NOT_FOUND,
                                    "there is nobody to call "
                                            + functionArn
                                            + ": start Dryberth with --delegate lambda=URL"));

    /**
     * Calls a function and waits for its answer, as Lambda's Invoke with the type RequestResponse.
     *
     * @param functionArn with a version or alias at its end, or without
     * @param payload a JSON document in UTF-8
     * @return never completes exceptionally: what went wrong is an {@link Invocation} too
     */
    CompletableFuture<Invocation> invoke(String functionArn, byte[] payload);
}
