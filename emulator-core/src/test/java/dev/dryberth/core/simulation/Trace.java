package dev.dryberth.core.simulation;

import dev.dryberth.core.loop.Clock;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;

/** The last things that happened, for the message of a failure. */
final class Trace {

    private static final int MAX_LINES = 80;
    private static final int MAX_LENGTH = 300;

    private final Clock clock;
    private final Deque<Line> lines = new ArrayDeque<>();

    Trace(Clock clock) {
        this.clock = clock;
    }

    void add(String kind, Object what) {
        if (lines.size() == MAX_LINES) {
            lines.removeFirst();
        }
        lines.addLast(new Line(clock.now(), kind, what));
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
