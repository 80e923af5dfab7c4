package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * One entry of what DescribeServices lists as deployments: the tasks of one revision, and how far
 * they are.
 *
 * @param id {@code ecs-svc/} and the number of its own
 * @param deployment the roll-out it belongs to; a rollback is in that of what failed. A task set
 *     that nobody rolled out has one of its own, of which there is no record
 * @param desiredCount for the primary one the service's; for an older one what is left to it
 * @param failedTasks failures in a row, as the circuit breaker counts them
 * @param anyRan whether a task of it has ever reached RUNNING
 * @param launchFailures rounds of launches in a row whose tasks never ran
 * @param launchNotBefore until when no task is launched, because such a round failed
 * @param bakingSince since when all that is left is to wait; null: it has not come to that
 * @param taskSet what it is as a task set; null: the controller is ECS, which has none
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
        @Nullable TaskSet taskSet,
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
                null,
                now,
                now);
    }

    /** A task set that has no tasks yet and does not serve. */
    public static Deployment ofTaskSet(ServiceRevisionArn revision, TaskSet set, Instant now) {
        return new Deployment(
                "ecs-svc/" + revision.number(),
                revision,
                ServiceDeploymentArn.of(revision.serviceArn(), revision.number()),
                false,
                0,
                RolloutState.COMPLETED,
                "",
                0,
                false,
                0,
                null,
                null,
                set,
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
                        taskSet,
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
                taskSet,
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
                taskSet,
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
                taskSet,
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
                taskSet,
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
                taskSet,
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
                taskSet,
                createdAt,
                updatedAt);
    }

    /** The same as another kind of task set, or as one at all. */
    public Deployment with(TaskSet next, Instant now) {
        return next.equals(taskSet) ? this : as(primary, next, now);
    }

    /** The same in another roll-out. */
    public Deployment of(ServiceDeploymentArn rollout) {
        return new Deployment(
                id,
                revision,
                rollout,
                primary,
                desiredCount,
                rolloutState,
                rolloutStateReason,
                failedTasks,
                anyRan,
                launchFailures,
                launchNotBefore,
                bakingSince,
                taskSet,
                createdAt,
                updatedAt);
    }

    /** The task set that serves production traffic, or not. */
    public Deployment serving(boolean next, Instant now) {
        return next == primary ? this : as(next, taskSet, now);
    }

    private Deployment as(boolean nextPrimary, @Nullable TaskSet nextSet, Instant now) {
        return new Deployment(
                id,
                revision,
                deployment,
                nextPrimary,
                desiredCount,
                rolloutState,
                rolloutStateReason,
                failedTasks,
                anyRan,
                launchFailures,
                launchNotBefore,
                bakingSince,
                nextSet,
                createdAt,
                now);
    }
}
