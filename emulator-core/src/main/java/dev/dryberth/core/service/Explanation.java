package dev.dryberth.core.service;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinitionArn;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * Why a service is in the state it is. Instants are the machine's own, with the clock's speed
 * already in them. Immutable.
 *
 * @param now when it was so
 * @param summary the whole in a sentence or two
 * @param deployments newest first
 * @param waits what it waits for, the most telling first
 * @param refused what last went wrong, newest first, at most {@link #MAX_REFUSED}
 * @param next what happens next: first what has a time, the earliest first
 * @param tasks those it still has to do with, the ones that are not healthy first, at most {@link
 *     #MAX_TASKS}
 * @param tasksLeftOut how many more there are
 */
public record Explanation(
        Instant now,
        Service service,
        String summary,
        Counts counts,
        List<DeploymentLine> deployments,
        List<Wait> waits,
        List<Refusal> refused,
        List<Next> next,
        List<TaskLine> tasks,
        int tasksLeftOut) {

    /** Enough to see a pattern. */
    public static final int MAX_REFUSED = 10;

    /** Whoever has more looks at those that are not healthy. */
    public static final int MAX_TASKS = 100;

    /**
     * How many tasks there are, and how many there may be.
     *
     * @param stopping told to stop and not stopped yet; one that still runs is in running too
     * @param lower how few healthy ones a deployment leaves: minimumHealthyPercent, rounded up
     * @param upper how many may run or be on their way: maximumPercent, rounded down
     */
    public record Counts(
            int desired,
            int running,
            int pending,
            int healthy,
            int stopping,
            int lower,
            int upper) {}

    /**
     * One deployment and how far it is.
     *
     * @param rollout the roll-out it belongs to, with its circuit breaker and alarms; null: gone
     * @param threshold how many failures in a row the circuit breaker takes for the end; null: off
     * @param bakesUntil null: it does not bake
     */
    public record DeploymentLine(
            Deployment deployment,
            @Nullable TaskDefinitionArn taskDefinition,
            @Nullable ServiceDeployment rollout,
            int running,
            int pending,
            int healthy,
            @Nullable Integer threshold,
            @Nullable Instant bakesUntil) {}

    /**
     * What was refused or failed.
     *
     * @param task the task that failed; null: the service as a whole was kept from going on
     * @param code null when there is no task
     */
    public record Refusal(
            Instant at, @Nullable TaskArn task, @Nullable StopCode code, String reason) {}

    /**
     * What happens next.
     *
     * @param at null: when something else has happened
     */
    public record Next(String text, @Nullable Instant at) {}

    /** One task, how the service sees it, and its targets that are still registered. */
    public record TaskLine(Task task, Standing standing, List<Target> targets) {}
}
