package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * CodeDeploy's record of a deployment. What it does is the service scheduler's: a roll-out that
 * moves traffic between two task sets.
 *
 * @param rollout what the scheduler knows it as; null: it never came to that
 * @param service what is deployed
 * @param blue the task set that served when it began; null: none did
 * @param green the replacement; null: it never came to that
 * @param error why it did not succeed; null: it did, or may yet
 * @param stopRequested whether somebody asked to stop it
 * @param rollback the deployment that takes it back; null: none does
 * @param rolledBack the deployment that this one takes back; null: none
 * @param document AWS's own DeploymentInfo as JSON, with the members that are only carried
 */
public record CodeDeployDeployment(
        CodeDeployArn arn,
        CodeDeployArn group,
        @Nullable ServiceDeploymentArn rollout,
        ServiceArn service,
        @Nullable Side blue,
        @Nullable Side green,
        Status status,
        @Nullable Failure error,
        boolean stopRequested,
        @Nullable CodeDeployArn rollback,
        @Nullable CodeDeployArn rolledBack,
        List<Step> steps,
        String document,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        Instant updatedAt) {

    /** One of the two task sets, and the target group its tasks are in. */
    public record Side(String taskSet, ServiceRevisionArn revision, TargetGroupArn group) {}

    /** How a deployment goes; AWS's names in capitals. */
    public enum Status {
        CREATED,
        IN_PROGRESS,
        READY,
        SUCCEEDED,
        FAILED,
        STOPPED;

        public boolean terminal() {
            return switch (this) {
                case CREATED, IN_PROGRESS, READY -> false;
                case SUCCEEDED, FAILED, STOPPED -> true;
            };
        }
    }

    /** Why it did not succeed, with AWS's code. */
    public record Failure(String code, String message) {}

    /** How one lifecycle event goes; AWS's names in capitals. */
    public enum StepStatus {
        PENDING,
        IN_PROGRESS,
        SUCCEEDED,
        FAILED,
        SKIPPED
    }

    /** One lifecycle event: a stage of the roll-out under CodeDeploy's name. */
    public record Step(
            Stage stage,
            StepStatus status,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt) {

        /** CodeDeploy's name of it; null: CodeDeploy has none. */
        public @Nullable String event() {
            return eventOf(stage);
        }
    }

    /** The lifecycle event that a stage is; null: none. */
    public static @Nullable String eventOf(Stage stage) {
        return switch (stage) {
            case PRE_SCALE_UP -> "BeforeInstall";
            case SCALE_UP -> "Install";
            case POST_SCALE_UP -> "AfterInstall";
            case TEST_TRAFFIC_SHIFT -> "AllowTestTraffic";
            case POST_TEST_TRAFFIC_SHIFT -> "AfterAllowTestTraffic";
            case PRE_PRODUCTION_TRAFFIC_SHIFT -> "BeforeAllowTraffic";
            case PRODUCTION_TRAFFIC_SHIFT -> "AllowTraffic";
            case POST_PRODUCTION_TRAFFIC_SHIFT -> "AfterAllowTraffic";
            case RECONCILE_SERVICE, BAKE_TIME, CLEAN_UP -> null;
        };
    }

    /** The same with its progress. */
    public CodeDeployDeployment at(Status next, List<Step> nextSteps, Instant now) {
        if (next == status && nextSteps.equals(steps)) {
            return this;
        }
        return new CodeDeployDeployment(
                arn,
                group,
                rollout,
                service,
                blue,
                green,
                next,
                error,
                stopRequested,
                rollback,
                rolledBack,
                nextSteps,
                document,
                createdAt,
                startedAt == null && next != Status.CREATED ? now : startedAt,
                next.terminal() && completedAt == null ? now : completedAt,
                now);
    }

    /** It did not succeed, and perhaps another takes it back. */
    public CodeDeployDeployment because(Failure why, @Nullable CodeDeployArn takenBackBy) {
        return new CodeDeployDeployment(
                arn,
                group,
                rollout,
                service,
                blue,
                green,
                status,
                why,
                stopRequested,
                takenBackBy,
                rolledBack,
                steps,
                document,
                createdAt,
                startedAt,
                completedAt,
                updatedAt);
    }

    /** Somebody asked to stop it. */
    public CodeDeployDeployment stopping() {
        return new CodeDeployDeployment(
                arn,
                group,
                rollout,
                service,
                blue,
                green,
                status,
                error,
                true,
                rollback,
                rolledBack,
                steps,
                document,
                createdAt,
                startedAt,
                completedAt,
                updatedAt);
    }
}
