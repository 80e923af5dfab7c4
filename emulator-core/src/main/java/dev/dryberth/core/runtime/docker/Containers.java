package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;

import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.Effect.StopContainer;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerFailed;
import dev.dryberth.core.runtime.docker.Reasons.Refused;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;

/**
 * Starts and stops containers. The ordinary start is two requests, create and start; everything
 * else is asked only when the answer is needed.
 */
final class Containers {

    private static final Logger log = LoggerFactory.getLogger(Containers.class);

    private static final String DEFAULT_STOP_SIGNAL = "SIGTERM";

    private final Engine engine;
    private final String instanceId;
    private final InstantSource time;
    private final ContainerRequest requests;
    private final Ledger ledger;
    private final Jobs jobs;
    private final Consumer<RuntimeEvent> sink;

    /**
     * An engine that may not raise its own limits cannot give a container higher ones. It says so
     * at the first start, which is tried again without the limits nobody asked for.
     */
    private volatile boolean fargateLimits = true;

    Containers(
            Engine engine,
            DockerSettings settings,
            Ledger ledger,
            Jobs jobs,
            Consumer<RuntimeEvent> sink) {
        this.engine = engine;
        this.instanceId = settings.instanceId();
        this.time = settings.clock().source();
        this.requests = new ContainerRequest(settings, engine.cores(), this::volumeExists);
        this.ledger = ledger;
        this.jobs = jobs;
        this.sink = sink;
    }

    void start(ContainerSpec spec) {
        boolean withLimits = fargateLimits;
        String id;
        try {
            CreateContainerCmd request =
                    requests.fill(
                            engine.calls().createContainerCmd(spec.image()), spec, withLimits);
            id = request.exec().getId();
        } catch (ConflictException taken) {
            InspectContainerResponse before = existing(spec);
            if (before == null) {
                failed(spec, Reasons.cannotCreate(taken));
                return;
            }
            if (startedAt(before.getState()) != null) {
                report(spec, before);
                return;
            }
            id = before.getId();
        } catch (Refused | DockerException e) {
            failed(spec, Reasons.cannotCreate(e));
            return;
        }
        ledger.created(id, spec.task(), spec.name());
        try {
            engine.calls().startContainerCmd(id).exec();
        } catch (NotModifiedException running) {
            log.debug("Container {} runs already", id);
        } catch (DockerException e) {
            ledger.forget(id);
            remove(id);
            if (withLimits && Reasons.message(e).contains("setting rlimit")) {
                log.info("The engine cannot set Fargate's default ulimits; going on without");
                fargateLimits = false;
                start(spec);
                return;
            }
            failed(spec, Reasons.cannotStart(e));
            return;
        }
        Instant now = time.instant();
        ledger.started(id, publishes(spec) ? bindings(id) : List.of(), now);
        if (spec.attempt() > 0) {
            removePreviousAttempt(spec);
        }
    }

    private boolean volumeExists(String name) {
        try {
            engine.calls().inspectVolumeCmd(name).exec();
            return true;
        } catch (NotFoundException none) {
            return false;
        }
    }

    /** The start could not be carried out at all. */
    void failed(ContainerSpec spec, RuntimeException failure) {
        failed(spec, Reasons.cannotStart(failure));
    }

    private void failed(ContainerSpec spec, String reason) {
        sink.accept(new ContainerFailed(spec.task(), spec.name(), reason));
    }

    private static boolean publishes(ContainerSpec spec) {
        return spec.network() instanceof ContainerSpec.Network.Bridge bridge
                && !bridge.ports().isEmpty();
    }

    /** Docker keeps the bindings only while the container runs; one that has ended has none. */
    private List<PortBinding> bindings(String id) {
        try {
            InspectContainerResponse found = engine.calls().inspectContainerCmd(id).exec();
            return ContainerRequest.bindings(found.getNetworkSettings().getPorts());
        } catch (NotFoundException gone) {
            return List.of();
        }
    }

    /** The container that bears the name already, made by an earlier request for the same. */
    private @Nullable InspectContainerResponse existing(ContainerSpec spec) {
        try {
            InspectContainerResponse found =
                    engine.calls().inspectContainerCmd(Names.container(instanceId, spec)).exec();
            Map<String, String> labels = Labels.of(found.getConfig().getLabels());
            boolean same =
                    Labels.ours(labels, instanceId)
                            && spec.containerId().equals(labels.get(Labels.CONTAINER_ID));
            return same ? found : null;
        } catch (NotFoundException gone) {
            return null;
        }
    }

    /** Tells of a container that ran, or runs, what would have been told at the time. */
    private void report(ContainerSpec spec, InspectContainerResponse found) {
        ContainerState state = found.getState();
        String id = found.getId();
        ledger.created(id, spec.task(), spec.name());
        ledger.started(
                id,
                ContainerRequest.bindings(found.getNetworkSettings().getPorts()),
                Objects.requireNonNull(startedAt(state)));
        if (!running(state)) {
            ledger.tellExitAgain(
                    id,
                    spec.task(),
                    spec.name(),
                    exitCode(state),
                    Boolean.TRUE.equals(state.getOOMKilled()),
                    finishedAt(state));
        }
    }

