package dev.dryberth.core.service;

import dev.dryberth.core.model.TaskArn;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * One thing a service waits for.
 *
 * @param text what is waited for, a sentence for people
 * @param tasks the tasks it concerns; none: it concerns the service as a whole
 * @param until when it is over, on the machine's clock; null: when something is heard of it
 */
public record Wait(Rule rule, String text, List<TaskArn> tasks, @Nullable Instant until) {

    /**
     * Which rule holds a service, from the most telling to the least: when several do, the first is
     * why. The names are part of the explanation's JSON and stay.
     */
    public enum Rule {
        DEPLOYMENT_FAILED("a new deployment starts tasks again"),
        PLACEMENT("placing a task is tried again"),
        LAUNCH_BACKOFF("tasks are launched again"),
        MAXIMUM_PERCENT("tasks start as others have stopped"),
        TASK_PROTECTION("tasks whose protection is over may stop"),
        UNHEALTHY_TASK("an unhealthy task stops when its replacement is healthy"),
        TARGET_UNUSED("health checks begin when a listener forwards to the target group"),
        HEALTH_CHECK_GRACE_PERIOD("a task whose checks still fail is replaced"),
        CONTAINER_HEALTH_CHECK("the task is healthy when its containers' checks pass"),
        TARGET_REGISTRATION("the task's targets are checked when they are registered"),
        TARGET_INITIAL("the task is healthy when its targets' checks pass"),
        HEALTHY_AFTER("the task counts as healthy"),
        TASK_START("the task comes to RUNNING, then to be healthy"),
        MINIMUM_HEALTHY_PERCENT("older tasks stop as more tasks are healthy"),
        DEREGISTRATION_DELAY("the containers behind drained targets are told to stop"),
        OLDER_TASKS("the deployment completes when the older tasks have stopped"),
        LIFECYCLE_HOOK("the deployment goes on when its hooks agreed"),
        BAKE_TIME("the deployment goes on if no alarm went off"),
        TASK_STOP("the task comes to STOPPED");

        private final String then;

        Rule(String then) {
            this.then = then;
        }

        /** What happens when the wait is over. */
        public String then() {
            return then;
        }
    }
}
