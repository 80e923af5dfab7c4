package dev.dryberth.api.codedeploy;

import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.CodeDeployDeployment.Side;
import dev.dryberth.core.model.CodeDeployDeployment.Step;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.codedeploy.model.BatchGetDeploymentTargetsRequest;
import software.amazon.awssdk.services.codedeploy.model.BatchGetDeploymentTargetsResponse;
import software.amazon.awssdk.services.codedeploy.model.DeploymentTarget;
import software.amazon.awssdk.services.codedeploy.model.DeploymentTargetType;
import software.amazon.awssdk.services.codedeploy.model.ECSTarget;
import software.amazon.awssdk.services.codedeploy.model.ECSTaskSet;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentTargetRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentTargetResponse;
import software.amazon.awssdk.services.codedeploy.model.LifecycleErrorCode;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEvent;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEventStatus;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentTargetsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentTargetsResponse;
import software.amazon.awssdk.services.codedeploy.model.TargetLabel;
import software.amazon.awssdk.services.codedeploy.model.TargetStatus;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The one target of a deployment: its service, with both task sets. Loop thread. */
final class DeploymentTargets {

    private static final int MAX_TARGETS = 25;

    ListDeploymentTargetsResponse listDeploymentTargets(
            Tx tx, ListDeploymentTargetsRequest request) {
        CodeDeployDeployment row = Rows.deployment(tx.world(), request.deploymentId());
        return ListDeploymentTargetsResponse.builder().targetIds(List.of(id(row))).build();
    }

    GetDeploymentTargetResponse getDeploymentTarget(Tx tx, GetDeploymentTargetRequest request) {
        CodeDeployDeployment row = Rows.deployment(tx.world(), request.deploymentId());
        return GetDeploymentTargetResponse.builder()
                .deploymentTarget(target(tx.world(), row, request.targetId()))
                .build();
    }

    BatchGetDeploymentTargetsResponse batchGetDeploymentTargets(
            Tx tx, BatchGetDeploymentTargetsRequest request) {
        CodeDeployDeployment row = Rows.deployment(tx.world(), request.deploymentId());
        if (request.targetIds().isEmpty()) {
            throw CodeDeployErrors.of(
                    "DeploymentTargetIdRequired", "A deployment target ID was not provided.");
        }
        if (request.targetIds().size() > MAX_TARGETS) {
            throw CodeDeployErrors.of(
                    "DeploymentTargetListSizeExceeded",
                    "The maximum number of targets that can be listed is " + MAX_TARGETS + ".");
        }
        return BatchGetDeploymentTargetsResponse.builder()
                .deploymentTargets(
                        request.targetIds().stream()
                                .map(each -> target(tx.world(), row, each))
                                .toList())
                .build();
    }

    private static String id(CodeDeployDeployment row) {
        return row.service().cluster() + ":" + row.service().name();
    }

    private static DeploymentTarget target(
            World world, CodeDeployDeployment row, @Nullable String asked) {
        if (asked == null || asked.isEmpty()) {
            throw CodeDeployErrors.of(
                    "DeploymentTargetIdRequired", "A deployment target ID was not provided.");
        }
        if (!asked.equals(id(row))) {
            throw CodeDeployErrors.of(
                    "DeploymentTargetDoesNotExist",
                    "The provided target ID does not belong to the attempted deployment: " + asked);
        }
        return DeploymentTarget.builder()
                .deploymentTargetType(DeploymentTargetType.ECS_TARGET)
                .ecsTarget(
                        ECSTarget.builder()
                                .deploymentId(row.arn().name())
                                .targetId(id(row))
                                .targetArn(row.service().text())
                                .lastUpdatedAt(row.updatedAt())
                                .lifecycleEvents(
                                        row.steps().stream().map(each -> event(row, each)).toList())
                                .status(status(row))
                                .taskSetsInfo(taskSets(world, row))
                                .build())
                .build();
    }

    private static TargetStatus status(CodeDeployDeployment row) {
        return switch (row.status()) {
            case CREATED -> TargetStatus.PENDING;
            case IN_PROGRESS -> TargetStatus.IN_PROGRESS;
            case READY -> TargetStatus.READY;
            case SUCCEEDED -> TargetStatus.SUCCEEDED;
            case FAILED, STOPPED -> TargetStatus.FAILED;
        };
    }

    private static LifecycleEvent event(CodeDeployDeployment row, Step step) {
        LifecycleEvent.Builder shown =
                LifecycleEvent.builder()
                        .lifecycleEventName(step.event())
                        .startTime(step.startedAt())
                        .endTime(step.endedAt());
        return switch (step.status()) {
            case PENDING -> shown.status(LifecycleEventStatus.PENDING).build();
            case IN_PROGRESS -> shown.status(LifecycleEventStatus.IN_PROGRESS).build();
            case SUCCEEDED -> shown.status(LifecycleEventStatus.SUCCEEDED).build();
            case SKIPPED -> shown.status(LifecycleEventStatus.SKIPPED).build();
            case FAILED ->
                    shown.status(LifecycleEventStatus.FAILED)
                            .diagnostics(each ->
                                    each.errorCode(LifecycleErrorCode.SCRIPT_FAILED) // [?]
                                            .message(
                                                    row.error() == null
                                                            ? ""
                                                            : row.error().message()))
                            .build();
        };
    }

    private static List<ECSTaskSet> taskSets(World world, CodeDeployDeployment row) {
        Side blue = row.blue();
        Side green = row.green();
        if (blue == null || green == null) {
            return List.of();
        }
        ServiceDeployment rollout = Rows.rollout(world, row);
        Lifecycle at = rollout == null ? null : rollout.lifecycle();
        int part = at == null ? 0 : at.production();
        List<ECSTaskSet> shown = new ArrayList<>();
        shown.add(taskSet(world, row, blue, TargetLabel.BLUE, Shift.ALL - part));
        shown.add(taskSet(world, row, green, TargetLabel.GREEN, part));
        return shown;
    }

    private static ECSTaskSet taskSet(
            World world, CodeDeployDeployment row, Side side, TargetLabel label, int part) {
        Service service = world.services().get(row.service());
        Deployment present = null;
        for (Deployment each : service == null ? List.<Deployment>of() : service.deployments()) {
            present = each.id().equals(side.taskSet()) ? each : present;
        }
        boolean serves = part * 2 > Shift.ALL;
        return ECSTaskSet.builder()
                .identifer(side.taskSet())
                .desiredCount(present == null ? 0L : present.desiredCount())
                .pendingCount(count(world, row, side, true))
                .runningCount(count(world, row, side, false))
                .status(serves ? "PRIMARY" : present == null ? "DRAINING" : "ACTIVE")
                .trafficWeight(part * 100.0 / Shift.ALL)
                .targetGroup(each -> each.name(side.group().name()))
                .taskSetLabel(label)
                .build();
    }

    private static long count(World world, CodeDeployDeployment row, Side side, boolean pending) {
        long count = 0;
        for (Task task : world.tasksOfService().of(row.service())) {
            int order = task.lastStatus().compareTo(TaskStatus.RUNNING);
            boolean counts = pending ? order < 0 : order == 0;
            boolean own =
                    Objects.requireNonNull(task.membership()).revision().equals(side.revision());
            count += counts && own ? 1 : 0;
        }
        return count;
    }
}
