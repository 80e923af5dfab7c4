package dev.dryberth.core.engine;

import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Journal;
import dev.dryberth.core.state.Table;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** A journal in memory that can be made to wait or to fail; also the thread it is written on. */
final class FakeJournal implements Journal, Executor {

    final List<List<Change>> batches = new ArrayList<>();
    final Map<String, Map<String, Record>> rows = new LinkedHashMap<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private @Nullable Throwable failure;
    private boolean held;

    /** Writes wait until {@link #release}. */
    void hold() {
        held = true;
    }

    void release() {
        held = false;
        while (!waiting.isEmpty()) {
            waiting.removeFirst().run();
        }
    }

    void failWith(@Nullable Throwable cause) {
        failure = cause;
    }

    @Override
    public void execute(Runnable write) {
        if (held) {
            waiting.addLast(write);
        } else {
            write.run();
        }
    }

    @Override
    public void append(List<Change> changes) throws IOException {
        fail();
        batches.add(changes);
        for (Change change : changes) {
            Map<String, Record> table =
                    rows.computeIfAbsent(change.table(), name -> new LinkedHashMap<>());
            Record value = change.value();
            if (value == null) {
                table.remove(change.key());
            } else {
                table.put(change.key(), value);
            }
        }
    }

    @Override
    public void restore(World world) throws IOException {
        fail();
        for (Table<?, ?> table : world.tables()) {
            rows.getOrDefault(table.name(), Map.of()).forEach(table::restore);
        }
    }

    private void fail() throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError(e);
        }
    }

    @Override
    public void close() {}
}
