package dev.dryberth.core.function;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Lambda's runtime API, by which the containers of functions get their calls and answer them. Who
 * speaks is told by the address it speaks from. Any thread may call it, and it never waits.
 */
public interface RuntimeApi {

    /**
     * One call of a function, on its way into a container.
     *
     * @param clientContext what the caller said of itself, JSON; null: nothing
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on as it came, never compared
    record Next(
            String callId,
            Instant deadline,
            String functionArn,
            String traceId,
            @Nullable String clientContext,
            byte[] payload) {}

    /** What a container is told that has said something. */
    enum Reply {
        ACCEPTED,
        /** It has answered, but with more than a result may be. */
        TOO_LARGE,
        /** It has no such call. */
        UNKNOWN_CALL,
        /** It is no container of a function, or none that may say this now. */
        FORBIDDEN
    }

    /**
     * The container's next call, once there is one.
     *
     * @return never completes exceptionally; null: nobody knows the container
     */
    CompletableFuture<@Nullable Next> next(String address);

    CompletableFuture<Reply> respond(String address, String callId, byte[] payload);

    /** The function failed. */
    CompletableFuture<Reply> fail(String address, String callId, byte[] payload);

    /** The container cannot begin. */
    CompletableFuture<Reply> failToBegin(String address, byte[] payload);
}
