package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Task;

/**
 * How many tasks run and how many are on their way there. A task counts as pending from its
 * creation until it runs, and as neither once it leaves RUNNING for good.
 */
record TaskCounts(int running, int pending) {

    static final TaskCounts NONE = new TaskCounts(0, 0);

    static TaskCounts of(Iterable<Task> tasks) {
        TaskCounts counts = NONE;
        for (Task task : tasks) {
            counts = counts.and(task);
        }
        return counts;
    }

    TaskCounts and(Task task) {
        return switch (task.lastStatus()) {
            case PROVISIONING, PENDING, ACTIVATING -> new TaskCounts(running, pending + 1);
            case RUNNING -> new TaskCounts(running + 1, pending);
            case DEACTIVATING, STOPPING, DEPROVISIONING, STOPPED -> this;
        };
    }
}
