package dev.dryberth.core.engine;

import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.task.Action;
import dev.dryberth.core.task.Step;
import dev.dryberth.core.task.TaskEvents;
import dev.dryberth.core.task.TaskLifecycle;
import dev.dryberth.core.task.TaskTransitions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Carries tasks on: writes events into them, steps them, turns actions into effects. Loop thread.
 */
final class TaskDriver {

    private static final Logger log = LoggerFactory.getLogger(TaskDriver.class);

    /** A task takes fewer steps than this at one moment, whatever its containers do. */
    private static final int MAX_STEPS = 64;

    private final Loop loop;
    private final Interfaces interfaces;

    TaskDriver(Loop loop, Interfaces interfaces) {
        this.loop = loop;
        this.interfaces = interfaces;
    }

    /**
     * Takes a task as far as it goes at this moment.
     *
     * @param wake called on the loop when the task must be looked at again
     */
    void settle(Tx tx, TaskArn arn, List<Effect> effects, Consumer<TaskArn> wake) {
        for (int i = 0; i < MAX_STEPS; i++) {
            Task task = tx.world().tasks().get(arn);
            if (task == null) {
                loop.cancel("task/" + arn);
                return;
            }
            Step step = TaskLifecycle.step(task, loop.clock().now());
            if (step.task().equals(task) && step.actions().isEmpty()) {
                Instant wakeAt = step.wakeAt();
                if (wakeAt == null) {
                    loop.cancel("task/" + arn);
                } else {
                    loop.schedule("task/" + arn, wakeAt, () -> wake.accept(arn));
                }
                return;
            }
            checkLegal(task, step.task());
            tx.put(tx.world().tasks(), arn, step.task());
            if (step.task().isStopped() && !task.isStopped()) {
                DeletedDefinitions.removeIfUnreferenced(tx, task.origin().taskDefinition());
            }
            for (Action action : step.actions()) {
                begin(tx, step.task(), action, effects);
            }
        }
        throw new IllegalStateException(arn + " did not settle in " + MAX_STEPS + " steps");
    }

    private static void checkLegal(Task before, Task after) {
        if (before.lastStatus() != after.lastStatus()) {
            log.debug(
                    "task {} {} -> {}", before.arn().id(), before.lastStatus(), after.lastStatus());
            if (!TaskTransitions.legal(before.lastStatus(), after.lastStatus())) {
                throw new IllegalStateException(
                        before.arn()
                                + ": illegal "
                                + before.lastStatus()
                                + " -> "
                                + after.lastStatus());
            }
        }
        for (Container container : after.containers()) {
            ContainerPhase from = before.container(container.name()).phase();
            if (from != container.phase() && !TaskTransitions.legal(from, container.phase())) {
                throw new IllegalStateException(
                        before.arn()
                                + ": illegal "
                                + from
                                + " -> "
                                + container.phase()
                                + " of container "
                                + container.name());
            }
        }
    }

    private void begin(Tx tx, Task task, Action action, List<Effect> effects) {
        switch (action) {
            case Action.Pull(String name) -> pull(tx, task, name, effects);
            case Action.Start(String name) -> start(tx, task, name, effects);
            case Action.StopContainer(String name) -> stop(task, name, effects);
            case Action.Clean() -> effects.add(new Effect.RemoveTask(task.arn()));
            case Action.ReleaseEni() -> {
                Eni eni = task.eni();
                if (eni != null) {
                    interfaces.release(tx, eni, effects);
                }
            }
        }
    }

    static void pull(Tx tx, Task task, String containerName, List<Effect> effects) {
        effects.add(
                new Effect.PullImage(
                        task.arn(),
                        containerName,
                        task.container(containerName).recipe().image(),
                        Pinning.of(tx.world(), task, containerName)));
    }

    void start(Tx tx, Task task, String containerName, List<Effect> effects) {
        TaskDefinition definition =
                tx.world().taskDefinitions().get(task.origin().taskDefinition());
        if (definition == null) {
            throw new IllegalStateException(
                    task.arn()
                            + " runs a task definition that is gone: "
                            + task.origin().taskDefinition());
        }
        effects.add(
                new Effect.StartContainer(
                        ContainerSpecs.of(
                                task,
                                definition,
                                containerName,
                                Pinning.of(tx.world(), task, containerName))));
    }

    static void stop(Task task, String containerName, List<Effect> effects) {
        Container container = task.container(containerName);
        String runtimeId = container.runtimeId();
        if (runtimeId == null) {
            throw new IllegalStateException(containerName + " of " + task.arn() + " never ran");
        }
        effects.add(
                new Effect.StopContainer(
                        task.arn(), containerName, runtimeId, container.recipe().stopTimeout()));
    }

