package dev.dryberth.api.aws;

import dev.dryberth.core.model.Caller;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs operations beside the loop: those that compute for long, as making a key does, or read
 * files, and those that wait. The threads of the former are made with the first of them and end
 * when there is nothing more to do. Safe on any thread.
 */
final class Aside {

    /** Half of the processors of a developer's machine, so that the loop and the traffic go on. */
    private static final int MAX_THREADS =
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private static final int MAX_WAITING = 256;
    private static final int KEEP_ALIVE_SECONDS = 10;

    /** Each has a client that waits, too, and there may be no more connections. */
    private static final int MAX_PATIENT = 2048;

    private final Executor threads = threads();
    private final Semaphore patient = new Semaphore(MAX_PATIENT);

    private static Executor threads() {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(
                        MAX_THREADS,
                        MAX_THREADS,
                        KEEP_ALIVE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(MAX_WAITING),
                        Thread.ofPlatform().daemon().name("dryberth-aside").factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Runs the operation with {@link Caller#CURRENT} bound. The stage fails with what it threw, or
     * with {@link RejectedExecutionException} when too many wait already.
     */
    <R> CompletionStage<R> run(Caller caller, Supplier<R> operation) {
        CompletableFuture<R> result = new CompletableFuture<>();
        try {
            threads.execute(() -> complete(result, caller, operation));
        } catch (RejectedExecutionException full) {
            result.completeExceptionally(full);
        }
        return result;
    }

    /** The same for an operation that does nothing but wait. */
    <R> CompletionStage<R> await(Caller caller, Supplier<R> operation) {
        CompletableFuture<R> result = new CompletableFuture<>();
        if (patient.tryAcquire()) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            complete(result, caller, operation);
                        } finally {
                            patient.release();
                        }
                    });
        } else {
            result.completeExceptionally(new RejectedExecutionException("too many wait"));
        }
        return result;
    }

    private static <R> void complete(
            CompletableFuture<R> result, Caller caller, Supplier<R> operation) {
        try {
            result.complete(ScopedValue.where(Caller.CURRENT, caller).call(operation::get));
        } catch (RuntimeException | Error thrown) {
            result.completeExceptionally(thrown);
        }
    }
}
