package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerImage;
import software.amazon.awssdk.services.ecs.model.Rollback;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentAlarms;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentBrief;
import software.amazon.awssdk.services.ecs.model.ServiceDeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.ServiceRevisionSummary;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Service deployments and revisions as AWS shows them. Loop thread. */
final class ServiceDeploymentViews {

    private ServiceDeploymentViews() {}

    static software.amazon.awssdk.services.ecs.model.ServiceDeployment view(
            World world, ServiceDeployment row) {
        ServiceArn service = row.arn().serviceArn();
        Map<ServiceRevisionArn, TaskCounts> counts = ServiceViews.counts(world, service);
        ServiceDeployment.Rollback rollback = row.rollback();
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
                                .map(each -> summary(world, service, each, counts))
                                .toList())
                .targetServiceRevision(summary(world, service, row.target(), counts))
                .status(row.status().name())
                .statusReason(row.statusReason())
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
        return row.document().toBuilder().containerImages(images).build();
    }
}
