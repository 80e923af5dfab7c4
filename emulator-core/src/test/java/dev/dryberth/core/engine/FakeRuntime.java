package dev.dryberth.core.engine;

import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Writes down what it is asked; what happens in it is told by the test. */
final class FakeRuntime implements ContainerRuntime {

    private final List<Effect> effects = new ArrayList<>();
    private @Nullable Consumer<RuntimeEvent> sink;

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void start(Consumer<RuntimeEvent> events) {
        sink = events;
    }

    @Override
    public void run(Effect effect) {
        effects.add(effect);
    }

    void tell(RuntimeEvent event) {
        Objects.requireNonNull(sink).accept(event);
    }

    /** What it was asked since the last call. */
    List<Effect> take() {
        List<Effect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    @Override
    public void close() {}
}
