package dev.dryberth.core.runtime.docker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps the order of what is about the same thing and lets all else run side by side.
 *
 * <p>A lane is a path: {@code task:X/app} is one container, {@code task:X} its task, the empty path
 * everything. A job waits for all earlier jobs whose lane is the same, above or below its own, so
 * that removing a task waits for the start of its containers and holds back a later one.
 *
 * <p>Example: start {@code task:X/a}, start {@code task:X/b}, remove {@code task:X}, start {@code
 * task:Y/a}. Both starts of X and that of Y run at once; the removal runs when X's two have ended.
 */
final class Lanes {

    private static final String SEPARATOR = "/";

    /** The last job of each lane that has not ended. Guarded by this. */
    private final Map<String, CompletableFuture<Void>> last = new LinkedHashMap<>();

    /** Runs {@code job} on a virtual thread of its own when its turn has come. */
    void submit(String lane, Runnable job) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        List<CompletableFuture<Void>> before = new ArrayList<>();
        synchronized (this) {
            last.forEach((other, ending) -> {
                if (related(lane, other)) {
                    before.add(ending);
                }
            });
            last.put(lane, done);
        }
        Runnable turn =
                () -> {
                    try {
                        job.run();
                    } finally {
                        ended(lane, done);
                    }
                };
        var _ =
                CompletableFuture.allOf(before.toArray(CompletableFuture[]::new))
                        .thenRun(() -> Thread.ofVirtual().name("docker " + lane).start(turn));
    }

    private void ended(String lane, CompletableFuture<Void> done) {
        synchronized (this) {
            last.remove(lane, done);
        }
        done.complete(null);
    }

    static boolean related(String one, String other) {
        return above(one, other) || above(other, one);
    }

    private static boolean above(String upper, String lower) {
        return upper.isEmpty() || upper.equals(lower) || lower.startsWith(upper + SEPARATOR);
    }
}
