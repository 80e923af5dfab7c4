package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.TaskSet;
import dev.dryberth.core.model.TaskSetArn;
import dev.dryberth.core.state.World;

import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.Scale;
import software.amazon.awssdk.services.ecs.model.ScaleUnit;
import software.amazon.awssdk.services.ecs.model.StabilityStatus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Task sets as AWS shows them. Loop thread. */
final class TaskSetViews {

    private TaskSetViews() {}

    static List<software.amazon.awssdk.services.ecs.model.TaskSet> all(World world, Service row) {
        List<software.amazon.awssdk.services.ecs.model.TaskSet> shown = new ArrayList<>();
        for (Deployment each : row.deployments()) {
            shown.add(view(world, row, each, false));
        }
        return shown;
    }

    static software.amazon.awssdk.services.ecs.model.TaskSet view(
            World world, Service service, Deployment row, boolean withTags) {
        TaskSet set = set(row);
        Map<ServiceRevisionArn, TaskCounts> counts = ServiceViews.counts(world, service.arn());
        TaskCounts own = counts.getOrDefault(row.revision(), TaskCounts.NONE);
        var shown =
                software.amazon.awssdk.services.ecs.model.TaskSet.builder()
                        .id(row.id())
                        .taskSetArn(TaskSetArn.of(service.arn(), row.id()).text())
                        .serviceArn(service.arn().text())
                        .clusterArn(service.arn().clusterArn().text())
                        .startedBy(set.startedBy())
                        .externalId(set.externalId())
                        .status(status(row))
                        .computedDesiredCount(set.wanted(service.desiredCount()))
                        .pendingCount(own.pending())
                        .runningCount(own.running())
                        .createdAt(row.createdAt())
                        .updatedAt(row.updatedAt())
                        .scale(Scale.builder().value(set.scale()).unit(ScaleUnit.PERCENT).build())
                        .stabilityStatus(
                                set.steady()
                                        ? StabilityStatus.STEADY_STATE
                                        : StabilityStatus.STABILIZING)
                        .stabilityStatusAt(set.steadyAt())
                        .tags(withTags ? TagRules.onTheWire(set.tags()) : List.of());
        ServiceRevision revision = world.serviceRevisions().get(row.revision());
        if (revision != null) {
            var document = revision.document();
            shown.taskDefinition(document.taskDefinition())
                    .launchType(document.launchTypeAsString())
                    .platformVersion(document.platformVersion())
                    .platformFamily(document.platformFamily())
                    .networkConfiguration(document.networkConfiguration())
                    .loadBalancers(loadBalancers(revision))
                    .serviceRegistries(List.of());
            if (document.hasCapacityProviderStrategy()) {
                shown.capacityProviderStrategy(document.capacityProviderStrategy());
            }
        }
        return shown.build();
    }

    private static TaskSet set(Deployment row) {
        TaskSet set = row.taskSet();
        if (set == null) {
            throw new IllegalStateException(row.id() + " is no task set");
        }
        return set;
    }

    private static String status(Deployment row) {
        return set(row).draining() ? "DRAINING" : row.primary() ? "PRIMARY" : "ACTIVE";
    }

    /** The groups that its tasks are registered in. */
    private static List<LoadBalancer> loadBalancers(ServiceRevision revision) {
        return revision.balanced().stream()
                .map(each ->
                        LoadBalancer.builder()
                                .targetGroupArn(each.group().text())
                                .containerName(each.container())
                                .containerPort(each.containerPort())
                                .build())
                .toList();
    }
}
