package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;

import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.FunctionEffect;
import dev.dryberth.core.runtime.RuntimeEvent;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs tasks on a Docker engine. It owns everything with this daemon's label there. Any thread may
 * call it.
 *
 * <p>Effects become {@link Jobs} on virtual threads, a few at a time, in the order of {@link
 * Lanes}. What happens by itself comes from the {@link EventStream}; nothing is polled. Each time
 * the stream is connected, the first time too, the {@link Gate} is shut, all that exists is listed
 * and told as an Inventory, and the gate opened again, so that an inventory and the answers to
 * effects never cross.
 */
public final class DockerRuntime implements ContainerRuntime {

    private static final Logger log = LoggerFactory.getLogger(DockerRuntime.class);

    /** How long a resync waits for effects that are under way. */
    private static final Duration DRAIN = Duration.ofSeconds(20);

    private final DockerSettings settings;
    private final Engine engine;
    private final Gate gate = new Gate();
    private final Jobs jobs;
    private final AtomicBoolean started = new AtomicBoolean();
    private final Ledger ledger;
    private final Images images;
    private final Namespaces namespaces;
    private final Containers containers;
    private final Removal removal;
    private final Usage usage;
    private final FunctionContainers functions;
    private final EventStream events;
    private volatile @Nullable Consumer<RuntimeEvent> sink;

    /**
     * Finds the engine and agrees on a version of its API.
     *
     * @throws EngineUnavailableException when none answers, or only one that is too old
     */
    public DockerRuntime(DockerSettings settings) {
        this.settings = settings;
        this.engine = Engine.connect(settings.dockerHost(), settings.parallelism());
        this.jobs = new Jobs(gate, settings.parallelism());
        this.ledger = new Ledger(this::tell);
        this.images = new Images(engine, gate, this::tell);
        VpcNetworks networks = new VpcNetworks(engine, settings.instanceId());
        this.namespaces = new Namespaces(engine, settings.instanceId(), networks, this::tell);
        this.containers = new Containers(engine, settings, ledger, jobs, this::tell);
        this.removal =
                new Removal(
                        engine, settings.instanceId(), networks, namespaces, ledger, this::tell);
        this.usage = new Usage(engine, settings.clock().source(), this::tell);
        this.functions = new FunctionContainers(engine, settings.instanceId(), this::tell);
        this.events = new EventStream(engine, this::resync, this::heard, this::unheard);
    }

    @Override
    public String name() {
        return "docker";
    }

    /** The engine's API version both sides agreed on, {@code 1.41}. */
    public String apiVersion() {
        return engine.apiVersion();
    }

