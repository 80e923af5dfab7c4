package dev.dryberth.core.placement;

import dev.dryberth.core.model.Task;

import java.util.List;

/** Whether a task could be placed. */
public sealed interface Verdict {

    /** It is a row now, and on its way. */
    record Placed(Task task) implements Verdict {}

    /**
     * No place takes it.
     *
     * @param vetoes one a place; none when there is no place at all
     */
    record Refused(List<Veto> vetoes) implements Verdict {}
}
