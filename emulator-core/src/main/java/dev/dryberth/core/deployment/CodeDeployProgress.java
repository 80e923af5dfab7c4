package dev.dryberth.core.deployment;

import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.CodeDeployDeployment.Failure;
import dev.dryberth.core.model.CodeDeployDeployment.Status;
import dev.dryberth.core.model.CodeDeployDeployment.Step;
import dev.dryberth.core.model.CodeDeployDeployment.StepStatus;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeployment.Monitoring;
import dev.dryberth.core.model.Stage;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * What CodeDeploy's record of a deployment says of the roll-out that the scheduler makes of it.
 *
 * <p><b>Goal.</b> The record tells at any time which lifecycle events are over, which one is under
 * way and how the deployment ended, in CodeDeploy's words, and when each of that was.
 *
 * <p><b>Algorithm.</b> A pure function of the record and the roll-out as it is now, asked whenever
 * the roll-out was written. Stages before the present one are over; if several were passed at once,
 * they all began and ended now. A roll-out that goes back, or has ended without success, failed in
 * the stage that it had reached, and what would have come after is skipped. The record is closed at
 * that moment; that the traffic goes back is a deployment of its own, which ends when the roll-out
 * does.
 *
 * <p><b>Example.</b> The function of AfterAllowTestTraffic says Failed. BeforeInstall to
 * AllowTestTraffic are Succeeded, AfterAllowTestTraffic is Failed, the rest is Skipped, the
 * deployment Failed with HOOK_EXECUTION_FAILURE; another one, whose creator is codeDeployRollback,
 * is InProgress, and Succeeded when the replacement's tasks have stopped.
 *
 * <p>Follows "Deployments on an Amazon ECS compute platform" and "Troubleshoot Amazon ECS
 * deployment issues" in the CodeDeploy user guide.
 */
public final class CodeDeployProgress {

    static final String VALIDATION_FAILED =
            "The deployment failed because one or more of the lifecycle event validation functions"
                    + " failed.";
    static final String NO_CALLBACK =
            "The deployment timed out while waiting for a status callback. CodeDeploy expects a"
                    + " status callback within one hour after a deployment hook is invoked.";
    static final String NOT_HEALTHY =
            "The deployment timed out while waiting for the replacement task set to become healthy."
                    + " This time out period is 60 minutes.";
    static final String NOT_CONTINUED =
            "The deployment timed out while waiting for a notification to continue.";

    private CodeDeployProgress() {}

    /**
     * The record as it is to be.
     *
     * @param takesBack the record of what takes it back, when that begins now; null: nothing begins
     */
    public record Followed(
            CodeDeployDeployment deployment, @Nullable CodeDeployDeployment takesBack) {}

    /**
     * Brings a record up to date.
     *
     * @param id draws the id of a deployment that takes this one back
     */
    public static Followed follow(
            CodeDeployDeployment row, ServiceDeployment rollout, Supplier<String> id, Instant now) {
        Lifecycle at = Objects.requireNonNull(rollout.lifecycle());
        if (row.rolledBack() != null) {
            return new Followed(takingBack(row, rollout, now), null);
        }
        if (row.status().terminal()) {
            return new Followed(row, null);
        }
        boolean failed = failed(rollout);
        List<Step> steps = steps(row, at, failed, now);
        if (!failed) {
            return new Followed(row.at(status(rollout, at), steps, now), null);
        }
        Failure why = failure(row, rollout, at);
        CodeDeployArn backId =
                rollout.rollback() == null
                        ? null
                        : new CodeDeployArn(
                                row.arn().scope(), CodeDeployArn.Kind.DEPLOYMENT, id.get());
        CodeDeployDeployment closed = row.because(why, backId).at(ended(row, why), steps, now);
        return new Followed(closed, backId == null ? null : back(closed, backId, rollout, now));
    }

    private static boolean failed(ServiceDeployment rollout) {
        return switch (rollout.status()) {
            case PENDING, IN_PROGRESS, SUCCESSFUL, STOP_REQUESTED, ROLLBACK_REQUESTED -> false;
            case STOPPED, ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED -> true;
        };
    }

    private static Status status(ServiceDeployment rollout, Lifecycle at) {
        return switch (rollout.status()) {
            case PENDING -> Status.CREATED;
            case SUCCESSFUL -> Status.SUCCEEDED;
            case IN_PROGRESS, STOP_REQUESTED, ROLLBACK_REQUESTED ->
                    waitsToBeContinued(at) ? Status.READY : Status.IN_PROGRESS;
            case STOPPED, ROLLBACK_IN_PROGRESS, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED ->
                    throw new IllegalArgumentException(rollout.arn() + " failed");
        };
    }

    /** Whether nothing is missing but that somebody says that traffic may be rerouted. */
    public static boolean waitsToBeContinued(Lifecycle at) {
        boolean paused = false;
        for (HookRun each : at.runs()) {
            if (!each.ended() && each.function() != null) {
                return false;
            }
            paused |= each.status() == HookRun.Status.AWAITING_ACTION;
        }
        return paused;
    }

