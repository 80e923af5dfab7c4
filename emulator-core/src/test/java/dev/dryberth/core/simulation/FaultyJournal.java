package dev.dryberth.core.simulation;

import dev.dryberth.core.runtime.journal.EncodedJournal;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Journal;
import dev.dryberth.core.state.Table;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A disk that is full at times, and a daemon that dies right before or right after a commit. */
final class FaultyJournal implements Journal {

    private final EncodedJournal disk = new EncodedJournal();
    private final Map<String, Record> durable = new LinkedHashMap<>();
    private final Faults faults;
    private final Trace trace;
    private Life life;

    FaultyJournal(Faults faults, Trace trace, Life life) {
        this.life = life;
        this.faults = faults;
        this.trace = trace;
    }

    @Override
    public void restore(World world) throws IOException {
        disk.restore(world);
    }

    @Override
    public void append(List<Change> changes) throws IOException {
        if (faults.strike(faults.journalFails)) {
            trace.add("journal", "full");
            throw new IOException("the disk is full, says the simulation");
        }
        if (faults.strike(faults.crashAtCommit)) {
            life.end("before a commit");
        }
        throwIfDead();
        disk.append(changes);
        for (Change change : changes) {
            String key = change.table() + " " + change.key();
            if (change.value() == null) {
                durable.remove(key);
            } else {
                durable.put(key, change.value());
            }
        }
        if (faults.strike(faults.crashAtCommit)) {
            life.end("after a commit");
        }
        throwIfDead();
    }

    /** Nobody is told of this: the caller is dead. */
    private void throwIfDead() throws IOException {
        if (life.isOver()) {
            throw new IOException("the daemon is dead");
        }
    }

    /** The next daemon opens the same file. */
    void openedBy(Life next) {
        life = next;
    }

    <V extends Record> @Nullable V durable(Table<?, V> table, Object key) {
        Record row = durable.get(table.name() + " " + key);
        return row == null ? null : table.type().cast(row);
    }

    @Override
    public void close() {
        disk.close();
    }
}
