package dev.dryberth.core.service;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Deployment.RolloutState;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeployment.Status;
import dev.dryberth.core.model.ServiceRevisionArn;

import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of a roll-out that does not succeed: it goes back to what completed last, or ends
 * where it is. A task set that a roll-out goes back to is still there and keeps its name; any other
 * revision comes back in a new deployment.
 */
final class RollingBack {

    static final String NO_CANDIDATE = "No rollback candidate was found to run the rollback.";

    private final ServiceView view;
    private final Plan.Draft plan;

    RollingBack(ServiceView view, Plan.Draft plan) {
        this.view = view;
        this.plan = plan;
    }

    /** Somebody asked to end it where it is. */
    void stop(ServiceDeployment rollout, Deployment primary) {
        fail(primary, "ECS deployment " + primary.id() + " was stopped."); // [?]
        leaveTaskSets(rollout);
        plan.rollout(rollout.inStatus(Status.STOPPED, null, view.now()));
    }

    /** It failed: it goes back, or ends where it is. */
    void giveUp(
            ServiceDeployment rollout,
            Deployment primary,
            boolean rollback,
            String rolloutStateReason,
            String statusReason,
            String said) {
        if (rollout.status() == Status.ROLLBACK_IN_PROGRESS) {
            fail(primary, rolloutStateReason);
            failed(primary, said);
            plan.rollout(rollout.inStatus(Status.ROLLBACK_FAILED, null, view.now()));
        } else if (rollback) {
            rollBack(rollout, primary, rolloutStateReason, statusReason, said);
        } else {
            fail(primary, rolloutStateReason);
            failed(primary, said);
            leaveTaskSets(rollout);
            plan.rollout(
                    rollout.inStatus(Status.STOP_REQUESTED, null, view.now())
                            .inStatus(Status.STOPPED, null, view.now()));
        }
    }

    /**
     * Nobody takes the task sets of a roll-out back that ends where it is: whichever has the
     * traffic is the primary one.
     */
    private void leaveTaskSets(ServiceDeployment rollout) {
        Lifecycle lifecycle = rollout.lifecycle();
        ServiceRevisionArn serving = lifecycle == null ? null : lifecycle.serving(rollout.target());
        for (Deployment each : plan.service().deployments()) {
            if (each.taskSet() != null && each.revision().equals(serving)) {
                plan.service(
                        plan.service()
                                .ledBy(each.of(rollout.arn()), view.now())
                                .copy()
                                .completed(new Service.Completed(each.id(), each.revision()))
                                .steady(false)
                                .build());
                return;
            }
        }
    }

    private void failed(Deployment primary, String said) {
        if (primary.taskSet() != null) {
            return; // That is CodeDeploy's to say.
        }
        plan.event("(deployment " + primary.id() + ") deployment failed: " + said);
    }

    private void fail(Deployment primary, String reason) {
        plan.deployment(primary.inState(RolloutState.FAILED, reason, view.now()));
    }

    /** The revision that completed last becomes the newest again, if there is one. */
    void rollBack(
            ServiceDeployment rollout,
            Deployment primary,
            String rolloutStateReason,
            String statusReason,
            String said) {
        failed(primary, said);
        Service.Completed candidate = view.service().completed();
        if (candidate == null || candidate.revision().equals(primary.revision())) {
            fail(primary, rolloutStateReason);
            plan.rollout(rollout.inStatus(Status.ROLLBACK_FAILED, NO_CANDIDATE, view.now()));
            return;
        }
        Deployment back = back(rollout, candidate);
        List<Deployment> deployments = new ArrayList<>();
        deployments.add(back);
        for (Deployment each : view.service().deployments()) {
            if (each.primary()) {
                deployments.add(
                        each.inState(RolloutState.FAILED, rolloutStateReason, view.now())
                                .demoted(each.desiredCount(), view.now()));
            } else if (!each.revision().equals(candidate.revision())) {
                deployments.add(each);
            }
        }
        plan.service(
                view.service()
                        .copy()
                        .deployments(deployments)
                        // One that moves traffic comes back to what never went.
                        .completed(rollout.lifecycle() == null ? null : candidate)
                        .steady(false)
                        .problem(null, null)
                        .build());
        ServiceDeployment turned =
                rollout.inStatus(Status.ROLLBACK_IN_PROGRESS, statusReason, view.now())
                        .withRollback(
                                new ServiceDeployment.Rollback(
                                        statusReason, view.now(), candidate.revision()));
        plan.rollout(rollout.lifecycle() == null ? turned : Staging.back(view, plan, turned));
        if (primary.taskSet() == null) {
            plan.event("rolling back to deployment " + candidate.deployment() + ".");
        }
    }

    /** What a roll-out goes back to: a new deployment, or the task set that is still there. */
    private Deployment back(ServiceDeployment rollout, Service.Completed candidate) {
        for (Deployment each : view.service().deployments()) {
            if (each.taskSet() != null && each.revision().equals(candidate.revision())) {
                return each.of(rollout.arn())
                        .serving(true, view.now())
                        .inState(RolloutState.IN_PROGRESS, each.rolloutStateReason(), view.now());
            }
        }
        return Deployment.fresh(
                "ecs-svc/" + view.outlook().number().get(),
                candidate.revision(),
                rollout.arn(),
                view.desiredCount(),
                "ECS deployment circuit breaker: rolling back to deploymentId "
                        + candidate.deployment()
                        + ".",
                view.now());
    }
}
