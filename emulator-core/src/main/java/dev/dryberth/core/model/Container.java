package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * One container of a task: its recipe and what is known of its run.
 *
 * @param id the last part of its ARN, a UUID
 * @param runtimeId the runtime's own id (a Docker container id), once it exists
 * @param startedAt when it last started; null: it never ran
 */
public record Container(
        ContainerRecipe recipe,
        String id,
        ContainerPhase phase,
        @Nullable String runtimeId,
        @Nullable String imageDigest,
        @Nullable Integer exitCode,
        @Nullable String reason,
        HealthStatus health,
        List<PortBinding> bindings,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        int restarts) {

    public static Container fresh(ContainerRecipe recipe, String id) {
        return new Container(
                recipe,
                id,
                ContainerPhase.WAITING,
                null,
                null,
                null,
                null,
                HealthStatus.UNKNOWN,
                List.of(),
                null,
                null,
                0);
    }

    public String name() {
        return recipe.name();
    }

    public boolean everRan() {
        return startedAt != null;
    }

    public Container inPhase(ContainerPhase next) {
        return new Container(
                recipe,
                id,
                next,
                runtimeId,
                imageDigest,
                exitCode,
                reason,
                health,
                bindings,
                startedAt,
                finishedAt,
                restarts);
    }

    public Container pulled(@Nullable String digest) {
        return new Container(
                recipe,
                id,
                ContainerPhase.PULLED,
                runtimeId,
                digest,
                exitCode,
                reason,
                health,
                bindings,
                startedAt,
                finishedAt,
                restarts);
    }

    public Container running(String newRuntimeId, List<PortBinding> newBindings, Instant at) {
        return new Container(
                recipe,
                id,
                ContainerPhase.RUNNING,
                newRuntimeId,
                imageDigest,
                null,
                null,
                HealthStatus.UNKNOWN,
                newBindings,
                at,
                null,
                restarts);
    }

    public Container stopped(@Nullable Integer code, @Nullable String why, @Nullable Instant at) {
        return new Container(
                recipe,
                id,
                ContainerPhase.STOPPED,
                runtimeId,
                imageDigest,
                code,
                why,
                health,
                bindings,
                startedAt,
                at,
                restarts);
    }

    /** Ready for its next start under the restart policy; its image is there. */
    public Container restarting() {
        return new Container(
                recipe,
                id,
                ContainerPhase.PULLED,
                runtimeId,
                imageDigest,
                null,
                null,
                HealthStatus.UNKNOWN,
                bindings,
                startedAt,
                null,
                restarts + 1);
    }

    public Container withHealth(HealthStatus next) {
        return new Container(
                recipe,
                id,
                phase,
                runtimeId,
                imageDigest,
                exitCode,
                reason,
                next,
                bindings,
                startedAt,
                finishedAt,
                restarts);
    }
}
