package dev.dryberth.api.codedeploy;

import dev.dryberth.core.deployment.CodeDeployProgress;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.codedeploy.model.DeploymentCreator;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentOverview;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.RollbackInfo;

/** Deployments as AWS shows them. Loop thread. */
final class DeploymentViews {

    private DeploymentViews() {}

    static DeploymentStatus status(CodeDeployDeployment row) {
        return switch (row.status()) {
            case CREATED -> DeploymentStatus.CREATED;
            case IN_PROGRESS -> DeploymentStatus.IN_PROGRESS;
            case READY -> DeploymentStatus.READY;
            case SUCCEEDED -> DeploymentStatus.SUCCEEDED;
            case FAILED -> DeploymentStatus.FAILED;
            case STOPPED -> DeploymentStatus.STOPPED;
        };
    }

    static DeploymentInfo view(World world, CodeDeployDeployment row) {
        DeploymentInfo.Builder shown =
                GroupDocuments.deployment(row.document()).toBuilder()
                        .deploymentId(row.arn().name())
                        .status(status(row))
                        .createTime(row.createdAt())
                        .startTime(row.startedAt())
                        .completeTime(row.completedAt())
                        .deploymentOverview(overview(row))
                        .creator(
                                row.rolledBack() == null
                                        ? DeploymentCreator.USER
                                        : DeploymentCreator.CODE_DEPLOY_ROLLBACK)
                        .ignoreApplicationStopFailures(false)
                        .updateOutdatedInstancesOnly(false)
                        .instanceTerminationWaitTimeStarted(waitsToTerminate(world, row))
                        .externalId(null);
        CodeDeployDeployment.Failure error = row.error();
        if (error != null) {
            shown.errorInformation(each -> each.code(error.code()).message(error.message()));
        }
        RollbackInfo rollback = rollback(row);
        if (rollback != null) {
            shown.rollbackInfo(rollback);
        }
        return shown.build();
    }

    private static @Nullable RollbackInfo rollback(CodeDeployDeployment row) {
        if (row.rollback() != null) {
            return RollbackInfo.builder()
                    .rollbackDeploymentId(row.rollback().name())
                    .rollbackMessage(
                            "The deployment was rolled back to the original task set.") // [?]
                    .build();
        }
        if (row.rolledBack() != null) {
            return RollbackInfo.builder()
                    .rollbackTriggeringDeploymentId(row.rolledBack().name())
                    .rollbackMessage(
                            "Deployment %s triggered this rollback deployment." // [?]
                                    .formatted(row.rolledBack().name()))
                    .build();
        }
        return null;
    }

    /** One service is the only target. */
    private static DeploymentOverview overview(CodeDeployDeployment row) {
        DeploymentOverview.Builder overview =
                DeploymentOverview.builder()
                        .pending(0L)
                        .inProgress(0L)
                        .succeeded(0L)
                        .failed(0L)
                        .skipped(0L)
                        .ready(0L);
        return switch (row.status()) {
            case CREATED -> overview.pending(1L).build();
            case IN_PROGRESS -> overview.inProgress(1L).build();
            case READY -> overview.ready(1L).build();
            case SUCCEEDED -> overview.succeeded(1L).build();
            case FAILED, STOPPED -> overview.failed(1L).build();
        };
    }

    static boolean waitsToTerminate(World world, CodeDeployDeployment row) {
        ServiceDeployment rollout = Rows.rollout(world, row);
        Lifecycle at = rollout == null ? null : rollout.lifecycle();
        return at != null && !at.goesBack() && at.stage().reached(Stage.BAKE_TIME);
    }

    /** Whether traffic is not rerouted before somebody says so. */
    static boolean isReady(@Nullable Lifecycle at) {
        return at != null && CodeDeployProgress.waitsToBeContinued(at);
    }
}
