package dev.dryberth.api.aws;

import dev.dryberth.core.model.Caller;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Takes a call from the network to the one thread that owns the state. */
public interface Dispatcher {

    /**
     * Runs the operation on the loop with {@link Caller#CURRENT} bound. The stage completes, on any
     * thread, when what the operation wrote is durable; it fails with what the operation threw, or
     * with {@link java.util.concurrent.RejectedExecutionException} when the loop's queue is full,
     * which the client sees as throttling.
     *
     * @param readOnly that the operation's name promises it changes nothing
     */
    <R> CompletionStage<R> dispatch(Caller caller, boolean readOnly, Supplier<R> operation);
}
