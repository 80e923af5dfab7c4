package dev.dryberth.core.engine;

import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings what the journal knows and what the runtime has together again: after a start of the
 * daemon, and whenever events may have been lost.
 *
 * <p>For each container and interface the journal knows, the runtime either has it as it should be,
 * or has it changed (then the event that was missed is written in), or has it not (then the effect
 * that was under way is asked for again, or what had been running is taken as gone). What the
 * runtime has and the journal does not know is removed. A listing is older than the events that
 * came while it was made, so what started after it began is not missed in it. Effects are
 * idempotent, therefore asking twice does no harm.
 */
final class Recovery {

    private final TaskDriver driver;
    private final Tx tx;
    private final RuntimeEvent.Inventory inventory;
    private final Instant now;
    private final List<Effect> effects;
    private final Map<String, RuntimeEvent.ObservedContainer> latest = new HashMap<>();

    private Recovery(
            TaskDriver driver,
            Tx tx,
            RuntimeEvent.Inventory inventory,
            Instant now,
            List<Effect> effects) {
        this.driver = driver;
        this.tx = tx;
        this.inventory = inventory;
        this.now = now;
        this.effects = effects;
    }

    static void reconcile(
            TaskDriver driver,
            Tx tx,
            RuntimeEvent.Inventory inventory,
            Instant now,
            List<Effect> effects) {
        Recovery recovery = new Recovery(driver, tx, inventory, now, effects);
        recovery.removeUnknown();
        recovery.interfaces();
        recovery.tasks();
    }

    private void removeUnknown() {
        for (RuntimeEvent.ObservedContainer each : inventory.containers()) {
            Task task = tx.world().tasks().get(each.task());
            boolean known =
                    task != null
                            && !task.cleaned()
                            && task.containers().stream()
                                    .anyMatch(c -> c.name().equals(each.container()));
            if (!known) {
                effects.add(new Effect.RemoveUnknown(each.runtimeId()));
                continue;
            }
            latest.merge(
                    key(each.task(), each.container()),
                    each,
                    (a, b) -> owned(b) || (!owned(a) && later(b, a)) ? b : a);
        }
        for (RuntimeEvent.ObservedNamespace each : inventory.namespaces()) {
            if (tx.world().enis().get(each.eniId()) == null) {
                effects.add(new Effect.RemoveUnknown(each.runtimeId()));
            }
        }
    }

    /** Whether this very container is the one the task knows. */
    private boolean owned(RuntimeEvent.ObservedContainer observed) {
        Task task = tx.world().tasks().get(observed.task());
        return task != null
                && observed.runtimeId().equals(task.container(observed.container()).runtimeId());
    }

    private static boolean later(
            RuntimeEvent.ObservedContainer a, RuntimeEvent.ObservedContainer b) {
        Instant first = a.startedAt();
        Instant second = b.startedAt();
        return first != null && (second == null || first.isAfter(second));
    }

    private static String key(TaskArn task, String container) {
        return task + "/" + container;
    }

    private void interfaces() {
        Map<String, RuntimeEvent.ObservedNamespace> observed = new HashMap<>();
        for (RuntimeEvent.ObservedNamespace each : inventory.namespaces()) {
            observed.put(each.eniId(), each);
        }
        for (Eni eni : new ArrayList<>(tx.world().enis().all())) {
            RuntimeEvent.ObservedNamespace found = observed.get(eni.id());
            switch (eni.state()) {
                case CREATING -> {
                    if (found != null && found.running()) {
                        driver.namespaceReady(tx, eni.id(), found.runtimeId(), effects);
                    } else {
                        Vpc vpc = tx.world().vpcs().get(eni.vpcId());
                        if (vpc != null) {
                            effects.add(new Effect.CreateNamespace(eni, vpc.cidr()));
                        }
                    }
                }
                case READY -> {
                    if ((found == null || !found.running()) && !newerThanListing(eni)) {
                        lost(eni);
                    }
                }
                case DELETING -> effects.add(new Effect.RemoveNamespace(eni));
            }
        }
    }

    /** An interface is ready no later than its task is connected. */
    private boolean newerThanListing(Eni eni) {
        TaskArn owner = eni.task();
        Task task = owner == null ? null : tx.world().tasks().get(owner);
        return task != null && newerThanListing(task.times().connectivityAt());
    }

