package dev.dryberth.core.task;

import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.Task;

/**
 * A task's health: over its essential containers that define a check, UNHEALTHY if any is, else
 * UNKNOWN if any is, else HEALTHY. With no such container it is UNKNOWN. [?] Whether essential
 * containers without a check count as UNKNOWN is not confirmed; here they are left out.
 */
final class TaskHealth {

    private TaskHealth() {}

    static HealthStatus of(Task task) {
        boolean checked = false;
        boolean unknown = false;
        for (Container container : task.containers()) {
            if (!container.recipe().essential() || !container.recipe().healthCheck()) {
                continue;
            }
            checked = true;
            switch (container.health()) {
                case UNHEALTHY -> {
                    return HealthStatus.UNHEALTHY;
                }
                case UNKNOWN -> unknown = true;
                case HEALTHY -> {}
            }
        }
        return checked && !unknown ? HealthStatus.HEALTHY : HealthStatus.UNKNOWN;
    }
}
