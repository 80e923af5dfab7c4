package dev.dryberth.core.service;

import dev.dryberth.core.deployment.CircuitBreaker;
import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.model.CodeDeployRules;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Deployment.RolloutState;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeployment.Monitoring;
import dev.dryberth.core.model.ServiceDeployment.Status;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * How deployments and services end.
 *
 * <p>A deployment completes when as many tasks of its revision as are desired are healthy and no
 * other task of the service is left; with alarms that may roll it back, only after a bake time in
 * which none went off. It fails when the circuit breaker's count is reached, an alarm goes off, or
 * somebody asks; then, if that is wanted, the revision of the last completed deployment becomes the
 * newest again, in a deployment of its own but in the same roll-out, and takes over the tasks that
 * still run it. A service that was deleted stops all its tasks and is INACTIVE when they are gone.
 */
final class Ending {

    static final String TASKS_FAILED = "tasks failed to start.";
    static final String ALARM = "alarm detected.";
    static final String BREAKER_REASON =
            "Service deployment rolled back because the circuit breaker threshold was exceeded.";
    static final String ALARM_REASON =
            "Service deployment rolled back because an alarm was detected."; // [?]
    static final String STEADY = "has reached a steady state.";

    /** What alarms imply when no bake time is given; AWS computes it from their periods. [?] */
    private static final Duration ALARM_BAKE = Duration.ofMinutes(5);

    private final ServiceView view;
    private final Plan.Draft plan;
    private final RollingBack back;

    private Ending(ServiceView view, Plan.Draft plan) {
        this.view = view;
        this.plan = plan;
        back = new RollingBack(view, plan);
    }

    /** What a service that was deleted still has to do. */
    static void drain(ServiceView view, Plan.Draft plan) {
        ServiceDeployment rollout = view.rollout();
        if (rollout != null && !rollout.status().terminal()) {
            plan.rollout(
                    rollout.inStatus(Status.STOP_REQUESTED, null, view.now())
                            .inStatus(Status.STOPPED, null, view.now()));
        }
        for (Member each : view.live()) {
            plan.stop(
                    each,
                    new Stop(
                            StopCode.SERVICE_SCHEDULER_INITIATED,
                            "Scaling activity initiated by (deployment "
                                    + each.membership().deployment()
                                    + ")"));
        }
        plan.saysWhatStops();
        if (view.members().isEmpty()) {
            plan.service(
                    view.service()
                            .copy()
                            .status(Service.Status.INACTIVE)
                            .deployments(List.of())
                            .inactiveAt(view.now())
                            .build());
        }
    }

    /** What has to be decided about the newest roll-out before any task is started or stopped. */
    static void judge(ServiceView view, Plan.Draft plan) {
        new Ending(view, plan).judge();
    }

    private void judge() {
        ServiceDeployment rollout = view.rollout();
        Deployment primary = view.service().primary();
        if (rollout == null || rollout.status().terminal()) {
            return;
        }
        switch (rollout.status()) {
            case PENDING -> {
                plan.rollout(
                        withoutSoundedAlarms(rollout)
                                .inStatus(Status.IN_PROGRESS, null, view.now()));
                if (rollout.lifecycle() != null) {
                    Staging.begin(view, plan);
                }
                return;
            }
            case STOP_REQUESTED -> {
                back.stop(rollout, primary);
                return;
            }
            case ROLLBACK_REQUESTED -> {
                if (Deployments.cleansUp(rollout)) {
                    return;
                }
                back.rollBack(
                        rollout,
                        primary,
                        "ECS deployment was stopped by a user.", // [?]
                        rollout.statusReason() == null ? "" : rollout.statusReason(),
                        "stopped by a user"); // [?]
                return;
            }
            case IN_PROGRESS,
                    ROLLBACK_IN_PROGRESS,
                    SUCCESSFUL,
                    STOPPED,
                    ROLLBACK_SUCCESSFUL,
                    ROLLBACK_FAILED -> {}
        }
        if (primary.inProgress() && !Deployments.cleansUp(rollout)) {
            watch(rollout, primary);
            if (plan.idle() && rollout.lifecycle() != null) {
                hear(rollout, primary);
            }
        }
    }

