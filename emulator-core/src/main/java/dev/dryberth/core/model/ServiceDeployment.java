package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * One roll-out of a service revision, with the rollback that may end it.
 *
 * @param sources the revisions whose tasks it replaces
 * @param breaker what became of the circuit breaker
 * @param alarms what became of the alarms
 * @param lifecycle how far it is; null: it moves no traffic
 * @param configuration the service's deploymentConfiguration when it began
 */
public record ServiceDeployment(
        ServiceDeploymentArn arn,
        Status status,
        @Nullable String statusReason,
        ServiceRevisionArn target,
        List<ServiceRevisionArn> sources,
        @Nullable Rollback rollback,
        Breaker breaker,
        Alarms alarms,
        @Nullable Lifecycle lifecycle,
        software.amazon.awssdk.services.ecs.model.DeploymentConfiguration configuration,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant stoppedAt,
        Instant updatedAt) {

    /** How a roll-out goes. */
    public enum Status {
        PENDING,
        IN_PROGRESS,
        SUCCESSFUL,
        STOP_REQUESTED,
        STOPPED,
        ROLLBACK_REQUESTED,
        ROLLBACK_IN_PROGRESS,
        ROLLBACK_SUCCESSFUL,
        ROLLBACK_FAILED;

        /** Whether nothing more happens. */
        public boolean terminal() {
            return switch (this) {
                case SUCCESSFUL, STOPPED, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED -> true;
                case PENDING,
                        IN_PROGRESS,
                        STOP_REQUESTED,
                        ROLLBACK_REQUESTED,
                        ROLLBACK_IN_PROGRESS ->
                        false;
            };
        }
    }

    /** Whether something watches a roll-out, and what it found. */
    public enum Monitoring {
        DISABLED,
        MONITORING,
        MONITORING_COMPLETE,
        TRIGGERED
    }

    /** Why, since when and to which revision it is rolled back. */
    public record Rollback(String reason, Instant startedAt, ServiceRevisionArn revision) {}

    /** The circuit breaker as far as this roll-out is concerned. */
    public record Breaker(Monitoring status, int failureCount, int threshold) {}

    /** The alarms as far as this roll-out is concerned. */
    public record Alarms(Monitoring status, List<String> names, List<String> triggered) {}

    public ServiceDeployment inStatus(Status next, @Nullable String reason, Instant now) {
        boolean leavesPending = status == Status.PENDING && next != Status.PENDING;
        return new ServiceDeployment(
                arn,
                next,
                reason == null ? statusReason : reason,
                target,
                sources,
                rollback,
                breaker,
                alarms,
                next.terminal() && lifecycle != null ? lifecycle.closed() : lifecycle,
                configuration,
                createdAt,
                leavesPending ? now : startedAt,
                next.terminal() ? now : finishedAt,
                next == Status.STOPPED ? now : stoppedAt,
                now);
    }

    public ServiceDeployment withRollback(Rollback next) {
        return new ServiceDeployment(
                arn,
                status,
                statusReason,
                target,
                sources,
                next,
                breaker,
                alarms,
                lifecycle,
                configuration,
                createdAt,
                startedAt,
                finishedAt,
                stoppedAt,
                updatedAt);
    }

    public ServiceDeployment watchedBy(Breaker nextBreaker, Alarms nextAlarms) {
        return new ServiceDeployment(
                arn,
                status,
                statusReason,
                target,
                sources,
                rollback,
                nextBreaker,
                nextAlarms,
                lifecycle,
                configuration,
                createdAt,
                startedAt,
                finishedAt,
                stoppedAt,
                updatedAt);
    }

    public ServiceDeployment withLifecycle(Lifecycle next) {
        return new ServiceDeployment(
                arn,
                status,
                statusReason,
                target,
                sources,
                rollback,
                breaker,
                alarms,
                next,
                configuration,
                createdAt,
                startedAt,
                finishedAt,
                stoppedAt,
                updatedAt);
    }
}
