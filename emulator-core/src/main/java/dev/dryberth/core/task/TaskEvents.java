package dev.dryberth.core.task;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.RestartPolicy;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Task;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * What the runtime reports, written into a task. Pure; an event that does not fit what is known (a
 * repeated one, or one of an earlier run of a container) changes nothing and returns the same task.
 */
public final class TaskEvents {

    /** The reason on a container that a memory limit killed. */
    public static final String OUT_OF_MEMORY =
            "OutOfMemoryError: Container killed due to memory usage";

    /** The reason on a container that vanished while nobody watched. */
    public static final String VANISHED =
            "DockerStateError: the container was removed outside Dryberth; its exit code is lost";

    /** AWS shows no longer reason than this. */
    public static final int MAX_REASON_LENGTH = 1024;

    private TaskEvents() {}

    public static Task pulled(
            Task task, String containerName, @Nullable String digest, Instant now) {
        Container container = task.container(containerName);
        return container.phase() == ContainerPhase.PULLING
                ? task.withContainer(container.pulled(digest))
                        .withTimes(task.times().pullStopped(now))
                : task;
    }

    public static Task pullFailed(Task task, String containerName, String reason, Instant now) {
        Container container = task.container(containerName);
        return container.phase() == ContainerPhase.PULLING
                ? task.withContainer(container.stopped(null, shortened(reason), null))
                        .withTimes(task.times().pullStopped(now))
                : task;
    }

    public static Task started(
            Task task,
            String containerName,
            String runtimeId,
            List<PortBinding> bindings,
            Instant at) {
        Container container = task.container(containerName);
        return container.phase() == ContainerPhase.STARTING
                ? task.withContainer(container.running(runtimeId, bindings, at))
                : task;
    }

    public static Task failed(Task task, String containerName, String reason) {
        Container container = task.container(containerName);
        return container.phase() == ContainerPhase.STARTING
                ? task.withContainer(container.stopped(null, shortened(reason), null))
                : task;
    }

    private static String shortened(String reason) {
        return reason.length() <= MAX_REASON_LENGTH
                ? reason
                : reason.substring(0, MAX_REASON_LENGTH);
    }

    /**
     * A container's processes ended. Under its restart policy it may go on; otherwise it has
     * stopped, and the lifecycle decides what that means for the task.
     */
    public static Task exited(
            Task task,
            String containerName,
            String runtimeId,
            @Nullable Integer exitCode,
            boolean outOfMemory,
            Instant at,
            Clock clock) {
        Container container = task.container(containerName);
        boolean ran =
                container.phase() == ContainerPhase.RUNNING
                        || container.phase() == ContainerPhase.STOPPING;
        if (!ran || !runtimeId.equals(container.runtimeId())) {
            return task;
        }
        if (mayRestart(task, container, exitCode, at, clock)) {
            Task again = task.withContainer(container.restarting());
            return again.withHealth(TaskHealth.of(again));
        }
        String reason = outOfMemory ? OUT_OF_MEMORY : exitCode == null ? VANISHED : null;
        Task next = task.withContainer(container.stopped(exitCode, reason, at));
        return next.withHealth(TaskHealth.of(next));
    }

    private static boolean mayRestart(
            Task task, Container container, @Nullable Integer exitCode, Instant at, Clock clock) {
        RestartPolicy policy = container.recipe().restartPolicy();
        Instant startedAt = container.startedAt();
        return policy != null
                && !task.stopping()
                && container.phase() == ContainerPhase.RUNNING
                && exitCode != null
                && startedAt != null
                && !policy.ignoredExitCodes().contains(exitCode)
                && !at.isBefore(startedAt.plus(clock.wait(policy.attemptPeriod())));
    }

    public static Task health(
            Task task, String containerName, String runtimeId, HealthStatus health) {
        Container container = task.container(containerName);
        if (!runtimeId.equals(container.runtimeId())
                || container.phase() != ContainerPhase.RUNNING
                || container.health() == health) {
            return task;
        }
        Task next = task.withContainer(container.withHealth(health));
        return next.withHealth(TaskHealth.of(next));
    }

    /** The task's network can't be had, or is lost: it can't start, or can't go on. */
    public static Task networkFailed(Task task, String reason, Instant now) {
        Stop stop =
                task.times().startedAt() == null
                        ? new Stop(StopCode.TASK_FAILED_TO_START, shortened(reason))
                        : new Stop(StopCode.ESSENTIAL_CONTAINER_EXITED, shortened(reason));
        return task.headedForStop(stop, task.times().stopping(now));
    }
}