    /** What the hooks of a deployment that moves traffic say, and the clock. */
    private void hear(ServiceDeployment rollout, Deployment primary) {
        String refusal = Staging.refusal(view, plan);
        CodeDeployRules codeDeploy =
                Objects.requireNonNull(rollout.lifecycle()).shift().codeDeploy();
        if (refusal != null && codeDeploy != null && !codeDeploy.rollBackOnFailure()) {
            back.giveUp(
                    Objects.requireNonNullElse(plan.rollout(), rollout),
                    primary,
                    false,
                    refusal,
                    refusal,
                    refusal);
        } else if (refusal != null) {
            back.rollBack(
                    Objects.requireNonNullElse(plan.rollout(), rollout),
                    primary,
                    "ECS deployment failed: " + refusal, // [?]
                    refusal,
                    refusal);
        }
    }

    /** Alarms that are off from the start say nothing of this roll-out. */
    private ServiceDeployment withoutSoundedAlarms(ServiceDeployment rollout) {
        return view.outlook().alarms().isEmpty()
                ? rollout
                : rollout.watchedBy(
                        rollout.breaker(),
                        new ServiceDeployment.Alarms(
                                Monitoring.DISABLED, rollout.alarms().names(), List.of()));
    }

    private void watch(ServiceDeployment rollout, Deployment primary) {
        RolloutRules rules = view.service().rules();
        int threshold = CircuitBreaker.threshold(rules.breaker(), view.desiredCount());
        boolean broken = rules.breaker().enable() && primary.failedTasks() >= threshold;
        boolean alarmed =
                rollout.alarms().status() == Monitoring.MONITORING
                        && !view.outlook().alarms().isEmpty();
        ServiceDeployment watched =
                rollout.watchedBy(
                        breaker(rollout.breaker(), primary, broken, threshold),
                        alarmed
                                ? new ServiceDeployment.Alarms(
                                        Monitoring.TRIGGERED,
                                        rollout.alarms().names(),
                                        view.outlook().alarms())
                                : rollout.alarms());
        if (!watched.equals(rollout)) {
            plan.rollout(watched);
        }
        if (broken) {
            back.giveUp(
                    watched,
                    primary,
                    rules.breaker().rollback(),
                    "ECS deployment circuit breaker: " + TASKS_FAILED,
                    BREAKER_REASON,
                    TASKS_FAILED);
        } else if (alarmed) {
            back.giveUp(
                    watched,
                    primary,
                    rules.alarms().rollback(),
                    "ECS deployment failed: " + ALARM, // [?]
                    ALARM_REASON,
                    ALARM);
        }
    }

    /** What it was triggered by stays on record while the rollback runs. */
    private static ServiceDeployment.Breaker breaker(
            ServiceDeployment.Breaker before, Deployment primary, boolean broken, int threshold) {
        return switch (before.status()) {
            case DISABLED, TRIGGERED, MONITORING_COMPLETE -> before;
            case MONITORING ->
                    new ServiceDeployment.Breaker(
                            broken ? Monitoring.TRIGGERED : Monitoring.MONITORING,
                            primary.failedTasks(),
                            threshold);
        };
    }

    /** Completes the newest deployment when nothing is missing; says when the service is steady. */
    static void complete(ServiceView view, Plan.Draft plan) {
        new Ending(view, plan).complete();
    }

    private void complete() {
        Deployment primary = view.service().primary();
        if (primary.rolloutState() == RolloutState.FAILED) {
            plan.waits(
                    Wait.Rule.DEPLOYMENT_FAILED,
                    "the newest deployment has failed: nothing of it is started",
                    List.of(),
                    null);
        }
        List<Member> current = view.live(primary);
        boolean full =
                current.size() == view.desiredCount() && current.stream().allMatch(Member::healthy);
        if (!full) {
            tellWhatIsMissing(current, plan);
            return;
        }
        switch (primary.rolloutState()) {
            case IN_PROGRESS -> {
                if (Staging.isOver(view) && othersAreGone(primary) && baked(primary)) {
                    completed(primary);
                }
            }
            case COMPLETED -> {
                if (!view.service().steady()) {
                    plan.service(view.service().copy().steady(true).problem(null, null).build());
                    plan.event(STEADY);
                }
            }
            case FAILED -> {}
        }
    }

