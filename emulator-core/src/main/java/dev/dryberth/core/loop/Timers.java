package dev.dryberth.core.loop;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Events that wait for their time, one a tag. Those due at the same instant run in the order they
 * were scheduled, so a run can be repeated exactly. Used by one thread.
 */
final class Timers {

    private final TreeSet<Timer> byTime = new TreeSet<>();
    private final Map<String, Timer> byTag = new HashMap<>();
    private long scheduled;

    /** Ordered by hand: Comparator's serializable lambdas are made anew at every start. */
    private record Timer(String tag, Instant at, long sequence, Runnable event)
            implements Comparable<Timer> {

        @Override
        public int compareTo(Timer other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    void schedule(String tag, Instant at, Runnable event) {
        Timer timer = new Timer(tag, at, scheduled++, event);
        Timer replaced = byTag.put(tag, timer);
        if (replaced != null) {
            byTime.remove(replaced);
        }
        byTime.add(timer);
    }

    void cancel(String tag) {
        Timer cancelled = byTag.remove(tag);
        if (cancelled != null) {
            byTime.remove(cancelled);
        }
    }

    /** When the next timer is due; null: there is none. */
    @Nullable Instant nextAt() {
        return byTime.isEmpty() ? null : byTime.first().at();
    }

    /** Takes the next event that is due at {@code now}; null: none is. */
    @Nullable Runnable takeDue(Instant now) {
        if (byTime.isEmpty() || byTime.first().at().isAfter(now)) {
            return null;
        }
        Timer due = byTime.removeFirst();
        byTag.remove(due.tag());
        return due.event();
    }

    boolean has(String tag) {
        return byTag.containsKey(tag);
    }

    int size() {
        return byTime.size();
    }

    void clear() {
        byTime.clear();
        byTag.clear();
    }
}
