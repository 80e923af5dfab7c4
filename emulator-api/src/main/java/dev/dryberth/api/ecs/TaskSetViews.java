package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.TaskSet;
import dev.dryberth.core.model.TaskSetArn;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

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
        Lifecycle lifecycle = underWay(world, row);
        for (Deployment each : row.deployments()) {
            boolean isThere =
                    lifecycle == null
                            || !each.primary()
                            || lifecycle.goesBack()
                            || lifecycle.stage().reached(Stage.SCALE_UP);
            if (isThere) {
                shown.add(view(world, row, each, false));
            }
        }
        return shown;
    }

    /** How far CodeDeploy is with a service; null: it does nothing with it now. */
    private static @Nullable Lifecycle underWay(World world, Service row) {
        if (!row.hasTaskSets() || row.deployments().isEmpty()) {
            return null;
        }
        ServiceDeployment rollout =
                world.serviceDeployments().get(row.deployments().getFirst().deployment());
        return rollout == null || rollout.status().terminal() ? null : rollout.lifecycle();
    }

    /** The revision that a service shows as its own; null: it has none. */
    static @Nullable ServiceRevisionArn serving(World world, Service row) {
        Deployment leading = row.leading();
        if (leading == null) {
            return null;
        }
        Lifecycle lifecycle = underWay(world, row);
        return lifecycle == null ? leading.revision() : lifecycle.serving(leading.revision());
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
                        .status(status(world, service, row))
                        .computedDesiredCount(
                                underWay(world, service) == null
                                        ? set.wanted(service.desiredCount())
                                        : row.desiredCount())
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

    private static String status(World world, Service service, Deployment row) {
        boolean serves = row.revision().equals(serving(world, service));
        Lifecycle lifecycle = underWay(world, service);
        boolean goes = lifecycle != null && lifecycle.stage() == Stage.CLEAN_UP && !serves;
        return goes || set(row).draining() ? "DRAINING" : serves ? "PRIMARY" : "ACTIVE";
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
