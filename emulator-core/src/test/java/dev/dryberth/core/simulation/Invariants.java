package dev.dryberth.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.dryberth.core.loop.SimulatedLoop;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.Dependency;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TaskTimes;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent.ObservedContainer;
import dev.dryberth.core.runtime.simulated.SimulatedHost;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** What must hold after every event, whatever went wrong before. */
@SuppressWarnings("ReferenceEquality") // The very same immutable row is how "unchanged" is told.
final class Invariants {

    private final World world;
    private final Consumer<TaskArn> forgotten;
    private Map<TaskArn, Task> before = new HashMap<>();
    private List<Task> tasks = List.of();
    private List<Eni> enis = List.of();

    /**
     * @param forgotten told of tasks whose rows the engine deleted after their time
     */
    Invariants(World world, Consumer<TaskArn> forgotten) {
        this.world = world;
        this.forgotten = forgotten;
    }

    void checkRows() {
        if (!same(enis, world.enis().all())) {
            enis = List.copyOf(world.enis().all());
            checkAddresses();
        }
        if (!same(tasks, world.tasks().all())) {
            tasks = List.copyOf(world.tasks().all());
            checkTasks();
        }
    }

    /** Whether these are the very same rows; they are immutable, so nothing changed then. */
    static boolean same(List<?> before, Collection<?> now) {
        if (before.size() != now.size()) {
            return false;
        }
        int i = 0;
        for (Object each : now) {
            if (before.get(i++) != each) {
                return false;
            }
        }
        return true;
    }

    private void checkAddresses() {
        Map<String, Eni> byAddress = new HashMap<>();
        for (Eni eni : enis) {
            Eni other = byAddress.put(eni.address(), eni);
            if (other != null) {
                fail("address given twice: %s and %s", other, eni);
            }
        }
    }

    private void checkTasks() {
        Map<TaskArn, Task> next = new HashMap<>();
        for (Task task : tasks) {
            next.put(task.arn(), task);
            Task last = before.remove(task.arn());
            if (last != task) {
                checkInItself(task);
                if (last != null) {
                    checkChange(last, task);
                }
            }
        }
        for (Task gone : before.values()) {
            assertThat(gone.cleaned()).as("forgotten only when nothing is left: %s", gone).isTrue();
            forgotten.accept(gone.arn());
        }
        before = next;
    }

    private void checkInItself(Task task) {
        TaskTimes times = task.times();
        Instant latest = times.createdAt();
        for (Instant at :
                new @Nullable Instant[] {
                    times.connectivityAt(),
                    times.pullStartedAt(),
                    times.pullStoppedAt(),
                    times.startedAt(),
                    times.stoppingAt(),
                    times.executionStoppedAt(),
                    times.stoppedAt()
                }) {
            // A pull may end after the task was told to stop, so only what AWS promises is
            // compared.
            if (at != null && at != times.pullStoppedAt()) {
                assertThat(at).as("times in order: %s", task).isAfterOrEqualTo(latest);
                latest = at;
            }
        }
        assertThat(task.stopping()).as("stop is known: %s", task).isEqualTo(task.stop() != null);
        assertThat(task.isStopped())
                .as("stopped has its time: %s", task)
                .isEqualTo(times.stoppedAt() != null);
        if (task.isStopped()) {
            assertThat(task.containers())
                    .as("a stopped task's containers: %s", task)
                    .allMatch(each -> each.phase() == ContainerPhase.STOPPED);
        }
        Eni eni = task.eni();
        if (eni != null && !task.isStopped()) {
            Eni row = world.enis().get(eni.id());
            assertThat(row).as("the interface of %s", task).isNotNull();
            assertThat(Objects.requireNonNull(row).task()).isEqualTo(task.arn());
        }
    }

    private static void checkChange(Task last, Task next) {
        assertThat(next.lastStatus())
                .as("status goes forward: %s -> %s", last, next)
                .isGreaterThanOrEqualTo(last.lastStatus());
        assertThat(next.version()).isGreaterThanOrEqualTo(last.version());
        if (!next.withTags(List.of()).equals(last.withTags(List.of()))
                && !justCleaned(last, next)) {
            assertThat(last.isStopped()).as("stopped is final: %s -> %s", last, next).isFalse();
        }
        if (last.stop() != null) {
            assertThat(next.stop()).as("the first cause stays").isEqualTo(last.stop());
        }
        for (Container container : last.containers()) {
            checkContainer(container, next.container(container.name()));
        }
    }