    private static List<Step> steps(
            CodeDeployDeployment row, Lifecycle at, boolean failed, Instant now) {
        Stage present = at.goesBack() ? Objects.requireNonNull(at.reached()) : at.stage();
        List<Step> steps = new ArrayList<>();
        for (Step each : row.steps()) {
            Instant startedAt = each.startedAt() == null ? now : each.startedAt();
            if (each.endedAt() != null) {
                steps.add(each);
            } else if (present.compareTo(each.stage()) > 0) {
                steps.add(new Step(each.stage(), StepStatus.SUCCEEDED, startedAt, now));
            } else if (present == each.stage()) {
                steps.add(
                        failed
                                ? new Step(each.stage(), StepStatus.FAILED, startedAt, now)
                                : new Step(each.stage(), StepStatus.IN_PROGRESS, startedAt, null));
            } else {
                steps.add(failed ? new Step(each.stage(), StepStatus.SKIPPED, null, null) : each);
            }
        }
        return List.copyOf(steps);
    }

    private static Status ended(CodeDeployDeployment row, Failure why) {
        boolean stopped =
                row.stopRequested()
                        || why.code().equals("ALARM_ACTIVE")
                        || why.message().equals(NOT_CONTINUED);
        return stopped ? Status.STOPPED : Status.FAILED;
    }

    private static Failure failure(
            CodeDeployDeployment row, ServiceDeployment rollout, Lifecycle at) {
        if (row.stopRequested()) {
            return new Failure("MANUAL_STOP", "The deployment was stopped by a user."); // [?]
        }
        if (rollout.alarms().status() == Monitoring.TRIGGERED) {
            return new Failure(
                    "ALARM_ACTIVE",
                    "One or more alarms have been activated according to the Amazon CloudWatch"
                            + " metrics you selected, and the affected deployments have been"
                            + " stopped. Activated alarms: "
                            + String.join(", ", rollout.alarms().triggered()));
        }
        for (HookRun each : hooks(at)) {
            boolean late = each.status() == HookRun.Status.TIMED_OUT;
            // What was only cut short has no problem of its own.
            if (each.refused() && (late || each.problem() != null)) {
                return failure(each);
            }
        }
        Stage reached = at.goesBack() ? Objects.requireNonNull(at.reached()) : at.stage();
        return switch (reached) {
            case SCALE_UP -> new Failure("TIMEOUT", NOT_HEALTHY);
            case RECONCILE_SERVICE,
                    PRE_SCALE_UP,
                    POST_SCALE_UP,
                    TEST_TRAFFIC_SHIFT,
                    POST_TEST_TRAFFIC_SHIFT,
                    PRE_PRODUCTION_TRAFFIC_SHIFT,
                    PRODUCTION_TRAFFIC_SHIFT,
                    POST_PRODUCTION_TRAFFIC_SHIFT,
                    BAKE_TIME,
                    CLEAN_UP ->
                    new Failure(
                            "ECS_UPDATE_ERROR", // [?]
                            Objects.requireNonNullElse(
                                    rollout.statusReason(), "The ECS service was deleted."));
        };
    }

    /** The latest last, those of a stage that was left on the way back included. */
    private static List<HookRun> hooks(Lifecycle at) {
        List<HookRun> all = new ArrayList<>(at.ended());
        all.addAll(at.runs());
        return all.reversed();
    }

    private static Failure failure(HookRun run) {
        boolean late = run.status() == HookRun.Status.TIMED_OUT;
        if (run.function() == null) {
            return new Failure("TIMEOUT", NOT_CONTINUED);
        }
        return new Failure("HOOK_EXECUTION_FAILURE", late ? NO_CALLBACK : VALIDATION_FAILED);
    }

    private static CodeDeployDeployment back(
            CodeDeployDeployment failed,
            CodeDeployArn arn,
            ServiceDeployment rollout,
            Instant now) {
        CodeDeployDeployment fresh =
                new CodeDeployDeployment(
                        arn,
                        failed.group(),
                        failed.rollout(),
                        failed.service(),
                        failed.blue(),
                        failed.green(),
                        Status.IN_PROGRESS,
                        null,
                        false,
                        null,
                        failed.arn(),
                        List.of(
                                new Step(
                                        Stage.PRODUCTION_TRAFFIC_SHIFT,
                                        StepStatus.IN_PROGRESS,
                                        now,
                                        null)),
                        failed.document(),
                        now,
                        now,
                        null,
                        now);
        return takingBack(fresh, rollout, now);
    }

    private static CodeDeployDeployment takingBack(
            CodeDeployDeployment row, ServiceDeployment rollout, Instant now) {
        if (row.status().terminal() || !rollout.status().terminal()) {
            return row;
        }
        boolean done = rollout.status() == ServiceDeployment.Status.ROLLBACK_SUCCESSFUL;
        List<Step> steps =
                row.steps().stream()
                        .map(each ->
                                new Step(
                                        each.stage(),
                                        done ? StepStatus.SUCCEEDED : StepStatus.FAILED,
                                        each.startedAt(),
                                        now))
                        .toList();
        return row.at(done ? Status.SUCCEEDED : Status.FAILED, steps, now);
    }
}