    private boolean newerThanListing(@Nullable Instant at) {
        return at != null && !at.isBefore(inventory.asOf());
    }

    private void lost(Eni eni) {
        if (eni.task() == null) {
            driver.release(tx, eni, effects);
        } else {
            driver.on(tx, new RuntimeEvent.NamespaceLost(eni.id()), effects);
        }
    }

    private void tasks() {
        for (Task task : new ArrayList<>(tx.world().tasks().all())) {
            if (task.isStopped()) {
                if (!task.cleaned()) {
                    effects.add(new Effect.RemoveTask(task.arn()));
                }
                continue;
            }
            for (Container container : task.containers()) {
                container(task, container);
            }
        }
    }

    private void container(Task task, Container container) {
        TaskArn arn = task.arn();
        RuntimeEvent.ObservedContainer found = latest.get(key(arn, container.name()));
        switch (container.phase()) {
            case WAITING, PULLED, STOPPED -> {}
            case PULLING -> TaskDriver.pull(tx, task, container.name(), effects);
            case STARTING -> starting(arn, container, found);
            case RUNNING, STOPPING -> running(arn, container, found);
        }
    }

    private void starting(
            TaskArn arn, Container container, RuntimeEvent.@Nullable ObservedContainer found) {
        Task task = tx.world().tasks().get(arn);
        if (task == null) {
            return;
        }
        Instant startedAt = found == null ? null : found.startedAt();
        if (found != null && startedAt != null && isThisAttempt(container, found)) {
            driver.on(
                    tx,
                    new RuntimeEvent.ContainerStarted(
                            arn, container.name(), found.runtimeId(), found.bindings(), startedAt),
                    effects);
            if (!found.running()) {
                exited(arn, container, found);
            }
        } else if (task.stopping()) {
            TaskDriver.neverStarted(tx, task, container);
        } else {
            driver.start(tx, task, container.name(), effects);
        }
    }

    /** A restarted container keeps the runtime id of its last run until the new run is known. */
    private static boolean isThisAttempt(
            Container container, RuntimeEvent.ObservedContainer found) {
        Instant before = container.startedAt();
        Instant startedAt = found.startedAt();
        return before == null || (startedAt != null && startedAt.isAfter(before));
    }

    private void running(
            TaskArn arn, Container container, RuntimeEvent.@Nullable ObservedContainer found) {
        String runtimeId = container.runtimeId();
        if (found == null || !found.runtimeId().equals(runtimeId)) {
            if (!newerThanListing(container.startedAt()) && runtimeId != null) {
                driver.on(
                        tx,
                        new RuntimeEvent.ContainerExited(
                                arn, container.name(), runtimeId, null, false, now),
                        effects);
            }
        } else if (!found.running()) {
            if (!showsAnEarlierRun(container, found)) {
                exited(arn, container, found);
            }
        } else {
            driver.on(
                    tx,
                    new RuntimeEvent.ContainerHealth(
                            arn, container.name(), found.runtimeId(), found.health()),
                    effects);
            Task task = tx.world().tasks().get(arn);
            if (task != null && container.phase() == ContainerPhase.STOPPING) {
                TaskDriver.stop(task, container.name(), effects);
            }
        }
    }

    /** A container restarted while the listing was made is in it as it was before. */
    private boolean showsAnEarlierRun(Container container, RuntimeEvent.ObservedContainer found) {
        return newerThanListing(container.startedAt()) && !isThisRun(container, found);
    }

    private static boolean isThisRun(Container container, RuntimeEvent.ObservedContainer found) {
        Instant known = container.startedAt();
        Instant startedAt = found.startedAt();
        return known != null && startedAt != null && !startedAt.isBefore(known);
    }

    private void exited(TaskArn arn, Container container, RuntimeEvent.ObservedContainer found) {
        Instant finishedAt = found.finishedAt();
        driver.on(
                tx,
                new RuntimeEvent.ContainerExited(
                        arn,
                        container.name(),
                        found.runtimeId(),
                        found.exitCode(),
                        found.outOfMemory(),
                        finishedAt == null ? now : finishedAt),
                effects);
    }
}
