package dev.dryberth.core.service;

import dev.dryberth.core.model.Service;
import dev.dryberth.core.state.World;

/**
 * What a service needs next.
 *
 * <p><b>Goal.</b> Every service comes to as many healthy tasks of its newest revision as it is to
 * have, and every roll-out to an end, whatever dies meanwhile and whenever the daemon does.
 *
 * <p><b>Constraints.</b> Pure: a view in, a plan out; the same view gives the same plan. Level
 * triggered: it looks at what is, never at what happened, so a lost event or a restart needs no
 * special case. What must be counted once (a failure, a first healthy moment) leaves a mark on the
 * task's row in the same transaction as the count.
 *
 * <p><b>Algorithm.</b> The first of these that has something to do makes the plan, and the engine
 * asks again when it is written, until there is nothing to do but to wait:
 *
 * <ol>
 *   <li>{@link Accounting}: takes note of what became of each task.
 *   <li>{@link TargetWork}: registers tasks that run, lets those drain that stop.
 *   <li>{@link Ending}: a deleted service drains.
 *   <li>{@link TaskSets}, and nothing else, for a service whose controller is not ECS, unless
 *       CodeDeploy moves its traffic.
 *   <li>{@link Ending}: a roll-out that failed is given up or rolled back.
 *   <li>{@link SideBySide} and {@link Staging}, only for a roll-out that moves traffic.
 *   <li>{@link Scaling}: what may go, goes; what is missing starts.
 *   <li>{@link Ending}: the roll-out completes, the service says that it is steady.
 *   <li>{@link Rebalancing}: tasks of a steady service move to zones with few.
 * </ol>
 *
 * <p><b>Example.</b> One task, 100/200, a new revision. Plan: start one. It runs: register its
 * target. Its target is healthy: note it. Two are healthy and one has to be: stop the old one. It
 * is DEACTIVATING: let its target drain. The target is gone, the task stops: note it. No other task
 * is left: the deployment is completed.
 *
 * <p>Follows the ECS developer guide on services, deployments and the circuit breaker.
 */
public final class ServiceReconciler {

    private ServiceReconciler() {}

    /** What {@code service} needs next. Loop thread. */
    public static Plan plan(World world, Service service, Outlook outlook) {
        return plan(ServiceViews.of(world, service, outlook));
    }

    static Plan plan(ServiceView view) {
        Plan.Draft accounting = Plan.of(view);
        Accounting.add(view, accounting);
        if (!accounting.idle()) {
            return accounting.build();
        }
        Plan.Draft targets = Plan.of(view);
        TargetWork.add(view, targets);
        if (!targets.idle()) {
            return targets.build();
        }
        return switch (view.service().status()) {
            case ACTIVE -> roll(view);
            case DRAINING -> {
                Plan.Draft drain = Plan.of(view);
                Ending.drain(view, drain);
                yield drain.build();
            }
            case INACTIVE -> Plan.of(view).build();
        };
    }

    private static Plan roll(ServiceView view) {
        if (view.service().hasTaskSets() && view.colours() == null) {
            Plan.Draft sets = Plan.of(view);
            TaskSets.add(view, sets);
            return sets.build();
        }
        Plan.Draft verdict = Plan.of(view);
        Ending.judge(view, verdict);
        if (!verdict.idle()) {
            return verdict.build();
        }
        Plan.Draft interruption = Plan.of(view);
        Rebalancing.interrupt(view, interruption);
        if (!interruption.idle()) {
            return interruption.build();
        }
        Plan.Draft rest = Plan.of(view);
        if (view.colours() == null) {
            Scaling.add(view, rest);
        } else {
            SideBySide.add(view, rest);
            TaskSets.noteStability(view, rest);
            if (rest.idle()) {
                Staging.advance(view, rest);
            }
        }
        if (rest.idle()) {
            Ending.complete(view, rest);
        }
        if (rest.idle() && !view.service().hasTaskSets()) {
            Rebalancing.add(view, rest);
        }
        return rest.build();
    }
}
