package dev.dryberth.core.runtime.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ForkJoinTask;

/**
 * Reads the rows of a journal back on all processors, and puts them into the World in their order.
 *
 * <p><b>How.</b> Reading a row's JSON takes most of the time, and no row needs another for it. So
 * rows are gathered into batches, each of which is a task of the common pool; the thread that
 * restores goes on taking rows from the file, reads a batch itself when enough of them are under
 * way, and puts the oldest into the World. A small journal fits in one batch and never leaves the
 * thread.
 */
final class Restoring {

    private static final int BATCH = 256;

    private static final int ENOUGH_UNDER_WAY = 4 * Runtime.getRuntime().availableProcessors();

    private final RowReader reader;
    private final Deque<ForkJoinTask<List<RowReader.Decoded>>> underWay = new ArrayDeque<>();
    private List<Stored> batch = new ArrayList<>(BATCH);

    private interface Stored {
        RowReader.Decoded decode() throws IOException;
    }

    Restoring(RowReader reader) {
        this.reader = reader;
    }

    /**
     * Takes the next row.
     *
     * @throws IOException if one before it, or itself, can't be read
     */
    void add(String kind, String key, byte[] value) throws IOException {
        batch.add(() -> reader.decode(kind, key, value));
        if (batch.size() == BATCH) {
            List<Stored> full = batch;
            batch = new ArrayList<>(BATCH);
            ForkJoinTask<List<RowReader.Decoded>> task = ForkJoinTask.adapt(() -> decode(full));
            while (!underWay.isEmpty() && underWay.getFirst().isDone()) {
                restore(underWay.removeFirst());
            }
            underWay.addLast(task);
            if (underWay.size() <= ENOUGH_UNDER_WAY) {
                task.fork();
            } else {
                // The others have enough to do, so this thread takes its share.
                task.quietlyInvoke();
            }
        }
    }

    /**
     * Puts the last rows into the World.
     *
     * @throws IOException if a row can't be read
     */
    void finish() throws IOException {
        while (!underWay.isEmpty()) {
            restore(underWay.removeFirst());
        }
        for (RowReader.Decoded each : decode(batch)) {
            each.restore();
        }
    }

    private static List<RowReader.Decoded> decode(List<Stored> rows) throws IOException {
        List<RowReader.Decoded> decoded = new ArrayList<>(rows.size());
        for (Stored each : rows) {
            decoded.add(each.decode());
        }
        return decoded;
    }

    private static void restore(ForkJoinTask<List<RowReader.Decoded>> task) throws IOException {
        // Joining runs the task here when no other thread has begun it.
        task.quietlyJoin();
        Throwable failure = task.getException();
        if (failure != null) {
            throw asIoException(failure);
        }
        for (RowReader.Decoded each : task.getRawResult()) {
            each.restore();
        }
    }

    /** The pool wraps what a task throws, sometimes more than once. */
    private static IOException asIoException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException unreadable) {
                return unreadable;
            }
        }
        return new IOException(failure.toString(), failure);
    }
}
