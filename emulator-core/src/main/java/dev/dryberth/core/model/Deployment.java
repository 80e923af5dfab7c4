package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * One entry of what DescribeServices lists as deployments: the tasks of one revision, and how far
 * they are.
 *
 * @param id {@code ecs-svc/} and the number of its own
 * @param deployment the roll-out it belongs to; a rollback is in that of what failed
 * @param desiredCount for the primary one the service's; for an older one what is left to it
 * @param failedTasks failures in a row, as the circuit breaker counts them
 * @param anyRan whether a task of it has ever reached RUNNING
 * @param launchFailures rounds of launches in a row whose tasks never ran
 * @param launchNotBefore until when no task is launched, because such a round failed
 * @param bakingSince since when all that is left is to wait; null: it has not come to that
 */
public record Deployment(
        String id,
        ServiceRevisionArn revision,
        ServiceDeploymentArn deployment,
        boolean primary,
        int desiredCount,
        RolloutState rolloutState,
        String rolloutStateReason,
        int failedTasks,
        boolean anyRan,
        int launchFailures,
        @Nullable Instant launchNotBefore,
        @Nullable Instant bakingSince,
        Instant createdAt,
        Instant updatedAt) {

    /** How a deployment goes. */
    public enum RolloutState {
        IN_PROGRESS,
        COMPLETED,
        FAILED
    }

    public static Deployment fresh(
            String id,
            ServiceRevisionArn revision,
            ServiceDeploymentArn deployment,
            int desiredCount,
            String reason,
            Instant now) {
        return new Deployment(
                id,
                revision,
                deployment,
                true,
                desiredCount,
                RolloutState.IN_PROGRESS,
                reason,
                0,
                false,
                0,
                null,
                null,
                now,
                now);
    }

    public boolean inProgress() {
        return rolloutState == RolloutState.IN_PROGRESS;
    }

    public Deployment withDesiredCount(int next, Instant now) {
        return next == desiredCount
                ? this
                : new Deployment(
                        id,
                        revision,
                        deployment,
                        primary,
                        next,
                        rolloutState,
                        rolloutStateReason,
                        failedTasks,
                        anyRan,
                        launchFailures,
                        launchNotBefore,
                        bakingSince,
                        createdAt,
                        now);
    }

    /** Something newer is the primary one; this one keeps {@code left} tasks until it is done. */
    public Deployment demoted(int left, Instant now) {
        return new Deployment(
                id,
                revision,
                deployment,
                false,
                left,
                rolloutState,
                rolloutStateReason,
                failedTasks,
                anyRan,
                launchFailures,
                launchNotBefore,
                null,
                createdAt,
                now);
    }

    public Deployment inState(RolloutState next, String reason, Instant now) {
        return new Deployment(
                id,
                revision,
                deployment,
                primary,
                desiredCount,
                next,
                reason,
                failedTasks,
                anyRan,
                launchFailures,
                launchNotBefore,
                bakingSince,
                createdAt,
                now);
    }

    public Deployment withFailedTasks(int next) {
        return new Deployment(
                id,
                revision,
                deployment,
                primary,
                desiredCount,
                rolloutState,
                rolloutStateReason,
                next,
                anyRan,
                launchFailures,
                launchNotBefore,
                bakingSince,
                createdAt,
                updatedAt);
    }

    /** A task of it runs: launches need not hold back any more. */
    public Deployment ran() {
        return new Deployment(
                id,
                revision,
                deployment,
                primary,
                desiredCount,
                rolloutState,
                rolloutStateReason,
                failedTasks,
                true,
                0,
                null,
                bakingSince,
                createdAt,
                updatedAt);
    }

    /** A round of launches failed: the next waits until {@code notBefore}. */
    public Deployment heldBack(int failures, Instant notBefore) {
        return new Deployment(
                id,
                revision,
                deployment,
                primary,
                desiredCount,
                rolloutState,
                rolloutStateReason,
                failedTasks,
                anyRan,
                failures,
                notBefore,
                bakingSince,
                createdAt,
                updatedAt);
    }

    public Deployment baking(@Nullable Instant since) {
        return new Deployment(
                id,
                revision,
                deployment,
                primary,
                desiredCount,
                rolloutState,
                rolloutStateReason,
                failedTasks,
                anyRan,
                launchFailures,
                launchNotBefore,
                since,
                createdAt,
                updatedAt);
    }
}