    private static boolean justCleaned(Task last, Task next) {
        return next.cleaned() && last.asCleaned().equals(next);
    }

    private static void checkContainer(Container last, Container next) {
        if (next.restarts() == last.restarts()) {
            assertThat(next.phase())
                    .as("phase goes forward: %s -> %s", last, next)
                    .isGreaterThanOrEqualTo(last.phase());
        } else {
            assertThat(next.recipe().restartPolicy()).as("restarted: %s", next).isNotNull();
        }
        if (last.phase() == ContainerPhase.STOPPED) {
            assertThat(next).as("a stopped container is final").isEqualTo(last);
        }
    }

    /** No container begins before the journal knows that it is to begin. */
    static void checkEffect(Effect effect, FaultyJournal journal, World world) {
        switch (effect) {
            case Effect.StartContainer(var spec) -> {
                Task task = journal.durable(world.tasks(), spec.task());
                assertThat(task).as("durable before %s starts", spec.name()).isNotNull();
                Container container = Objects.requireNonNull(task).container(spec.name());
                assertThat(container.phase())
                        .as("durable before %s starts: %s", spec.name(), task)
                        .isGreaterThanOrEqualTo(ContainerPhase.STARTING);
                checkImage(spec, task, journal, world);
            }
            case Effect.CreateNamespace(var eni, var cidr) ->
                    assertThat(journal.durable(world.enis(), eni.id()))
                            .as("durable before its namespace: %s", eni)
                            .isNotNull();
            case Effect.RemoveTask(var arn) -> {
                Task task = journal.durable(world.tasks(), arn);
                assertThat(task == null || task.isStopped())
                        .as("only a stopped task is removed: %s", task)
                        .isTrue();
            }
            case Effect.RemoveNamespace e -> {}
            case Effect.PullImage e -> {}
            case Effect.StopContainer e -> {}
            case Effect.MeasureTask e -> {}
            case Effect.ForFunctions e -> {}
            case Effect.RemoveUnknown e -> {}
            case Effect.RemoveAll e -> {}
        }
    }

    /** All tasks of a revision run one image: the one that the journal knows. */
    private static void checkImage(
            ContainerSpec spec, Task task, FaultyJournal journal, World world) {
        Membership membership = task.membership();
        ServiceRevision revision =
                membership == null
                        ? null
                        : journal.durable(world.serviceRevisions(), membership.revision());
        if (revision != null) {
            assertThat(spec.image())
                    .as("the image of %s", task)
                    .isEqualTo(Objects.requireNonNull(revision.pinned(spec.name())).imageId());
        }
    }

    /**
     * Nothing waits for something that will never come. Holds when no event is posted and no commit
     * under way.
     */
    void checkNothingIsForgotten(SimulatedLoop loop, FaultyRuntime runtime) {
        if (runtime.resyncPending()) {
            return;
        }
        for (Task task : world.tasks().all()) {
            if (task.isStopped()) {
                if (!task.cleaned() && !runtime.isUnanswered("remove " + task.arn())) {
                    fail("nothing will clean %s", task);
                }
                continue;
            }
            checkStartTimeouts(loop, task);
            if (atGoal(task)) {
                continue;
            }
            boolean moving = loop.hasTimer("task/" + task.arn());
            if (task.drains()) {
                moving |=
                        Objects.requireNonNull(task.membership()).targets().stream()
                                .anyMatch(key -> loop.hasTimer("drain " + key));
            }
            Eni eni = task.eni();
            if (eni != null && task.lastStatus() == TaskStatus.PROVISIONING) {
                moving |= runtime.isUnanswered("create " + eni.id());
            }
            for (Container container : task.containers()) {
                String name = task.arn() + "/" + container.name();
                moving |=
                        switch (container.phase()) {
                            case PULLING -> runtime.isUnanswered("pull " + name);
                            case STARTING -> runtime.isUnanswered("start " + name);
                            case STOPPING -> runtime.isUnanswered("stop " + name);
                            case WAITING, PULLED, RUNNING, STOPPED -> false;
                        };
            }
            if (!moving) {
                fail("nothing will move %s", task);
            }
        }
        for (Eni eni : world.enis().all()) {
            boolean moves =
                    switch (eni.state()) {
                        case CREATING -> runtime.isUnanswered("create " + eni.id());
                        case READY -> true;
                        case DELETING -> runtime.isUnanswered("remove " + eni.id());
                    };
            if (!moves) {
                fail("nothing will move %s", eni);
            }
        }
    }