    private void removePreviousAttempt(ContainerSpec spec) {
        String name = Names.container(instanceId, spec, spec.attempt() - 1);
        try {
            String id = engine.calls().inspectContainerCmd(name).exec().getId();
            ledger.forget(id);
            remove(id);
        } catch (NotFoundException gone) {
            log.debug("The run before of {} is gone already", name);
        }
    }

    private void remove(String id) {
        try {
            engine.calls().removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
        } catch (NotFoundException gone) {
            log.debug("Container {} is gone already", id);
        } catch (DockerException e) {
            // The task's own removal comes back to it.
            log.warn("Container {} could not be removed: {}", id, Reasons.message(e));
        }
    }

    /**
     * Stops as {@code docker stop} does, without its request that lasts as long as the container
     * takes: a signal now, and a timer for SIGKILL that the container's death calls off.
     */
    void stop(StopContainer effect) {
        String id = effect.runtimeId();
        InspectContainerResponse found;
        try {
            found = engine.calls().inspectContainerCmd(id).exec();
        } catch (NotFoundException gone) {
            tellGone(effect);
            return;
        }
        if (!running(found.getState())) {
            tellEnded(effect, found.getState());
            return;
        }
        if (!ledger.stopping(id, effect.task(), effect.container())) {
            return;
        }
        boolean patient = effect.timeout().isPositive();
        signal(effect, patient ? stopSignal(found) : "SIGKILL");
        if (patient) {
            ScheduledFuture<?> sigkill = jobs.later(effect.timeout(), () -> submitSigkill(effect));
            ledger.sigkillAt(id, sigkill);
        }
    }

    /**
     * The image's STOPSIGNAL. docker-java has no accessor for it, and keeps what it does not know
     * only at the root of an answer.
     */
    private static String stopSignal(InspectContainerResponse found) {
        return found.getRawValues().get("Config") instanceof Map<?, ?> config
                        && config.get("StopSignal") instanceof String signal
                        && !signal.isEmpty()
                ? signal
                : DEFAULT_STOP_SIGNAL;
    }

    private void submitSigkill(StopContainer effect) {
        jobs.submit(
                new Jobs.Job(
                        // Beside the container's lane: it must not wait for anything there.
                        "sigkill:" + effect.runtimeId(),
                        "stopped",
                        () -> signal(effect, "SIGKILL"),
                        e ->
                                log.warn(
                                        "Container {} could not be killed: {}",
                                        effect.runtimeId(),
                                        Reasons.message(e))));
    }

    private void signal(StopContainer effect, String signal) {
        try {
            engine.calls().killContainerCmd(effect.runtimeId()).withSignal(signal).exec();
        } catch (NotFoundException gone) {
            tellGone(effect);
        } catch (ConflictException ended) {
            // It ended by itself a moment ago; Docker says 409 to a signal then.
            tellEndedNow(effect);
        }
    }

    private void tellEndedNow(StopContainer effect) {
        try {
            ContainerState state =
                    engine.calls().inspectContainerCmd(effect.runtimeId()).exec().getState();
            if (running(state)) {
                throw new Jobs.NotYet("Docker refused the signal", Duration.ofMillis(100));
            }
            tellEnded(effect, state);
        } catch (NotFoundException gone) {
            tellGone(effect);
        }
    }

    private void tellEnded(StopContainer effect, ContainerState state) {
        ledger.tellExitAgain(
                effect.runtimeId(),
                effect.task(),
                effect.container(),
                exitCode(state),
                Boolean.TRUE.equals(state.getOOMKilled()),
                finishedAt(state));
    }

    private void tellGone(StopContainer effect) {
        ledger.tellExitAgain(
                effect.runtimeId(), effect.task(), effect.container(), null, false, time.instant());
        ledger.forget(effect.runtimeId());
    }

    /** An exit that SIGKILL alone explains so far: was it for want of memory? */
    void explain(String id, int exitCode, Instant at) {
        boolean outOfMemory = false;
        try {
            ContainerState state = engine.calls().inspectContainerCmd(id).exec().getState();
            outOfMemory = Boolean.TRUE.equals(state.getOOMKilled());
        } catch (RuntimeException e) {
            log.debug("Container {} can no longer be looked at", id, e);
        }
        ledger.died(id, exitCode, outOfMemory, at);
    }

    static boolean running(ContainerState state) {
        return Boolean.TRUE.equals(state.getRunning());
    }

    static @Nullable Integer exitCode(ContainerState state) {
        Long code = state.getExitCodeLong();
        return code == null ? null : code.intValue();
    }

    /** Null for one that never ran. */
    static @Nullable Instant startedAt(ContainerState state) {
        return time(state.getStartedAt());
    }

    private Instant finishedAt(ContainerState state) {
        return Objects.requireNonNullElseGet(time(state.getFinishedAt()), time::instant);
    }

    /** Docker's time; the year 1 stands for never. */
    static @Nullable Instant time(@Nullable String text) {
        if (text == null || text.isEmpty() || text.startsWith("0001-")) {
            return null;
        }
        return OffsetDateTime.parse(text).toInstant();
    }
}
