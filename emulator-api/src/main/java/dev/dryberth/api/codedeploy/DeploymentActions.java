package dev.dryberth.api.codedeploy;

import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.codedeploy.model.AutoRollbackEvent;
import software.amazon.awssdk.services.codedeploy.model.ContinueDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.ContinueDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.DeploymentWaitType;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEventStatus;
import software.amazon.awssdk.services.codedeploy.model.PutLifecycleEventHookExecutionStatusRequest;
import software.amazon.awssdk.services.codedeploy.model.PutLifecycleEventHookExecutionStatusResponse;
import software.amazon.awssdk.services.codedeploy.model.StopDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.StopDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.StopStatus;

/** What is done with a deployment that is under way. Loop thread. */
final class DeploymentActions {

    private final Clock clock;

    DeploymentActions(Clock clock) {
        this.clock = clock;
    }

    StopDeploymentResponse stopDeployment(Tx tx, StopDeploymentRequest request) {
        World world = tx.world();
        CodeDeployDeployment row = Rows.deployment(world, request.deploymentId());
        ServiceDeployment rollout = underWay(world, row);
        Boolean asked = request.autoRollbackEnabled();
        boolean rollsBack =
                asked == null
                        ? DeploymentRequests.rollsBack(
                                GroupDocuments.deployment(row.document())
                                        .autoRollbackConfiguration(),
                                AutoRollbackEvent.DEPLOYMENT_STOP_ON_REQUEST)
                        : asked;
        ServiceDeployment next =
                rollsBack
                        ? Deployments.rollbackRequested(rollout, clock.now())
                        : Deployments.stopRequested(rollout, clock.now());
        tx.put(world.codeDeployDeployments(), row.arn(), row.stopping());
        tx.put(world.serviceDeployments(), next.arn(), next);
        return StopDeploymentResponse.builder()
                .status(StopStatus.PENDING)
                .statusMessage("The deployment is being stopped.") // [?]
                .build();
    }

    ContinueDeploymentResponse continueDeployment(Tx tx, ContinueDeploymentRequest request) {
        World world = tx.world();
        CodeDeployDeployment row = Rows.deployment(world, request.deploymentId());
        ServiceDeployment rollout = underWay(world, row);
        DeploymentWaitType type =
                request.deploymentWaitType() == null
                        ? DeploymentWaitType.READY_WAIT
                        : request.deploymentWaitType();
        ServiceDeployment next =
                switch (type) {
                    case READY_WAIT -> ready(rollout);
                    case TERMINATION_WAIT -> terminating(rollout);
                    case UNKNOWN_TO_SDK_VERSION ->
                            throw CodeDeployErrors.of(
                                    "InvalidDeploymentWaitType",
                                    "The wait type is invalid (expected: READY_WAIT or"
                                            + " TERMINATION_WAIT)");
                };
        if (next == null) {
            throw CodeDeployErrors.of(
                    "DeploymentIsNotInReadyState",
                    "The deployment %s does not wait (%s).".formatted(row.arn().name(), type));
        }
        tx.put(world.serviceDeployments(), next.arn(), next);
        return ContinueDeploymentResponse.builder().build();
    }

    private static @Nullable ServiceDeployment ready(ServiceDeployment rollout) {
        Lifecycle at = rollout.lifecycle();
        if (at == null || !DeploymentViews.isReady(at)) {
            return null;
        }
        for (HookRun each : at.runs()) {
            ServiceDeployment next = Deployments.continued(rollout, each.id(), true);
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    private static @Nullable ServiceDeployment terminating(ServiceDeployment rollout) {
        Lifecycle at = rollout.lifecycle();
        return at == null || at.stage() != Stage.BAKE_TIME || at.goesBack()
                ? null
                : rollout.withLifecycle(at.withoutBake());
    }

    PutLifecycleEventHookExecutionStatusResponse putLifecycleEventHookExecutionStatus(
            Tx tx, PutLifecycleEventHookExecutionStatusRequest request) {
        World world = tx.world();
        CodeDeployDeployment row = Rows.deployment(world, request.deploymentId());
        boolean succeeded = request.status() == LifecycleEventStatus.SUCCEEDED;
        if (!succeeded && request.status() != LifecycleEventStatus.FAILED) {
            throw CodeDeployErrors.of(
                    "InvalidLifecycleEventHookExecutionStatus",
                    "The status must be Succeeded or Failed.");
        }
        String id = request.lifecycleEventHookExecutionId();
        ServiceDeployment rollout = Rows.rollout(world, row);
        Lifecycle at = rollout == null ? null : rollout.lifecycle();
        HookRun run = id == null || at == null ? null : run(at, id);
        if (rollout == null || at == null || run == null) {
            throw CodeDeployErrors.of(
                    "InvalidLifecycleEventHookExecutionId",
                    "The lifecycle event hook execution ID is invalid: " + id);
        }
        if (run.ended() || at.run(run.id()) == null) {
            throw CodeDeployErrors.of(
                    "LifecycleEventAlreadyCompleted",
                    "An attempt to return the status of an already completed lifecycle event"
                            + " occurred.");
        }
        HookRun next =
                succeeded
                        ? run.inStatus(HookRun.Status.SUCCEEDED, null)
                        : run.inStatus(
                                HookRun.Status.FAILED,
                                "Its function " + run.function() + " reported Failed.");
        tx.put(world.serviceDeployments(), rollout.arn(), rollout.withLifecycle(at.with(next)));
        return PutLifecycleEventHookExecutionStatusResponse.builder()
                .lifecycleEventHookExecutionId(id)
                .build();
    }

    private static @Nullable HookRun run(Lifecycle at, String executionId) {
        for (HookRun each : at.runs()) {
            if (each.function() != null && each.executionId().equals(executionId)) {
                return each;
            }
        }
        for (HookRun each : at.ended()) {
            if (each.function() != null && each.executionId().equals(executionId)) {
                return each;
            }
        }
        return null;
    }

    private static ServiceDeployment underWay(World world, CodeDeployDeployment row) {
        ServiceDeployment rollout = Rows.rollout(world, row);
        if (row.status().terminal() || rollout == null || rollout.status().terminal()) {
            throw CodeDeployErrors.of(
                    "DeploymentAlreadyCompleted",
                    "The deployment %s has already completed.".formatted(row.arn().name()));
        }
        if (row.rolledBack() != null) {
            throw CodeDeployErrors.of(
                    "UnsupportedActionForDeploymentType",
                    "The deployment %s takes another one back.".formatted(row.arn().name()));
        }
        return rollout;
    }
}
