package dev.dryberth.core.simulation;

import dev.dryberth.core.loop.Clock;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;

/**
 * The last things that happened, for the message of a failure; of a run that is replayed, all of
 * them as they happen.
 */
final class Trace {

    private static final int MAX_LINES = 80;
    private static final int MAX_LENGTH = 300;

    private final Clock clock;
    private final boolean printed;
    private final Deque<Line> lines = new ArrayDeque<>();

    /**
     * @param printed whether every line is printed, too
     */
    Trace(Clock clock, boolean printed) {
        this.clock = clock;
        this.printed = printed;
    }

    void add(String kind, Object what) {
        Line line = new Line(clock.now(), kind, what);
        if (printed) {
            IO.println(line);
        }
        if (lines.size() == MAX_LINES) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    private record Line(Instant at, String kind, Object what) {

        @Override
        public String toString() {
            String text =
                    what.toString()
                            .replaceAll("arn:aws:ecs:[a-z0-9:-]*task/default/", "")
                            .replaceAll("0{16,}", "…");
            return at
                    + " "
                    + kind
                    + " "
                    + (text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text);
        }
    }

    /** The lines, as late as this because hardly any is ever read. */
    @Override
    public String toString() {
        return lines.stream().map(Line::toString).collect(Collectors.joining("\n"));
    }
}
