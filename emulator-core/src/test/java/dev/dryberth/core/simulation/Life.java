package dev.dryberth.core.simulation;

/**
 * Whether the daemon of the moment still lives. A real one dies between two instructions; here the
 * rest of the event goes on, but it reaches neither the journal, nor the runtime, nor a client.
 */
final class Life {

    private final Trace trace;
    private boolean dead;

    Life(Trace trace) {
        this.trace = trace;
    }

    void end(String where) {
        if (!dead) {
            trace.add("crash", where);
        }
        dead = true;
    }

    boolean isOver() {
        return dead;
    }
}
