package dev.dryberth.core.runtime.journal;

import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Journal;
import dev.dryberth.core.state.World;

import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/**
 * A journal without a disk that keeps its rows as {@link SqliteJournal} would write them, so that a
 * simulated daemon restarts through the same codec as a real one. Used by one thread at a time.
 */
public final class EncodedJournal implements Journal {

    private final TreeMap<String, TreeMap<String, byte[]>> tables = new TreeMap<>();

    @Override
    public void restore(World world) throws IOException {
        RowReader reader = new RowReader(world);
        for (var table : tables.entrySet()) {
            for (var row : table.getValue().entrySet()) {
                reader.restore(table.getKey(), row.getKey(), row.getValue());
            }
        }
    }

    @Override
    public void append(List<Change> changes) {
        for (Change change : changes) {
            TreeMap<String, byte[]> rows =
                    tables.computeIfAbsent(change.table(), name -> new TreeMap<>());
            if (change.value() == null) {
                rows.remove(change.key());
            } else {
                rows.put(change.key(), RecordCodec.encode(change.value()));
            }
        }
    }

    @Override
    public void close() {
        // The rows stay, for the next daemon to restore.
    }
}
