package dev.dryberth.core.runtime.journal;

import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Journal;
import dev.dryberth.core.state.World;

import java.util.List;

/** The journal of an ephemeral daemon: it keeps nothing. */
public final class MemoryJournal implements Journal {

    @Override
    public void restore(World world) {
        // Nothing was kept.
    }

    @Override
    public void append(List<Change> changes) {
        // The World itself is the only copy.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
