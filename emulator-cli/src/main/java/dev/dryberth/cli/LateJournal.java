package dev.dryberth.cli;

import dev.dryberth.core.runtime.journal.SqliteJournal;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Journal;
import dev.dryberth.core.state.World;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A journal that is opened beside the rest of the start, because loading SQLite takes a while. */
final class LateJournal implements Journal {

    private final CompletableFuture<SqliteJournal> opened = new CompletableFuture<>();

    LateJournal(Path stateDirectory, SqliteJournal.Sync sync) {
        Thread.ofPlatform()
                .name("dryberth-journal-open")
                .daemon()
                .start(() -> {
                    try {
                        opened.complete(SqliteJournal.open(stateDirectory, sync));
                    } catch (IOException | RuntimeException e) {
                        opened.completeExceptionally(e);
                    }
                });
    }

    /** Waits until it is open. */
    private SqliteJournal journal() throws IOException {
        try {
            return opened.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    @Override
    public void restore(World world) throws IOException {
        journal().restore(world);
    }

    @Override
    public void append(List<Change> changes) throws IOException {
        journal().append(changes);
    }

    @Override
    public void close() {
        var _ = opened.thenAccept(SqliteJournal::close);
    }
}
