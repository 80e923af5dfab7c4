package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerImage;
import software.amazon.awssdk.services.ecs.model.DeploymentLifecycleHookDetail;
import software.amazon.awssdk.services.ecs.model.Rollback;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentAlarms;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentBrief;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.ServiceRevisionLoadBalancer;
import software.amazon.awssdk.services.ecs.model.ServiceRevisionSummary;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Service deployments and revisions as AWS shows them. Loop thread. */
final class ServiceDeploymentViews {

    private ServiceDeploymentViews() {}

    static software.amazon.awssdk.services.ecs.model.ServiceDeployment view(
            World world, ServiceDeployment row) {
        ServiceArn service = row.arn().serviceArn();
        Map<ServiceRevisionArn, TaskCounts> counts = ServiceViews.counts(world, service);
        ServiceDeployment.Rollback rollback = row.rollback();
        Lifecycle lifecycle = row.lifecycle();
        return software.amazon.awssdk.services.ecs.model.ServiceDeployment.builder()
                .serviceDeploymentArn(row.arn().text())
                .serviceArn(service.text())
                .clusterArn(service.clusterArn().text())
                .createdAt(row.createdAt())
                .startedAt(row.startedAt())
                .finishedAt(row.finishedAt())
                .stoppedAt(row.stoppedAt())
                .updatedAt(row.updatedAt())
                .sourceServiceRevisions(
                        row.sources().stream()
                                .distinct()
                                .map(each -> split(summary(world, service, each, counts), row))
                                .toList())
                .targetServiceRevision(split(summary(world, service, row.target(), counts), row))
                .status(row.status().name())
                .statusReason(row.statusReason())
                .lifecycleStage(lifecycle == null ? null : lifecycle.stage().name())
                .lifecycleHookDetails(lifecycle == null ? null : hooks(lifecycle))
                .deploymentConfiguration(DeploymentConfigurationRules.shown(row.configuration()))
                .rollback(
                        rollback == null
                                ? null
                                : Rollback.builder()
                                        .reason(rollback.reason())
                                        .startedAt(rollback.startedAt())
                                        .serviceRevisionArn(rollback.revision().text())
                                        .build())
                .deploymentCircuitBreaker(
                        ServiceDeploymentCircuitBreaker.builder()
                                .status(row.breaker().status().name())
                                .failureCount(row.breaker().failureCount())
                                .threshold(row.breaker().threshold())
                                .build())
                .alarms(
                        ServiceDeploymentAlarms.builder()
                                .status(row.alarms().status().name())
                                .alarmNames(row.alarms().names())
                                .triggeredAlarmNames(row.alarms().triggered())
                                .build())
                .build();
    }

    private static ServiceRevisionSummary summary(
            World world,
            ServiceArn arn,
            ServiceRevisionArn revision,
            Map<ServiceRevisionArn, TaskCounts> counts) {
        TaskCounts own = counts.getOrDefault(revision, TaskCounts.NONE);
        return ServiceRevisionSummary.builder()
                .arn(revision.text())
                .requestedTaskCount(requested(world.services().get(arn), revision))
                .runningTaskCount(own.running())
                .pendingTaskCount(own.pending())
                .build();
    }

    /** Which part of the traffic a revision has, while it is being moved. */
    private static ServiceRevisionSummary split(
            ServiceRevisionSummary summary, ServiceDeployment row) {
        Lifecycle lifecycle = row.lifecycle();
        if (lifecycle == null) {
            return summary;
        }
        boolean green = summary.arn().equals(row.target().text());
        boolean blue = lifecycle.blue() != null && summary.arn().equals(lifecycle.blue().text());
        return summary.toBuilder()
                .requestedTestTrafficWeight(percent(green, blue, lifecycle.test()))
                .requestedProductionTrafficWeight(percent(green, blue, lifecycle.production()))
                .build();
    }

    private static double percent(boolean green, boolean blue, int thousandths) {
        int part = green ? thousandths : blue ? Shift.ALL - thousandths : 0;
        return part / 10.0;
    }

    private static List<DeploymentLifecycleHookDetail> hooks(Lifecycle lifecycle) {
        return Stream.concat(lifecycle.ended().stream(), lifecycle.runs().stream())
                .map(each ->
                        DeploymentLifecycleHookDetail.builder()
                                .hookId(each.id())
                                .targetType(each.function() == null ? "PAUSE" : "AWS_LAMBDA")
                                .targetArn(each.function())
                                .status(each.status().name())
                                .expiresAt(each.expiresAt())
                                .timeoutAction(each.onTimeout().name())
                                .build())
                .toList();
    }

    private static int requested(@Nullable Service service, ServiceRevisionArn revision) {
        if (service != null) {
            for (Deployment each : service.deployments()) {
                if (each.revision().equals(revision)) {
                    return each.desiredCount();
                }
            }
        }
        return 0;
    }

    static ServiceDeploymentBrief brief(ServiceDeployment row) {
        ServiceArn service = row.arn().serviceArn();
        return ServiceDeploymentBrief.builder()
                .serviceDeploymentArn(row.arn().text())
                .serviceArn(service.text())
                .clusterArn(service.clusterArn().text())
                .createdAt(row.createdAt())
                .startedAt(row.startedAt())
                .finishedAt(row.finishedAt())
                .targetServiceRevisionArn(row.target().text())
                .status(row.status().name())
                .statusReason(row.statusReason())
                .build();
    }

    /**
     * A revision with the images of its containers; digests appear when they are known. An image
     * that never saw a registry shows the engine's own id of it.
     */
    static software.amazon.awssdk.services.ecs.model.ServiceRevision view(ServiceRevision row) {
        List<ContainerImage> images =
                row.template().recipes().stream()
                        .map(recipe -> {
                            ContainerImage.Builder image =
                                    ContainerImage.builder()
                                            .containerName(recipe.name())
                                            .image(recipe.image());
                            PinnedImage pinned = row.pinned(recipe.name());
                            if (pinned != null) {
                                image.imageDigest(
                                        Objects.requireNonNullElse(
                                                pinned.digest(), pinned.imageId()));
                            }
                            return image.build();
                        })
                        .toList();
        var view = row.document().toBuilder().containerImages(images);
        if (!row.balanced().isEmpty()) {
            view.resolvedConfiguration(resolved ->
                    resolved.loadBalancers(
                            row.balanced().stream().map(ServiceDeploymentViews::place).toList()));
        }
        return view.build();
    }

    /** Where the tasks of a revision are registered. */
    private static ServiceRevisionLoadBalancer place(ServiceRevision.Balanced balanced) {
        ServiceRevision.Pair pair = balanced.pair();
        return ServiceRevisionLoadBalancer.builder()
                .targetGroupArn(balanced.group().text())
                .productionListenerRule(pair == null ? null : pair.productionRule())
                .build();
    }
}