    /** Writes what the runtime reports into the rows it concerns. */
    void on(Tx tx, RuntimeEvent event, List<Effect> effects) {
        Instant now = loop.clock().now();
        switch (event) {
            case RuntimeEvent.NamespaceReady(String eniId, String runtimeId) ->
                    namespaceReady(tx, eniId, runtimeId, effects);
            case RuntimeEvent.NamespaceFailed(String eniId, String reason) ->
                    namespaceGone(tx, eniId, reason, now, effects);
            case RuntimeEvent.NamespaceLost(String eniId) ->
                    namespaceGone(
                            tx,
                            eniId,
                            "ContainerNetworkingError: the task's network namespace was removed"
                                    + " outside Dryberth",
                            now,
                            effects);
            case RuntimeEvent.NamespaceRemoved(String eniId) -> tx.delete(tx.world().enis(), eniId);
            case RuntimeEvent.ImagePulled e -> imagePulled(tx, e, now, effects);
            case RuntimeEvent.ImagePullFailed e ->
                    update(
                            tx,
                            e.task(),
                            t -> TaskEvents.pullFailed(t, e.container(), e.reason(), now));
            case RuntimeEvent.ContainerStarted e -> containerStarted(tx, e, effects);
            case RuntimeEvent.ContainerFailed e ->
                    update(tx, e.task(), t -> TaskEvents.failed(t, e.container(), e.reason()));
            case RuntimeEvent.ContainerExited e ->
                    update(
                            tx,
                            e.task(),
                            t ->
                                    TaskEvents.exited(
                                            t,
                                            e.container(),
                                            e.runtimeId(),
                                            e.exitCode(),
                                            e.outOfMemory(),
                                            e.at(),
                                            loop.clock()));
            case RuntimeEvent.ContainerHealth e ->
                    update(
                            tx,
                            e.task(),
                            t -> TaskEvents.health(t, e.container(), e.runtimeId(), e.health()));
            case RuntimeEvent.TaskRemoved(TaskArn task) ->
                    update(tx, task, t -> t.isStopped() ? t.asCleaned() : t);
            case RuntimeEvent.TaskMeasured e -> {}
            case RuntimeEvent.OfFunctions e -> {}
            case RuntimeEvent.AllRemoved() -> {}
            case RuntimeEvent.Inventory inventory ->
                    Recovery.reconcile(this, tx, inventory, now, effects);
        }
    }

    private static void update(Tx tx, TaskArn arn, UnaryOperator<Task> change) {
        Task task = tx.world().tasks().get(arn);
        if (task == null) {
            return;
        }
        Task next = change.apply(task);
        if (!next.equals(task)) {
            checkLegal(task, next);
            tx.put(tx.world().tasks(), arn, next);
        }
    }

    /** An image that is not the one its revision is pinned to is no answer. */
    private static void imagePulled(
            Tx tx, RuntimeEvent.ImagePulled event, Instant now, List<Effect> effects) {
        Task task = tx.world().tasks().get(event.task());
        if (task == null || task.container(event.container()).phase() != ContainerPhase.PULLING) {
            return;
        }
        Pinning.found(tx, task, event);
        PinnedImage pinned = Pinning.of(tx.world(), task, event.container());
        if (pinned != null && !pinned.imageId().equals(event.imageId())) {
            pull(tx, task, event.container(), effects);
        } else {
            update(
                    tx,
                    event.task(),
                    t -> TaskEvents.pulled(t, event.container(), event.digest(), now));
        }
    }

    private void containerStarted(
            Tx tx, RuntimeEvent.ContainerStarted event, List<Effect> effects) {
        Task task = tx.world().tasks().get(event.task());
        if (task == null || task.isStopped() || givenUp(task.container(event.container()))) {
            effects.add(new Effect.RemoveUnknown(event.runtimeId()));
            return;
        }
        update(
                tx,
                event.task(),
                t ->
                        TaskEvents.started(
                                t,
                                event.container(),
                                event.runtimeId(),
                                bindings(tx, task, event),
                                event.at()));
    }

    /** The engine tells of the ports it publishes; on the host's network it has none to publish. */
    private static List<PortBinding> bindings(
            Tx tx, Task task, RuntimeEvent.ContainerStarted event) {
        TaskDefinition definition =
                tx.world().taskDefinitions().get(task.origin().taskDefinition());
        return task.origin().networkMode() == NetworkMode.HOST && definition != null
                ? ContainerSpecs.hostBindings(definition, event.container())
                : event.bindings();
    }

    /** Whether a start that only now succeeds was taken for one that never would. */
    private static boolean givenUp(Container container) {
        return container.phase() == ContainerPhase.STOPPED && !container.everRan();
    }

    void namespaceReady(Tx tx, String eniId, String runtimeId, List<Effect> effects) {
        Eni eni = tx.world().enis().get(eniId);
        if (eni == null) {
            effects.add(new Effect.RemoveUnknown(runtimeId));
            return;
        }
        if (eni.state() != Eni.State.CREATING) {
            return;
        }
        Eni ready = eni.ready(runtimeId);
        tx.put(tx.world().enis(), eniId, ready);
        TaskArn owner = eni.task();
        if (owner != null) {
            update(tx, owner, task -> task.withEni(ready));
        }
    }

    void namespaceGone(Tx tx, String eniId, String reason, Instant now, List<Effect> effects) {
        Eni eni = tx.world().enis().get(eniId);
        if (eni == null || eni.state() == Eni.State.DELETING) {
            return;
        }
        TaskArn owner = eni.task();
        if (owner == null) {
            log.warn("A network namespace for the pool is not to be had: {}", reason);
            interfaces.poolFailed(tx, eni, effects);
        } else {
            update(tx, owner, task -> TaskEvents.networkFailed(task, reason, now));
        }
    }

    void release(Tx tx, Eni eni, List<Effect> effects) {
        interfaces.release(tx, eni, effects);
    }

    /** Marks a container that was asked to start, but never will, as one that never ran. */
    static void neverStarted(Tx tx, Task task, Container container) {
        if (container.phase() == ContainerPhase.STARTING) {
            tx.put(
                    tx.world().tasks(),
                    task.arn(),
                    task.withContainer(container.stopped(null, null, null)));
        }
    }
}
