package dev.dryberth.core.task;

import dev.dryberth.core.model.Task;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * What one look at a task decides.
 *
 * @param task the task as it is now; the same object when nothing changed
 * @param wakeAt when to look again even if nothing happens; null: no need
 */
public record Step(Task task, List<Action> actions, @Nullable Instant wakeAt) {}
