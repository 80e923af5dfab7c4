package dev.dryberth.core.simulation;

import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.simulated.SimulatedRuntime;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Stands between the engine and the simulated runtime: loses events for a while and then lists
 * everything, says things twice, lets the daemon die before an effect reaches the runtime. Keeps
 * count of the effects that are not answered yet.
 */
final class FaultyRuntime implements ContainerRuntime {

    private static final int MAX_OUTAGE_MILLIS = 2_000;

    private final SimulatedRuntime runtime;
    private final Loop loop;
    private final Faults faults;
    private final Trace trace;
    private final Life life;
    private final Consumer<Effect> check;
    private final Map<String, Integer> unanswered = new HashMap<>();
    private boolean deaf;

    /**
     * @param check called for every effect before it begins
     */
    FaultyRuntime(
            SimulatedRuntime runtime,
            Loop loop,
            Faults faults,
            Trace trace,
            Life life,
            Consumer<Effect> check) {
        this.runtime = runtime;
        this.loop = loop;
        this.faults = faults;
        this.trace = trace;
        this.life = life;
        this.check = check;
    }

    @Override
    public String name() {
        return runtime.name();
    }

    @Override
    public void start(Consumer<RuntimeEvent> sink) {
        runtime.start(event -> deliver(event, sink));
    }

    private void deliver(RuntimeEvent event, Consumer<RuntimeEvent> sink) {
        answered(event);
        if (event instanceof RuntimeEvent.Inventory) {
            deaf = false;
        } else if (!deaf && faults.strike(faults.eventsLost)) {
            deaf = true;
            loop.schedule(
                    "simulation/resync",
                    loop.clock().now().plus(faults.millis(MAX_OUTAGE_MILLIS)),
                    runtime::resync);
        }
        if (deaf) {
            trace.add("lost", event);
            return;
        }
        trace.add("event", event);
        sink.accept(event);
        if (faults.strike(faults.eventTwice)) {
            trace.add("again", event);
            sink.accept(event);
        }
    }

    @Override
    public void run(Effect effect) {
        if (faults.strike(faults.crashAtEffect)) {
            life.end("before " + effect.getClass().getSimpleName());
        }
        if (life.isOver()) {
            return;
        }
        trace.add("effect", effect);
        check.accept(effect);
        asked(effect);
        runtime.run(effect);
    }

    @Override
    public void close() {
        runtime.close();
    }

    SimulatedRuntime simulated() {
        return runtime;
    }

    /** Whether an inventory is due that will tell the engine what it missed. */
    boolean resyncPending() {
        return deaf;
    }

    boolean isUnanswered(String what) {
        return unanswered.getOrDefault(what, 0) > 0;
    }

    private void asked(Effect effect) {
        String key =
                switch (effect) {
                    case Effect.CreateNamespace e -> "create " + e.eni().id();
                    case Effect.RemoveNamespace e -> "remove " + e.eni().id();
                    case Effect.PullImage e -> "pull " + e.task() + "/" + e.container();
                    case Effect.StartContainer e ->
                            "start " + e.spec().task() + "/" + e.spec().name();
                    case Effect.StopContainer e -> "stop " + e.task() + "/" + e.container();
                    case Effect.RemoveTask e -> "remove " + e.task();
                    case Effect.MeasureTask e -> "";
                    case Effect.ForFunctions e -> "";
                    case Effect.RemoveUnknown e -> "";
                    case Effect.RemoveAll e -> "";
                };
        unanswered.merge(key, 1, Integer::sum);
    }

    private void answered(RuntimeEvent event) {
        switch (event) {
            case RuntimeEvent.NamespaceReady e -> less("create " + e.eniId());
            case RuntimeEvent.NamespaceFailed e -> less("create " + e.eniId());
            case RuntimeEvent.NamespaceRemoved e -> less("remove " + e.eniId());
            case RuntimeEvent.ImagePulled e -> less("pull " + e.task() + "/" + e.container());
            case RuntimeEvent.ImagePullFailed e -> less("pull " + e.task() + "/" + e.container());
            case RuntimeEvent.ContainerStarted e -> less("start " + e.task() + "/" + e.container());
            case RuntimeEvent.ContainerFailed e -> less("start " + e.task() + "/" + e.container());
            case RuntimeEvent.ContainerExited e -> less("stop " + e.task() + "/" + e.container());
            case RuntimeEvent.TaskRemoved e -> less("remove " + e.task());
            case RuntimeEvent.NamespaceLost e -> {}
            case RuntimeEvent.ContainerHealth e -> {}
            case RuntimeEvent.TaskMeasured e -> {}
            case RuntimeEvent.OfFunctions e -> {}
            case RuntimeEvent.AllRemoved e -> {}
            case RuntimeEvent.Inventory e -> {}
        }
    }

    private void less(String key) {
        unanswered.computeIfPresent(key, (k, count) -> count > 1 ? count - 1 : null);
    }
}
