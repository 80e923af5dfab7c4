package dev.dryberth.core.function;

import java.util.concurrent.CompletableFuture;

/**
 * Calls Lambda functions, wherever they live. Any thread may call it, and it never waits: what
 * became of the call is told later, on a thread that must not be held up.
 */
@FunctionalInterface
public interface FunctionInvoker {

    /** Of what a function is given, and of what it returns. */
    int MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

    /** Where nobody has said where a function lives. */
    FunctionInvoker NONE =
            (functionArn, payload) ->
                    CompletableFuture.completedFuture(
                            new Invocation.NotInvoked(
                                    Invocation.Cause.NOT_FOUND,
                                    "there is nobody to call "
                                            + functionArn
                                            + ": make it here with CreateFunction, or start"
                                            + " Dryberth with --delegate lambda=URL"));

    /**
     * Calls a function and waits for its answer, as Lambda's Invoke with the type RequestResponse.
     *
     * @param functionArn with a version or alias at its end, or without
     * @param payload a JSON document in UTF-8
     * @return never completes exceptionally: what went wrong is an {@link Invocation} too
     */
    CompletableFuture<Invocation> invoke(String functionArn, byte[] payload);
}
