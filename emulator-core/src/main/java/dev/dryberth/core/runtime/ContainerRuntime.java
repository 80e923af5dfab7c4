package dev.dryberth.core.runtime;

import java.util.function.Consumer;

/**
 * Whatever runs containers. Effects go in and never block the caller; what became of them, and what
 * happens by itself, comes out as events, on any thread.
 *
 * <p>Every effect is idempotent: after a crash the engine asks again for what it had asked, and the
 * runtime answers with the event that describes what is there.
 */
public interface ContainerRuntime extends AutoCloseable {

    /** {@code docker} or {@code simulated}. */
    String name();

    /**
     * Begins to deliver events. The first is an {@link RuntimeEvent.Inventory} of all that exists
     * under this daemon's label; another follows whenever events may have been lost.
     */
    void start(Consumer<RuntimeEvent> sink);

    /** Begins to carry out {@code effect}. */
    void run(Effect effect);

    /** Stops delivering events; containers stay as they are. */
    @Override
    void close();
}
