package dev.dryberth.core.runtime.simulated;

import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.ContainerSpec.Network;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.FunctionEffect;
import dev.dryberth.core.runtime.FunctionEvent;
import dev.dryberth.core.runtime.FunctionSpec;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.simulated.Script.Life;
import dev.dryberth.core.runtime.simulated.Script.Step;
import dev.dryberth.core.runtime.simulated.SimulatedHost.Machine;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A runtime without Docker: nothing runs, but every effect is answered as Docker would answer it,
 * after the time a {@link Script} gives, on the loop's own timers. With a simulated loop it repeats
 * itself exactly.
 *
 * <p>What exists is in a {@link SimulatedHost}. A daemon is given an empty one, as the simulated
 * containers die with it; a simulation keeps the host across crashes of the daemon, and then
 * containers run and exit meanwhile as they would on a real machine.
 *
 * <p>{@link #run} may be called on any thread; everything else happens on the loop.
 */
public final class SimulatedRuntime implements ContainerRuntime {

    private static final Duration REMOVAL = Duration.ofMillis(5);
    private static final int EXIT_CODE_OF_SIGKILL = 137;
    private static final String NO_FUNCTIONS =
            "functions run in containers, and this runtime is simulated: start Dryberth with"
                    + " --runtime docker";

    private final Loop loop;
    private final Script script;
    private final SimulatedHost host;
    private @Nullable Consumer<RuntimeEvent> sink;
    private volatile boolean closed;
    private long timers;

    /** The runtime of a daemon: nothing exists at its start. */
    public SimulatedRuntime(Loop loop, Script script) {
        this(loop, script, new SimulatedHost());
    }

    public SimulatedRuntime(Loop loop, Script script, SimulatedHost host) {
        this.loop = loop;
        this.script = script;
        this.host = host;
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public void start(Consumer<RuntimeEvent> eventSink) {
        loop.post(() -> {
            sink = eventSink;
            host.catchUp(now());
            List.copyOf(host.containers.values()).forEach(this::awaitWhatIsToCome);
            resync();
        });
    }

    /** Reports all that exists, as after events were lost. Loop thread. */
    public void resync() {
        emit(
                new RuntimeEvent.Inventory(
                        now(), host.observedContainers(), host.observedNamespaces()));
    }

    /**
     * Removes a container, or the namespace of an interface, as a person with {@code docker rm -f}
     * would. Loop thread.
     */
    public void removeByHand(String runtimeId) {
        String eniId = host.eniOf(runtimeId);
        removeUnknown(runtimeId);
        if (eniId != null) {
            emit(new RuntimeEvent.NamespaceLost(eniId));
        }
    }

    @Override
    public void run(Effect effect) {
        loop.post(() -> carryOut(effect));
    }

    @Override
    public void close() {
        closed = true;
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.CreateNamespace(Eni eni, String vpcCidr) -> createNamespace(eni);
            case Effect.RemoveNamespace(Eni eni) -> removeNamespace(eni);
            case Effect.PullImage pull -> pull(pull);
            case Effect.StartContainer(ContainerSpec spec) -> startContainer(spec);
            case Effect.StopContainer stop -> stopContainer(stop);
            case Effect.RemoveTask(TaskArn task) -> after(REMOVAL, () -> removeTask(task));
            // Simulated containers do nothing, for which they need nothing.
            case Effect.MeasureTask(TaskArn task, var _) ->
                    emit(new RuntimeEvent.TaskMeasured(task, 0, 0, now()));
            case Effect.ForFunctions(FunctionEffect forFunctions) ->
                    emit(new RuntimeEvent.OfFunctions(refusal(forFunctions)));
            case Effect.RemoveUnknown(String runtimeId) ->
                    after(REMOVAL, () -> removeUnknown(runtimeId));
            case Effect.RemoveAll() -> after(REMOVAL, this::removeAll);
        }
    }

    /** Functions do what their containers do, and there are none here. */
    private static FunctionEvent refusal(FunctionEffect effect) {
        return switch (effect) {
            case FunctionEffect.FindImage(FunctionArn function, String imageUri) ->
                    new FunctionEvent.ImageNotFound(function, imageUri, NO_FUNCTIONS);
            case FunctionEffect.MakeNetwork() -> new FunctionEvent.NetworkFailed(NO_FUNCTIONS);
            case FunctionEffect.StartEnvironment(FunctionSpec spec) ->
                    new FunctionEvent.EnvironmentFailed(
                            spec.environmentId(), FunctionEvent.Fault.ENGINE, NO_FUNCTIONS);
            case FunctionEffect.RemoveEnvironment(String id) ->
                    new FunctionEvent.EnvironmentRemoved(id);
            case FunctionEffect.ReadLog(String _, String callId, Instant _) ->
                    new FunctionEvent.LogRead(callId, "");
        };
    }

    private void createNamespace(Eni eni) {
        String existing = host.namespaces.get(eni.id());
        if (existing != null) {
            emit(new RuntimeEvent.NamespaceReady(eni.id(), existing));
            return;
        }
        Step step = script.namespace(eni);
        after(
                step.takes(),
                () -> {
                    String failure = step.failure();
                    if (failure == null) {
                        String runtimeId = host.createNamespace(eni.id());
                        emit(new RuntimeEvent.NamespaceReady(eni.id(), runtimeId));
                    } else {
                        emit(new RuntimeEvent.NamespaceFailed(eni.id(), failure));
                    }
                });
    }

    private void removeNamespace(Eni eni) {
        after(
                REMOVAL,
                () -> {
                    host.namespaces.remove(eni.id());
                    emit(new RuntimeEvent.NamespaceRemoved(eni.id()));
                });
    }

    private void pull(Effect.PullImage pull) {
        PinnedImage pinned = pull.pinned();
        String imageId = pinned == null ? host.imageId(pull.image()) : pinned.imageId();
        Step step = script.pull(pull.task(), pull.container(), pull.image());
        after(
                step.takes(),
                () -> {
                    String failure = step.failure();
                    emit(
                            failure == null
                                    ? new RuntimeEvent.ImagePulled(
                                            pull.task(), pull.container(), imageId, imageId)
                                    : new RuntimeEvent.ImagePullFailed(
                                            pull.task(), pull.container(), failure));
                });
    }

    private void startContainer(ContainerSpec spec) {
        Machine existing = host.containers.get(spec.containerId());
        if (existing != null && hasRun(existing, spec)) {
            report(existing);
            return;
        }
        Machine machine = existing == null ? host.create(spec) : existing;
        machine.spec = spec;
        Life life = script.life(spec);
        after(life.start().takes(), () -> begin(machine, spec, life));
    }

    /** Whether the start that is asked for has happened, whatever came of it. */
    private static boolean hasRun(Machine machine, ContainerSpec spec) {
        return machine.running || (machine.startedAt != null && spec.attempt() <= machine.attempt);
    }

    /** Says of a container that ran what there is to say. */
    private void report(Machine machine) {
        emitStarted(machine);
        if (!machine.running) {
            emitExited(machine);
        }
    }

    private void begin(Machine machine, ContainerSpec spec, Life life) {
        String failure = life.start().failure();
        List<PortBinding> bindings = List.of();
        if (hasRun(machine, spec)) {
            // It was asked for twice, and the first is through.
            report(machine);
            return;
        }
        if (failure == null) {
            failure = obstacle(machine, spec);
        }
        if (failure == null && spec.network() instanceof Network.Bridge(List<PortBinding> ports)) {
            List<PortBinding> allocated = host.allocate(ports);
            if (allocated == null) {
                failure =
                        "CannotStartContainerError: a port of %s is already allocated"
                                .formatted(ports);
            } else {
                bindings = allocated;
            }
        }
        if (failure != null) {
            host.containers.remove(spec.containerId(), machine);
            emit(new RuntimeEvent.ContainerFailed(spec.task(), spec.name(), failure));
        } else {
            machine.began(spec.attempt(), now(), bindings, life);
            emitStarted(machine);
            awaitWhatIsToCome(machine);
        }
    }

    private @Nullable String obstacle(Machine machine, ContainerSpec spec) {
        if (host.containers.get(spec.containerId()) != machine) {
            return "CannotStartContainerError: the container was removed before it started";
        }
        if (spec.network() instanceof Network.Namespace(String eniId, String pauseRuntimeId)
                && !pauseRuntimeId.equals(host.namespaces.get(eniId))) {
            return "CannotStartContainerError: there is no network namespace " + pauseRuntimeId;
        }
        return null;
    }

    /** Arranges for the health changes and the end that a running container's life holds. */
    private void awaitWhatIsToCome(Machine machine) {
        Life life = machine.life;
        Instant startedAt = machine.startedAt;
        if (!machine.running || life == null || startedAt == null) {
            return;
        }
        int run = machine.runs;
        if (machine.spec.definition().healthCheck() != null) {
            for (Script.HealthChange change : life.health()) {
                Instant at = startedAt.plus(change.after());
                at(at, () -> changeHealth(machine, run, change.health()));
            }
        }
        SimulatedHost.End end = machine.end();
        if (end != null) {
            at(end.at(), () -> end(machine, run, end.exitCode(), end.outOfMemory()));
        }
    }

    private void changeHealth(Machine machine, int run, HealthStatus health) {
        if (machine.isIn(run) && machine.health != health) {
            machine.health = health;
            emit(
                    new RuntimeEvent.ContainerHealth(
                            machine.spec.task(), machine.spec.name(), machine.runtimeId, health));
        }
    }

    private void end(Machine machine, int run, int exitCode, boolean outOfMemory) {
        if (machine.isIn(run)) {
            machine.ended(exitCode, outOfMemory, now());
            emitExited(machine);
        }
    }

    private void stopContainer(Effect.StopContainer stop) {
        Machine machine = host.byRuntimeId(stop.runtimeId());
        if (machine == null) {
            emit(
                    new RuntimeEvent.ContainerExited(
                            stop.task(), stop.container(), stop.runtimeId(), null, false, now()));
        } else if (!machine.running) {
            emitExited(machine);
        } else if (machine.stopped == null) {
            Script.OnStop how = Objects.requireNonNull(machine.life).onStop();
            boolean inTime = how.takes().compareTo(stop.timeout()) <= 0;
            machine.stopped =
                    inTime
                            ? new SimulatedHost.End(now().plus(how.takes()), how.code(), false)
                            : new SimulatedHost.End(
                                    now().plus(stop.timeout()), EXIT_CODE_OF_SIGKILL, false);
            awaitWhatIsToCome(machine);
        }
    }

    private void removeTask(TaskArn task) {
        for (Machine machine : List.copyOf(host.containers.values())) {
            if (machine.spec.task().equals(task)) {
                remove(machine);
            }
        }
        emit(new RuntimeEvent.TaskRemoved(task));
    }

    private void remove(Machine machine) {
        end(machine, machine.runs, EXIT_CODE_OF_SIGKILL, false);
        host.containers.remove(machine.spec.containerId(), machine);
    }

    private void removeUnknown(String runtimeId) {
        Machine machine = host.byRuntimeId(runtimeId);
        if (machine != null) {
            remove(machine);
        }
        host.namespaces.values().remove(runtimeId);
    }

    private void removeAll() {
        new ArrayList<>(host.containers.values()).forEach(this::remove);
        host.namespaces.clear();
        emit(new RuntimeEvent.AllRemoved());
    }

    private void emitStarted(Machine machine) {
        emit(
                new RuntimeEvent.ContainerStarted(
                        machine.spec.task(),
                        machine.spec.name(),
                        machine.runtimeId,
                        machine.bindings,
                        Objects.requireNonNull(machine.startedAt)));
    }

    private void emitExited(Machine machine) {
        Instant finishedAt = machine.finishedAt;
        emit(
                new RuntimeEvent.ContainerExited(
                        machine.spec.task(),
                        machine.spec.name(),
                        machine.runtimeId,
                        machine.exitCode,
                        machine.outOfMemory,
                        finishedAt == null ? now() : finishedAt));
    }

    private void emit(RuntimeEvent event) {
        Consumer<RuntimeEvent> listener = sink;
        if (listener != null && !closed) {
            listener.accept(event);
        }
    }

    private Instant now() {
        return loop.clock().now();
    }

    private void after(Duration delay, Runnable action) {
        at(now().plus(delay), action);
    }

    private void at(Instant when, Runnable action) {
        loop.schedule(
                "simulated/" + timers++,
                when,
                () -> {
                    if (!closed) {
                        action.run();
                    }
                });
    }
}