    /** Says what each task of a deployment lacks that is not complete. */
    static void tellWhatIsMissing(List<Member> current, Plan.Draft plan) {
        for (Member each : current) {
            List<Member> task = List.of(each);
            switch (each.standing()) {
                case Standing.Unknown(Wait.Rule rule, String why, Instant until) ->
                        plan.waits(rule, "a task counts as healthy when " + why, task, until);
                case Standing.Starting() ->
                        plan.waits(
                                Wait.Rule.TASK_START,
                                "a task is " + each.task().lastStatus() + ", not RUNNING",
                                task,
                                null);
                case Standing.Unhealthy sick ->
                        plan.waits(
                                Wait.Rule.UNHEALTHY_TASK,
                                "a task is unhealthy and stays until its replacement is healthy",
                                task,
                                null);
                case Standing.Healthy(), Standing.Stopping() -> {}
            }
        }
    }

    private boolean othersAreGone(Deployment primary) {
        List<Member> others =
                view.members().stream()
                        .filter(each -> !ServiceView.isOf(each, primary.revision()))
                        .toList();
        if (!others.isEmpty()) {
            plan.waits(
                    Wait.Rule.OLDER_TASKS,
                    "tasks of older revisions have not stopped yet",
                    others,
                    null);
        }
        return others.isEmpty();
    }

    private boolean baked(Deployment primary) {
        boolean staged = view.colours() != null;
        if (staged || bakeTime(view.service().rules()).isZero()) {
            return true;
        }
        Instant end = bakesUntil(view, primary);
        if (end == null) {
            plan.deployment(primary.baking(view.now()));
            return false;
        }
        if (view.now().isBefore(end)) {
            plan.waits(Wait.Rule.BAKE_TIME, "the deployment bakes", List.of(), end);
            return false;
        }
        return true;
    }

    /** When a deployment has baked for long enough; null: it has not begun to bake. */
    static @Nullable Instant bakesUntil(ServiceView view, Deployment deployment) {
        Instant since = deployment.bakingSince();
        return since == null
                ? null
                : since.plus(view.clock().wait(bakeTime(view.service().rules())));
    }

    private static Duration bakeTime(RolloutRules rules) {
        Duration bake = rules.bakeTime();
        if (bake != null) {
            return bake;
        }
        boolean watched = rules.alarms().enable() && rules.alarms().rollback();
        return watched ? ALARM_BAKE : Duration.ZERO;
    }

    private void completed(Deployment primary) {
        Deployment done =
                primary.inState(
                        RolloutState.COMPLETED,
                        "ECS deployment " + primary.id() + " completed.",
                        view.now());
        plan.service(
                view.service()
                        .copy()
                        .deployments(List.of(done))
                        .completed(new Service.Completed(done.id(), done.revision()))
                        .steady(true)
                        .problem(null, null)
                        .build());
        if (done.taskSet() == null) {
            plan.event("(deployment " + done.id() + ") deployment completed.");
        }
        plan.event(STEADY);
        ServiceDeployment rollout = view.rollout();
        if (rollout != null && !rollout.status().terminal()) {
            plan.rollout(
                    rollout.watchedBy(
                                    new ServiceDeployment.Breaker(
                                            over(rollout.breaker().status()),
                                            rollout.breaker().failureCount(),
                                            rollout.breaker().threshold()),
                                    new ServiceDeployment.Alarms(
                                            over(rollout.alarms().status()),
                                            rollout.alarms().names(),
                                            rollout.alarms().triggered()))
                            .inStatus(
                                    rollout.status() == Status.ROLLBACK_IN_PROGRESS
                                            ? Status.ROLLBACK_SUCCESSFUL
                                            : Status.SUCCESSFUL,
                                    null,
                                    view.now()));
        }
    }

    private static Monitoring over(Monitoring status) {
        return status == Monitoring.MONITORING ? Monitoring.MONITORING_COMPLETE : status;
    }
}
