package dev.dryberth.core.task;

import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.Dependency;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskStatus;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a task one step on.
 *
 * <p><b>Goal.</b> A task goes through ECS's statuses in order, and its containers start and stop in
 * the order their dependencies ask for, whatever the runtime reports and whenever.
 *
 * <p><b>Constraints.</b> Pure: a task and the time in, a task and actions out. Level-triggered: it
 * looks only at what is known now, so a lost event, a repeated one or a restart of the daemon needs
 * no special case. An action is asked for exactly when the container's phase moves to the phase
 * that stands for it, and the journal holds that phase before the action begins.
 *
 * <p><b>Algorithm.</b> {@link #step} makes at most one change of the task's status, or any number
 * of changes of its containers, and the engine calls it until nothing changes. A task headed for
 * RUNNING: stop it if an essential container has stopped; give up containers whose dependencies can
 * never be met; pull and start those whose dependencies are met; RUNNING when every container runs
 * or has run. A task headed for STOPPED: containers that never ran stop on the spot; the others
 * once all that depend on them have stopped; then the interface goes back.
 *
 * <p><b>Example.</b> {@code app} depends on {@code init} SUCCESS; awsvpc. PROVISIONING until the
 * interface is ready; PENDING; ACTIVATING: pull init, start init, init exits 0, pull app, start
 * app; RUNNING, because init has run and is not essential. StopTask: DEACTIVATING, STOPPING: stop
 * app; it exits 143; DEPROVISIONING: clean, release; STOPPED. Behind a load balancer it stays
 * DEACTIVATING until its targets have drained.
 *
 * <p>Follows the task lifecycle page of the ECS developer guide and the agent's rules. Deviation:
 * STOPPED is declared when the last process has ended, while containers and interface are removed
 * in the background; their rows stay until the runtime confirms.
 */
public final class TaskLifecycle {

    private TaskLifecycle() {}

    public static Step step(Task task, Instant now) {
        if (task.isStopped()) {
            return new Step(task, List.of(), null);
        }
        return task.stopping() ? towardsStopped(task, now) : towardsRunning(task, now);
    }

    private static Step towardsRunning(Task task, Instant now) {
        Stop stop = causeToStop(task);
        if (stop != null) {
            return changed(task.headedForStop(stop, task.times().stopping(now)));
        }
        return switch (task.lastStatus()) {
            case PROVISIONING -> {
                Eni eni = task.eni();
                boolean attached = eni != null && eni.state() == Eni.State.READY;
                yield attached
                        ? changed(task.inStatus(TaskStatus.PENDING, task.times().connectivity(now)))
                        : new Step(task, List.of(), null);
            }
            case PENDING -> {
                if (hasOwnInterface(task)) {
                    yield changed(task.inStatus(TaskStatus.ACTIVATING, task.times()));
                }
                // Without an interface to wait for, a task is connected as soon as it is placed.
                yield task.times().connectivityAt() == null
                        ? changed(task.inStatus(TaskStatus.PENDING, task.times().connectivity(now)))
                        : startContainers(task, now);
            }
            case ACTIVATING, RUNNING -> startContainers(task, now);
            case DEACTIVATING, STOPPING, DEPROVISIONING, STOPPED ->
                    throw new IllegalStateException(
                            task.arn() + " is " + task.lastStatus() + " but headed for RUNNING");
        };
    }

    /** The first essential container that stopped decides why the task does. */
    private static @Nullable Stop causeToStop(Task task) {
        for (Container container : task.containers()) {
            if (container.recipe().essential() && container.phase() == ContainerPhase.STOPPED) {
                return container.everRan()
                        ? new Stop(
                                StopCode.ESSENTIAL_CONTAINER_EXITED,
                                "Essential container in task exited")
                        : failedToStart(task, rootCause(task, container).reason());
            }
        }
        return null;
    }

    /** Who never started because another never did has only followed it. */
    private static Container rootCause(Task task, Container container) {
        for (Dependency dependency : container.recipe().dependsOn()) {
            Container other = task.container(dependency.container());
            if (other.phase() == ContainerPhase.STOPPED
                    && !other.everRan()
                    && other.reason() != null) {
                return rootCause(task, other);
            }
        }
        return container;
    }

    /** Fargate shows the container's reason; on instances it stands on the container alone. */
    static Stop failedToStart(Task task, @Nullable String reason) {
        return new Stop(
                StopCode.TASK_FAILED_TO_START,
                task.origin().launchType() == LaunchType.FARGATE && reason != null
                        ? reason
                        : "Task failed to start");
    }

    private static Step startContainers(Task task, Instant now) {
        Task next = task;
        List<Action> actions = new ArrayList<>();
        Instant wakeAt = null;
        for (Container container : task.containers()) {
            switch (container.phase()) {
                case WAITING -> {
                    switch (Dependencies.of(next, container, now)) {
                        case Dependencies.Readiness.Ready() -> {
                            next =
                                    next.withContainer(container.inPhase(ContainerPhase.PULLING))
                                            .withTimes(next.times().pullStarted(now));
                            actions.add(new Action.Pull(container.name()));
                        }
                        case Dependencies.Readiness.Waiting(Instant giveUpAt) ->
                                wakeAt = Dependencies.earlier(wakeAt, giveUpAt);
                        case Dependencies.Readiness.Never(String reason) ->
                                next = next.withContainer(container.stopped(null, reason, null));
                    }
                }
                case PULLED -> {
                    next = next.withContainer(container.inPhase(ContainerPhase.STARTING));
                    actions.add(new Action.Start(container.name()));
                }
                case PULLING, STARTING, RUNNING, STOPPING, STOPPED -> {}
            }
        }
        if (next.equals(task) && task.lastStatus() != TaskStatus.RUNNING && allRanOrRun(task)) {
            return changed(task.inStatus(TaskStatus.RUNNING, task.times().started(now)));
        }
        return new Step(next, actions, wakeAt);
    }

    private static boolean allRanOrRun(Task task) {
        return task.containers().stream()
                .allMatch(container ->
                        container.phase() == ContainerPhase.RUNNING
                                || container.phase() == ContainerPhase.STOPPED);
    }

    private static Step towardsStopped(Task task, Instant now) {
        return switch (task.lastStatus()) {
            case PROVISIONING -> changed(withoutTheNeverRun(task, TaskStatus.DEPROVISIONING, now));
            case PENDING, ACTIVATING -> {
                boolean processes =
                        task.containers().stream()
                                .anyMatch(container -> container.phase().mayHaveProcesses());
                if (processes) {
                    yield changed(task.inStatus(TaskStatus.STOPPING, task.times()));
                }
                yield hasOwnInterface(task)
                        ? changed(withoutTheNeverRun(task, TaskStatus.DEPROVISIONING, now))
                        : finish(withoutTheNeverRun(task, TaskStatus.STOPPED, now), now);
            }
            case RUNNING ->
                    changed(
                            task.inStatus(
                                    hasOwnInterface(task) || task.drains()
                                            ? TaskStatus.DEACTIVATING
                                            : TaskStatus.STOPPING,
                                    task.times()));
            case DEACTIVATING ->
                    task.drains()
                            ? new Step(task, List.of(), null)
                            : changed(task.inStatus(TaskStatus.STOPPING, task.times()));
            case STOPPING -> stopContainers(task, now);
            case DEPROVISIONING -> finish(task.inStatus(TaskStatus.STOPPED, task.times()), now);
            case STOPPED -> throw new IllegalStateException(task.arn() + " has stopped");
        };
    }

    private static Task withoutTheNeverRun(Task task, TaskStatus status, Instant now) {
        Task next = task;
        for (Container container : task.containers()) {
            if (container.phase() != ContainerPhase.STOPPED) {
                next = next.withContainer(container.stopped(null, null, null));
            }
        }
        return next.inStatus(status, next.times().executionStopped(now));
    }

    private static Step stopContainers(Task task, Instant now) {
        Task next = task;
        List<Action> actions = new ArrayList<>();
        for (Container container : task.containers()) {
            switch (container.phase()) {
                case WAITING, PULLING, PULLED ->
                        next = next.withContainer(container.stopped(null, null, null));
                case RUNNING -> {
                    if (Dependencies.nobodyNeeds(next, container.name())) {
                        next = next.withContainer(container.inPhase(ContainerPhase.STOPPING));
                        actions.add(new Action.StopContainer(container.name()));
                    }
                }
                case STARTING, STOPPING, STOPPED -> {}
            }
        }
        if (!next.equals(task)) {
            return new Step(next, actions, null);
        }
        if (task.containers().stream().anyMatch(each -> each.phase() != ContainerPhase.STOPPED)) {
            return new Step(task, List.of(), null);
        }
        Task done = task.withTimes(task.times().executionStopped(now));
        return hasOwnInterface(task)
                ? changed(done.inStatus(TaskStatus.DEPROVISIONING, done.times()))
                : finish(done.inStatus(TaskStatus.STOPPED, done.times()), now);
    }

    private static Step finish(Task task, Instant now) {
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.Clean());
        if (task.eni() != null) {
            actions.add(new Action.ReleaseEni());
        }
        return new Step(task.withTimes(task.times().stopped(now)), actions, null);
    }

    private static boolean hasOwnInterface(Task task) {
        return task.origin().networkMode() == NetworkMode.AWSVPC;
    }

    private static Step changed(Task task) {
        return new Step(task, List.of(), null);
    }
}
