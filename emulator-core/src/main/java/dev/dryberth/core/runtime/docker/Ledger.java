package dev.dryberth.core.runtime.docker;

import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerExited;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerHealth;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerStarted;
import dev.dryberth.core.runtime.RuntimeEvent.ObservedContainer;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What has been told of every container, so that each start is told before its exit and each exit
 * once.
 *
 * <p>The two come from different connections: the answer to the start from one, the death from the
 * stream of events, and a container that lives for a millisecond is often dead before its start is
 * answered. So a container is entered here between its creation and its start, and a death that
 * comes first waits for the start. What is not entered is not ours to tell: a container on its way
 * out, or one that failed to start. Any thread.
 */
final class Ledger {

    private final Map<String, Run> runs = new ConcurrentHashMap<>();
    private final Consumer<RuntimeEvent> sink;

    Ledger(Consumer<RuntimeEvent> sink) {
        this.sink = sink;
    }

    /** One container's life. Its fields are guarded by itself. */
    private static final class Run {
        final TaskArn task;
        final String container;
        boolean started;
        boolean outOfMemory;
        boolean killed;
        HealthStatus health = HealthStatus.UNKNOWN;
        @Nullable Exit exit;

        /** A death that is being looked into. */
        @Nullable Exit unexplained;

        @Nullable ScheduledFuture<?> sigkill;

        Run(TaskArn task, String container) {
            this.task = task;
            this.container = container;
        }
    }

    private record Exit(@Nullable Integer code, Instant at) {}

    void created(String id, TaskArn task, String container) {
        runs.putIfAbsent(id, new Run(task, container));
    }

    void started(String id, List<PortBinding> bindings, Instant at) {
        Run run = runs.get(id);
        if (run == null) {
            return;
        }
        synchronized (run) {
            // The engine's clock stamps the death and ours the start: never dead before started.
            Exit exit = run.exit;
            Instant since = exit != null && exit.at().isBefore(at) ? exit.at() : at;
            sink.accept(new ContainerStarted(run.task, run.container, id, bindings, since));
            boolean first = !run.started;
            run.started = true;
            if (first && exit != null) {
                tellExit(id, run, exit);
            }
        }
    }

    void died(String id, @Nullable Integer exitCode, boolean outOfMemory, Instant at) {
        Run run = runs.get(id);
        if (run == null) {
            return;
        }
        synchronized (run) {
            if (run.exit != null) {
                return;
            }
            run.outOfMemory |= outOfMemory;
            run.exit = new Exit(exitCode, at);
            cancelSigkill(run);
            if (run.started) {
                tellExit(id, run, run.exit);
            }
        }
    }

    /** Answers a request to stop what has ended, whether or not that was told before. */
    void tellExitAgain(
            String id,
            TaskArn task,
            String container,
            @Nullable Integer exitCode,
            boolean outOfMemory,
            Instant at) {
        Run run = runs.computeIfAbsent(id, _ -> new Run(task, container));
        synchronized (run) {
            run.started = true;
            if (run.exit == null || run.exit.code() == null) {
                run.exit = new Exit(exitCode, at);
            }
            run.outOfMemory |= outOfMemory;
            cancelSigkill(run);
            tellExit(id, run, run.exit);
        }
    }

    private void tellExit(String id, Run run, Exit exit) {
        sink.accept(
                new ContainerExited(
                        run.task, run.container, id, exit.code(), run.outOfMemory, exit.at()));
    }

    void outOfMemory(String id) {
        Run run = runs.get(id);
        if (run != null) {
            synchronized (run) {
                run.outOfMemory = true;
            }
        }
    }

    /**
     * Whether a death by SIGKILL must be looked into before it is told, because neither we sent it
     * nor was want of memory reported.
     */
    boolean unexplained(String id, int exitCode, Instant at) {
        Run run = runs.get(id);
        if (run == null) {
            return false;
        }
        synchronized (run) {
            if (run.killed || run.outOfMemory || run.exit != null) {
                return false;
            }
            run.unexplained = new Exit(exitCode, at);
            return true;
        }
    }

    void health(String id, HealthStatus health) {
        Run run = runs.get(id);
        if (run == null) {
            return;
        }
        synchronized (run) {
            if (run.health != health) {
                run.health = health;
                sink.accept(new ContainerHealth(run.task, run.container, id, health));
            }
        }
    }

    /** Removed, by whomever: one that was seen to run and not to end has ended somehow. */
    void destroyed(String id, Instant at) {
        Run run = runs.get(id);
        if (run != null) {
            synchronized (run) {
                Exit seen = run.unexplained == null ? new Exit(null, at) : run.unexplained;
                died(id, seen.code(), false, seen.at());
            }
            runs.remove(id);
        }
    }

    /** Removed by us: nothing about it is told any more. */
    void forget(String id) {
        Run run = runs.remove(id);
        if (run != null) {
            synchronized (run) {
                cancelSigkill(run);
            }
        }
    }

    /** Notes that a SIGKILL is due; false when one is already. */
    boolean stopping(String id, TaskArn task, String container) {
        Run run = runs.computeIfAbsent(id, _ -> new Run(task, container));
        synchronized (run) {
            run.killed = true;
            return run.sigkill == null;
        }
    }

    void sigkillAt(String id, ScheduledFuture<?> sigkill) {
        Run run = runs.get(id);
        if (run == null) {
            sigkill.cancel(false);
            return;
        }
        synchronized (run) {
            if (run.exit != null || run.sigkill != null) {
                sigkill.cancel(false);
            } else {
                run.sigkill = sigkill;
            }
        }
    }

    private static void cancelSigkill(Run run) {
        if (run.sigkill != null) {
            run.sigkill.cancel(false);
            run.sigkill = null;
        }
    }

    /** Takes over what an inventory shows; it is told as a whole, so nothing is told here. */
    void observed(List<ObservedContainer> containers) {
        var ids =
                containers.stream()
                        .map(ObservedContainer::runtimeId)
                        .collect(Collectors.toUnmodifiableSet());
        List.copyOf(runs.keySet()).stream().filter(id -> !ids.contains(id)).forEach(this::forget);
        for (ObservedContainer seen : containers) {
            Run run =
                    runs.computeIfAbsent(
                            seen.runtimeId(), _ -> new Run(seen.task(), seen.container()));
            synchronized (run) {
                run.started = seen.startedAt() != null;
                run.outOfMemory = seen.outOfMemory();
                run.health = seen.health();
                run.exit = null;
                if (run.started && !seen.running()) {
                    Instant at = seen.finishedAt() == null ? seen.startedAt() : seen.finishedAt();
                    run.exit = new Exit(seen.exitCode(), java.util.Objects.requireNonNull(at));
                    cancelSigkill(run);
                }
            }
        }
    }
}
