package dev.dryberth.core.task;

import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.TaskStatus;

import java.util.EnumSet;
import java.util.Set;

/**
 * The legal transitions of tasks and containers, as one table each. What is not listed is a bug.
 */
public final class TaskTransitions {

    private TaskTransitions() {}

    /**
     * Where a task may go next. A task without an interface of its own skips PROVISIONING,
     * ACTIVATING, DEACTIVATING and DEPROVISIONING; one that never ran may leave any early status.
     */
    static Set<TaskStatus> after(TaskStatus from) {
        return switch (from) {
            case PROVISIONING -> EnumSet.of(TaskStatus.PENDING, TaskStatus.DEPROVISIONING);
            case PENDING ->
                    EnumSet.of(
                            TaskStatus.ACTIVATING,
                            TaskStatus.RUNNING,
                            TaskStatus.STOPPING,
                            TaskStatus.DEPROVISIONING,
                            TaskStatus.STOPPED);
            case ACTIVATING ->
                    EnumSet.of(TaskStatus.RUNNING, TaskStatus.STOPPING, TaskStatus.DEPROVISIONING);
            case RUNNING -> EnumSet.of(TaskStatus.DEACTIVATING, TaskStatus.STOPPING);
            case DEACTIVATING -> EnumSet.of(TaskStatus.STOPPING);
            case STOPPING -> EnumSet.of(TaskStatus.DEPROVISIONING, TaskStatus.STOPPED);
            case DEPROVISIONING -> EnumSet.of(TaskStatus.STOPPED);
            case STOPPED -> EnumSet.noneOf(TaskStatus.class);
        };
    }

    public static boolean legal(TaskStatus from, TaskStatus to) {
        return after(from).contains(to);
    }

    /** Where a container may go next; RUNNING to PULLED is a restart under its restart policy. */
    static Set<ContainerPhase> after(ContainerPhase from) {
        return switch (from) {
            case WAITING -> EnumSet.of(ContainerPhase.PULLING, ContainerPhase.STOPPED);
            case PULLING -> EnumSet.of(ContainerPhase.PULLED, ContainerPhase.STOPPED);
            case PULLED -> EnumSet.of(ContainerPhase.STARTING, ContainerPhase.STOPPED);
            case STARTING -> EnumSet.of(ContainerPhase.RUNNING, ContainerPhase.STOPPED);
            case RUNNING ->
                    EnumSet.of(
                            ContainerPhase.STOPPING, ContainerPhase.STOPPED, ContainerPhase.PULLED);
            case STOPPING -> EnumSet.of(ContainerPhase.STOPPED);
            case STOPPED -> EnumSet.noneOf(ContainerPhase.class);
        };
    }

    public static boolean legal(ContainerPhase from, ContainerPhase to) {
        return after(from).contains(to);
    }
}