    @Override
    public void start(Consumer<RuntimeEvent> newSink) {
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("The runtime delivers events already");
        }
        sink = newSink;
        events.start();
    }

    private void tell(RuntimeEvent event) {
        Consumer<RuntimeEvent> listener = sink;
        if (listener != null && !gate.ended()) {
            listener.accept(event);
        }
    }

    @Override
    public void run(Effect effect) {
        switch (effect) {
            case Effect.CreateNamespace create ->
                    submit(
                            eniLane(create.eni().id()),
                            "resources provisioned",
                            () -> namespaces.create(create),
                            e -> namespaces.failed(create.eni(), e));
            case Effect.RemoveNamespace(var eni) ->
                    removing(eniLane(eni.id()), () -> namespaces.remove(eni));
            case Effect.PullImage pull -> images.ensure(pull);
            case Effect.StartContainer(var spec) ->
                    submit(
                            containerLane(spec.task(), spec.name()),
                            "started",
                            () -> containers.start(spec),
                            e -> containers.failed(spec, e));
            case Effect.StopContainer stop ->
                    removing(
                            containerLane(stop.task(), stop.container()),
                            () -> containers.stop(stop));
            case Effect.RemoveTask(var task) -> removing(taskLane(task), () -> removal.task(task));
            case Effect.MeasureTask(var task, var ids) ->
                    submit(
                            "measure:" + task.text(),
                            "measured",
                            () -> usage.measure(task, ids),
                            e -> log.debug("{} could not be measured", task, e));
            case Effect.ForFunctions(var effectOfFunctions) -> run(effectOfFunctions);
            case Effect.RemoveUnknown(var runtimeId) ->
                    removing("unknown:" + runtimeId, () -> removal.unknown(runtimeId));
            case Effect.RemoveAll() -> removing("", removal::all);
        }
    }

    private void run(FunctionEffect effect) {
        switch (effect) {
            case FunctionEffect.FindImage find ->
                    images.ensure(
                            find.imageUri(), null, outcome -> functions.looked(find, outcome));
            case FunctionEffect.MakeNetwork() ->
                    submit(
                            FUNCTIONS,
                            "resources provisioned",
                            functions::makeNetwork,
                            functions::noNetwork);
            case FunctionEffect.StartEnvironment(var spec) ->
                    submit(
                            environmentLane(spec.environmentId()),
                            "started",
                            () -> functions.start(spec),
                            e -> functions.failed(spec, e));
            case FunctionEffect.RemoveEnvironment(var id) ->
                    removing(environmentLane(id), () -> functions.remove(id));
            case FunctionEffect.ReadLog read ->
                    submit(
                            environmentLane(read.environmentId()),
                            "read",
                            () -> functions.readLog(read),
                            e -> functions.unread(read, e));
        }
    }

    private static final String FUNCTIONS = "functions";

    private static String environmentLane(String environmentId) {
        return FUNCTIONS + "/" + environmentId;
    }

    private void submit(
            String lane, String goal, Runnable attempt, Consumer<RuntimeException> failed) {
        jobs.submit(new Jobs.Job(lane, goal, attempt, failed));
    }

    /** Stopping and removing have no failed end: they are tried until they are done. */
    private void removing(String lane, Runnable attempt) {
        submit(
                lane,
                "stopped",
                attempt,
                e -> {
                    log.warn("Will be tried again ({}): {}", lane, Reasons.message(e));
                    var _ = jobs.later(RETRY, () -> removing(lane, attempt));
                });
    }

    private static final Duration RETRY = Duration.ofSeconds(2);

    private static String taskLane(TaskArn task) {
        return "task:" + task.text();
    }

    private static String containerLane(TaskArn task, String container) {
        return taskLane(task) + "/" + container;
    }

    private static String eniLane(String eniId) {
        return "eni:" + eniId;
    }

    /** On the thread that reads events, before the first is read. */
    private void resync() {
        gate.shut();
        try {
            if (!gate.awaitEmpty(DRAIN)) {
                log.warn("Taking stock although effects are still under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        images.changed();
        Observation.Seen seen =
                new Observation(engine, settings.instanceId()).take(settings.clock().now());
        ledger.observed(seen.tasks().containers());
        namespaces.observed(seen.tasks().namespaces());
        tell(seen.tasks());
        tell(new RuntimeEvent.OfFunctions(seen.functions()));
        gate.open();
    }

    private void unheard() {
        gate.shut();
        images.changed();
    }

    private void heard(Event event) {
        if (event.getType() == EventType.IMAGE) {
            images.changed();
            return;
        }
        if (event.getType() != EventType.CONTAINER || event.getActor() == null) {
            return;
        }
        Map<String, String> attributes = Labels.of(event.getActor().getAttributes());
        if (!Labels.ours(attributes, settings.instanceId())) {
            return;
        }
        String id = Objects.requireNonNull(event.getActor().getId());
        String action = Objects.requireNonNull(event.getAction());
        Instant at = at(event);
        if (Labels.pause(attributes)) {
            if (action.equals("die") || action.equals("destroy")) {
                namespaces.died(Objects.requireNonNull(attributes.get(Labels.ENI)));
            }
        } else if (Labels.function(attributes)) {
            if (action.equals("die") || action.equals("destroy")) {
                functions.ended(attributes);
            }
        } else if (action.equals("die")) {
            died(id, Integer.parseInt(attributes.getOrDefault("exitCode", "0")), at);
        } else if (action.equals("oom")) {
            ledger.outOfMemory(id);
        } else if (action.equals("destroy")) {
            ledger.destroyed(id, at);
        } else if (action.startsWith(HEALTH_STATUS)) {
            ledger.health(id, HealthChecks.status(action.substring(HEALTH_STATUS.length())));
        }
    }

    private static final String HEALTH_STATUS = "health_status: ";

    /** 128 + SIGKILL, which is how the kernel's out-of-memory killer ends a process. */
    private static final int KILLED = 137;

    private void died(String id, int exitCode, Instant at) {
        if (exitCode == KILLED && ledger.unexplained(id, exitCode, at)) {
            // The stream must go on meanwhile.
            Thread.ofVirtual()
                    .name("docker exit " + id)
                    .start(() -> containers.explain(id, exitCode, at));
        } else {
            ledger.died(id, exitCode, false, at);
        }
    }

    private Instant at(Event event) {
        Long nanos = event.getTimeNano();
        return nanos == null ? settings.clock().now() : Instant.ofEpochSecond(0, nanos);
    }

    /** Breaks the stream of events, as a restart of the engine does. For tests. */
    void cutEvents() {
        events.cut();
    }

    @Override
    public void close() {
        jobs.close();
        events.close();
        engine.close();
    }
}
