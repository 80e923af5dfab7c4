package dev.dryberth.core.engine;

import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Makes changes durable before anybody hears of them.
 *
 * <p>Changes of many commands go down in one journal transaction: while one batch is being written,
 * everything committed meanwhile gathers in the next. What was to happen after a commit (answer the
 * client, begin an effect) happens once its batch is durable, in the order it was added. A read
 * that saw changes not yet durable waits for them in the same way; with nothing outstanding it is
 * answered at once.
 *
 * <p>When the journal can't be written (a full disk), the batch is tried again until it can be:
 * nothing is acknowledged meanwhile, and nothing that was acknowledged is lost. Loop thread, except
 * where said.
 */
final class CommitPipeline {

    private static final Logger log = LoggerFactory.getLogger(CommitPipeline.class);
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

    private final Journal journal;
    private final Loop loop;
    private final Executor journalThread;

    private Batch pending = new Batch();
    private boolean writing;

    /** So that it is said once, not at every retry. Journal thread. */
    private boolean failing;

    CommitPipeline(Journal journal, Loop loop, Executor journalThread) {
        this.journal = journal;
        this.loop = loop;
        this.journalThread = journalThread;
    }

    private static final class Batch {

        private final Map<String, Change> changes = new LinkedHashMap<>();
        private final List<Runnable> whenDurable = new ArrayList<>();

        boolean isEmpty() {
            return changes.isEmpty() && whenDurable.isEmpty();
        }
    }

    void add(List<Change> changes) {
        for (Change change : changes) {
            pending.changes.put(change.table() + '\n' + change.key(), change);
        }
    }

    /** Runs {@code action} once everything added so far is durable; on this or another thread. */
    void whenDurable(Runnable action) {
        if (!writing && pending.isEmpty()) {
            run(action);
        } else {
            pending.whenDurable.add(action);
        }
    }

    /** Whether anything is not durable yet. */
    boolean outstanding() {
        return writing || !pending.isEmpty();
    }

    /** Begins to write what has gathered, unless a write is under way. */
    void flush() {
        if (writing || pending.isEmpty()) {
            return;
        }
        Batch batch = pending;
        pending = new Batch();
        writing = true;
        journalThread.execute(() -> write(batch));
    }

    private void write(Batch batch) {
        try {
            if (!batch.changes.isEmpty()) {
                journal.append(List.copyOf(batch.changes.values()));
            }
        } catch (IOException | RuntimeException | Error e) {
            // An Error too (no memory for a moment): if it escaped, nothing would ever be written.
            if (!failing) {
                log.error(
                        "The journal can't be written; nothing is acknowledged until it can be", e);
                failing = true;
            }
            loop.schedule(
                    "journal-retry",
                    loop.clock().now().plus(RETRY_DELAY),
                    () -> journalThread.execute(() -> write(batch)));
            return;
        }
        if (failing) {
            log.info("The journal can be written again");
            failing = false;
        }
        batch.whenDurable.forEach(CommitPipeline::run);
        loop.post(() -> {
            writing = false;
            flush();
        });
    }

    /** What one action throws must not keep the others from running. */
    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            log.error("An action after a commit failed", e);
        }
    }
}
