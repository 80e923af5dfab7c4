package dev.dryberth.core.engine;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.Loop;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A loop the test turns by hand; its time moves only when told to. */
final class ManualLoop implements Loop {

    private record Timer(String tag, Instant at, Runnable event) {}

    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final Map<String, Timer> timers = new LinkedHashMap<>();
    private Instant now;
    private boolean turning;

    ManualLoop(Instant start) {
        now = start;
    }

    @Override
    public void post(Runnable event) {
        queue.addLast(event);
    }

    @Override
    public boolean tryPost(Runnable event) {
        post(event);
        return true;
    }

    @Override
    public void schedule(String tag, Instant at, Runnable event) {
        timers.put(tag, new Timer(tag, at, event));
    }

    @Override
    public void cancel(String tag) {
        timers.remove(tag);
    }

    @Override
    public boolean inLoop() {
        return turning;
    }

    @Override
    public Clock clock() {
        return new Clock(() -> now, 1);
    }

    /** Runs all that is posted, and what that posts. */
    void drain() {
        while (!queue.isEmpty()) {
            run(queue.removeFirst());
        }
    }

    /** Lets time pass; timers fire on the way, each at its own time. */
    void advance(Duration duration) {
        Instant end = now.plus(duration);
        drain();
        while (true) {
            Timer next =
                    timers.values().stream()
                            .filter(timer -> !timer.at().isAfter(end))
                            .min(Comparator.comparing(Timer::at))
                            .orElse(null);
            if (next == null) {
                break;
            }
            timers.remove(next.tag());
            now = next.at().isAfter(now) ? next.at() : now;
            run(next.event());
            drain();
        }
        now = end;
    }

    private void run(Runnable event) {
        turning = true;
        try {
            event.run();
        } finally {
            turning = false;
        }
    }

    Set<String> timerTags() {
        return timers.keySet();
    }
}
