package dev.dryberth.core.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TaskTimes;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One task taken through its life without an engine: each event a second after the last, then steps
 * until nothing changes. After every change it checks what must always hold: legal transitions,
 * timestamps in order and set once, a version that never falls.
 */
final class TaskRun {

    private static final int MAX_STEPS = 64;

    private Task task;
    private Instant now = Tasks.CREATED;
    private final Clock clock = new Clock(() -> now, 1);
    private final List<String> actions = new ArrayList<>();
    private final List<TaskStatus> statuses = new ArrayList<>();
    private @Nullable Instant wakeAt;

    private TaskRun(Task task) {
        this.task = task;
        statuses.add(task.lastStatus());
        settle();
    }

    static TaskRun of(Task task) {
        return new TaskRun(task);
    }

    static TaskRun fargate(Recipes... containers) {
        return awsvpc(LaunchType.FARGATE, containers);
    }

    static TaskRun awsvpc(LaunchType launchType, Recipes... containers) {
        return of(
                Tasks.task(
                        Tasks.arn("t"),
                        launchType,
                        NetworkMode.AWSVPC,
                        Tasks.eni("eni-1", Tasks.arn("t")),
                        containers));
    }

    static TaskRun bridge(Recipes... containers) {
        return of(Tasks.bridge(Tasks.arn("t"), containers));
    }

    Task task() {
        return task;
    }

    Container container(String name) {
        return task.container(name);
    }

    Instant now() {
        return now;
    }

    List<TaskStatus> statuses() {
        return statuses;
    }

    @Nullable Instant wakeAt() {
        return wakeAt;
    }

    /** What was asked for since the last call: {@code pull app}, {@code clean}. */
    List<String> takeActions() {
        List<String> taken = List.copyOf(actions);
        actions.clear();
        return taken;
    }

    TaskRun attached() {
        return change(t -> t.withEni(Objects.requireNonNull(t.eni()).ready("pause")));
    }

    TaskRun pulled(String name) {
        return change(t -> TaskEvents.pulled(t, name, "sha256:" + name, now));
    }

    TaskRun pullFailed(String name, String reason) {
        return change(t -> TaskEvents.pullFailed(t, name, reason, now));
    }

    TaskRun started(String name) {
        return change(t -> TaskEvents.started(t, name, runtimeId(name), List.of(), now));
    }

    /** Pulled and started. */
    TaskRun up(String name) {
        return pulled(name).started(name);
    }

    TaskRun failed(String name, String reason) {
        return change(t -> TaskEvents.failed(t, name, reason));
    }

    TaskRun exited(String name, @Nullable Integer exitCode) {
        return exited(name, runtimeId(name), exitCode, false);
    }

    TaskRun exited(String name, String runtimeId, @Nullable Integer exitCode, boolean outOfMemory) {
        return change(
                t -> TaskEvents.exited(t, name, runtimeId, exitCode, outOfMemory, now, clock));
    }

    TaskRun health(String name, HealthStatus health) {
        return change(t -> TaskEvents.health(t, name, runtimeId(name), health));
    }

    TaskRun stop() {
        Stop why = new Stop(StopCode.USER_INITIATED, "Task stopped by user");
        return change(t -> t.headedForStop(why, t.times().stopping(now)));
    }

    TaskRun later(Duration duration) {
        now = now.plus(duration.minusSeconds(1));
        return change(t -> t);
    }

    static String runtimeId(String name) {
        return "docker-" + name;
    }

    TaskRun change(UnaryOperator<Task> event) {
        now = now.plusSeconds(1);
        become(event.apply(task));
        settle();
        return this;
    }

    private void settle() {
        for (int i = 0; i < MAX_STEPS; i++) {
            Step step = TaskLifecycle.step(task, now);
            if (step.task().equals(task) && step.actions().isEmpty()) {
                wakeAt = step.wakeAt();
                return;
            }
            become(step.task());
            step.actions().forEach(action -> actions.add(text(action)));
        }
        throw new AssertionError("did not settle: " + task);
    }

    private void become(Task next) {
        if (next.lastStatus() != task.lastStatus()) {
            assertThat(TaskTransitions.legal(task.lastStatus(), next.lastStatus()))
                    .as("%s -> %s", task.lastStatus(), next.lastStatus())
                    .isTrue();
            statuses.add(next.lastStatus());
        }
        for (Container after : next.containers()) {
            ContainerPhase before = task.container(after.name()).phase();
            if (before != after.phase()) {
                assertThat(TaskTransitions.legal(before, after.phase()))
                        .as("%s: %s -> %s", after.name(), before, after.phase())
                        .isTrue();
            }
        }
        boolean visible =
                next.lastStatus() != task.lastStatus()
                        || next.stopping() != task.stopping()
                        || !next.containers().equals(task.containers());
        assertThat(next.version()).isGreaterThanOrEqualTo(task.version() + (visible ? 1 : 0));
        checkTimes(task.times(), next.times());
        task = next;
    }

    private static List<@Nullable Instant> inOrder(TaskTimes times) {
        List<@Nullable Instant> list = new ArrayList<>();
        list.add(times.createdAt());
        list.add(times.connectivityAt());
        list.add(times.pullStartedAt());
        list.add(times.pullStoppedAt());
        list.add(times.startedAt());
        list.add(times.stoppingAt());
        list.add(times.executionStoppedAt());
        list.add(times.stoppedAt());
        return list;
    }

    private static void checkTimes(TaskTimes before, TaskTimes after) {
        List<Instant> set = inOrder(after).stream().filter(Objects::nonNull).toList();
        assertThat(set).isSorted();
        TaskTimes samePull =
                before.pullStoppedAt() == null || after.pullStoppedAt() == null
                        ? before
                        : before.pullStopped(after.pullStoppedAt());
        List<@Nullable Instant> old = inOrder(samePull);
        List<@Nullable Instant> changed = inOrder(after);
        for (int i = 0; i < old.size(); i++) {
            if (old.get(i) != null) {
                assertThat(changed.get(i)).as("a timestamp is set once").isEqualTo(old.get(i));
            }
        }
    }

    private static String text(Action action) {
        return switch (action) {
            case Action.Pull(String name) -> "pull " + name;
            case Action.Start(String name) -> "start " + name;
            case Action.StopContainer(String name) -> "stop " + name;
            case Action.Clean() -> "clean";
            case Action.ReleaseEni() -> "release";
        };
    }

    /** Whether {@code status} of the interface is what a task would show. */
    boolean hasInterface(Eni.State state) {
        Eni eni = task.eni();
        return eni != null && eni.state() == state;
    }

    Stream<String> phases() {
        return task.containers().stream().map(each -> each.name() + " " + each.phase());
    }
}
