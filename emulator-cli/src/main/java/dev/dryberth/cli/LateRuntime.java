package dev.dryberth.cli;

import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A runtime that is put together on a thread of its own, because its classes take longer to load
 * than the daemon takes to its first answer. What is asked of it before is kept until then.
 */
final class LateRuntime implements ContainerRuntime {

    private final String name;
    private final Supplier<ContainerRuntime> maker;
    private final Consumer<RuntimeException> failed;
    private final List<Effect> early = new ArrayList<>();
    private @Nullable ContainerRuntime made;
    private boolean closed;

    /**
     * A runtime to come.
     *
     * @param failed told when it can't be made; on that thread
     */
    LateRuntime(String name, Supplier<ContainerRuntime> maker, Consumer<RuntimeException> failed) {
        this.name = name;
        this.maker = maker;
        this.failed = failed;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start(Consumer<RuntimeEvent> sink) {
        Thread.ofPlatform().name("dryberth-runtime").daemon().start(() -> make(sink));
    }

    private void make(Consumer<RuntimeEvent> sink) {
        try {
            begin(maker.get(), sink);
        } catch (RuntimeException e) {
            failed.accept(e);
        }
    }

    private synchronized void begin(ContainerRuntime runtime, Consumer<RuntimeEvent> sink) {
        if (closed) {
            runtime.close();
            return;
        }
        runtime.start(sink);
        early.forEach(runtime::run);
        early.clear();
        made = runtime;
    }

    @Override
    public synchronized void run(Effect effect) {
        if (made == null) {
            early.add(effect);
        } else {
            made.run(effect);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (made != null) {
            made.close();
        }
    }
}