    private static void checkStartTimeouts(SimulatedLoop loop, Task task) {
        if (task.stopping()) {
            return;
        }
        for (Container container : task.containers()) {
            if (container.phase() != ContainerPhase.WAITING) {
                continue;
            }
            for (Dependency dependency : container.recipe().dependsOn()) {
                Container other = task.container(dependency.container());
                if (other.phase() == ContainerPhase.RUNNING
                        && dependency.condition() != Dependency.Condition.START
                        && other.recipe().startTimeout() != null
                        && !loop.hasTimer("task/" + task.arn())) {
                    fail("nobody watches the start timeout of %s in %s", other.name(), task);
                }
            }
        }
    }

    /** Whether a task need not go anywhere: it runs, or waits for a dependency without a limit. */
    static boolean atGoal(Task task) {
        if (task.stopping()) {
            return task.isStopped() && task.cleaned();
        }
        boolean waits = false;
        for (Container container : task.containers()) {
            switch (container.phase()) {
                case RUNNING, STOPPED -> {}
                case WAITING -> waits = true;
                case PULLING, PULLED, STARTING, STOPPING -> {
                    return false;
                }
            }
        }
        return waits || task.lastStatus() == TaskStatus.RUNNING;
    }

    /** With no faults and nothing to do, what runs and what the journal knows are the same. */
    void checkSettled(SimulatedHost host, int poolSize) {
        List<String> unexplained = new ArrayList<>();
        Map<String, ObservedContainer> running = new HashMap<>();
        for (ObservedContainer each : host.observedContainers()) {
            Task task = world.tasks().get(each.task());
            if (task == null || task.cleaned()) {
                unexplained.add("orphan " + each);
            } else if (each.running()) {
                running.put(each.runtimeId(), each);
            }
        }
        for (Task task : world.tasks().all()) {
            if (!atGoal(task)) {
                unexplained.add("not settled " + task);
            }
            for (Container container : task.containers()) {
                boolean shouldRun = container.phase() == ContainerPhase.RUNNING;
                ObservedContainer observed =
                        container.runtimeId() == null
                                ? null
                                : running.remove(container.runtimeId());
                if (shouldRun != (observed != null)) {
                    unexplained.add(
                            "%s of %s, but it runs: %s".formatted(container, task, observed));
                }
            }
        }
        running.values().forEach(each -> unexplained.add("unknown " + each));
        checkNamespaces(host, poolSize, unexplained);
        assertThat(unexplained).isEmpty();
    }

    private void checkNamespaces(SimulatedHost host, int poolSize, List<String> unexplained) {
        Map<String, String> namespaces = new HashMap<>();
        host.observedNamespaces().forEach(each -> namespaces.put(each.eniId(), each.runtimeId()));
        Map<String, Integer> pool = new HashMap<>();
        for (Eni eni : world.enis().all()) {
            String runtimeId = namespaces.remove(eni.id());
            if (eni.state() != Eni.State.READY || !Objects.equals(eni.runtimeId(), runtimeId)) {
                unexplained.add("not settled " + eni + ", there is " + runtimeId);
            }
            TaskArn owner = eni.task();
            if (owner == null) {
                pool.merge(eni.subnetId(), 1, Integer::sum);
            } else {
                Task task = world.tasks().get(owner);
                if (task == null || task.isStopped()) {
                    unexplained.add("leaked " + eni);
                }
            }
        }
        namespaces.forEach((eniId, runtimeId) -> unexplained.add("orphan namespace " + eniId));
        for (var subnet : Workload.VPC.subnets()) {
            int ready = pool.getOrDefault(subnet.id(), 0);
            boolean full =
                    world.enis().all().stream()
                                    .filter(e -> e.subnetId().equals(subnet.id()))
                                    .count()
                            >= 11;
            if (ready != poolSize && !full) {
                unexplained.add(
                        "pool of %s: %d (expected: %d)".formatted(subnet.id(), ready, poolSize));
            }
        }
    }
}
