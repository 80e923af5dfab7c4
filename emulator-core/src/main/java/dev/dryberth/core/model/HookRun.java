package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A hook at work at one stage.
 *
 * @param id {@code ecs-pause-…} or {@code ecs-lambda-…}, new for every stage and traffic step
 * @param executionId what a function's calls of this run have in common
 * @param function null: it waits for somebody to continue
 * @param details the JSON object that the function is handed next; null: none
 * @param callAt when the function is called, again or for the first time; null: it is not any more
 * @param expiresAt when {@code onTimeout} is done
 * @param problem why it failed, for the deployment's reason; null: it has not
 */
public record HookRun(
        String id,
        String executionId,
        Stage stage,
        @Nullable String function,
        Status status,
        @Nullable String details,
        @Nullable Instant callAt,
        Instant expiresAt,
        Hook.OnTimeout onTimeout,
        @Nullable String problem) {

    /** How a hook goes; the names are AWS's. */
    public enum Status {
        AWAITING_ACTION,
        IN_PROGRESS,
        SUCCEEDED,
        FAILED,
        TIMED_OUT
    }

    /** Whether nothing more comes of it. */
    public boolean ended() {
        return switch (status) {
            case AWAITING_ACTION, IN_PROGRESS -> false;
            case SUCCEEDED, FAILED, TIMED_OUT -> true;
        };
    }

    /** Whether its deployment may leave the stage as far as this hook is concerned. */
    public boolean passed() {
        return status == Status.SUCCEEDED
                || (status == Status.TIMED_OUT && onTimeout == Hook.OnTimeout.CONTINUE);
    }

    /** Whether its deployment must go back. */
    public boolean refused() {
        return ended() && !passed();
    }

    /**
     * It has ended.
     *
     * @param why it failed; null: it has not
     */
    public HookRun inStatus(Status next, @Nullable String why) {
        return new HookRun(
                id, executionId, stage, function, next, details, null, expiresAt, onTimeout, why);
    }

    /** The same to be remembered only. */
    public HookRun withoutDetails() {
        return new HookRun(
                id,
                executionId,
                stage,
                function,
                status,
                null,
                callAt,
                expiresAt,
                onTimeout,
                problem);
    }

    /** The function was called, and what it found is told by another way. */
    public HookRun called() {
        return new HookRun(
                id,
                executionId,
                stage,
                function,
                status,
                details,
                null,
                expiresAt,
                onTimeout,
                problem);
    }

    /** The function has asked to be called again. */
    public HookRun again(Instant at, @Nullable String nextDetails) {
        return new HookRun(
                id,
                executionId,
                stage,
                function,
                status,
                nextDetails,
                at,
                expiresAt,
                onTimeout,
                problem);
    }
}
