package dev.dryberth.api.ecs;

import dev.dryberth.core.engine.ServiceRecords;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ServiceCurrentRevisionSummary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Services as AWS shows them. Loop thread. */
final class ServiceViews {

    private ServiceViews() {}

    static software.amazon.awssdk.services.ecs.model.Service view(
            World world, Service row, boolean withTags) {
        Map<ServiceRevisionArn, TaskCounts> counts = counts(world, row.arn());
        TaskCounts all = TaskCounts.of(world.tasksOfService().of(row.arn()));
        var shown =
                document(world, row).toBuilder()
                        .deploymentConfiguration(
                                DeploymentConfigurationRules.shown(
                                        row.document().deploymentConfiguration()))
                        .status(row.status().name())
                        .desiredCount(row.desiredCount())
                        .runningCount(all.running())
                        .pendingCount(all.pending())
                        .events(events(world, row.arn()))
                        .createdAt(row.createdAt())
                        .enableECSManagedTags(row.managedTags())
                        .propagateTags(row.propagateTags().name())
                        .enableExecuteCommand(row.enableExecuteCommand())
                        .availabilityZoneRebalancing(
                                row.zoneRebalancing() ? "ENABLED" : "DISABLED");
        if (row.hasTaskSets()) {
            shown.deployments(List.of()).taskSets(TaskSetViews.all(world, row));
        } else {
            shown.deployments(deployments(world, row, counts))
                    .currentServiceDeployment(ongoing(world, row))
                    .currentServiceRevisions(revisions(row, counts));
        }
        if (withTags) {
            shown.tags(TagRules.onTheWire(row.tags()));
        }
        return shown.build();
    }

    /** A service's document with what belongs to its newest revision. */
    static software.amazon.awssdk.services.ecs.model.Service document(World world, Service row) {
        ServiceRevision newest = newestRevision(world, row);
        return newest == null
                ? row.document()
                : ServiceDocuments.withRevision(row.document(), newest.document());
    }

    /** What a service's tasks are made of now; null: it has no deployment any more. */
    static @Nullable ServiceRevision newestRevision(World world, Service row) {
        ServiceRevisionArn serving = TaskSetViews.serving(world, row);
        return serving == null ? null : world.serviceRevisions().get(serving);
    }

    /** How many tasks of each revision there are. */
    static Map<ServiceRevisionArn, TaskCounts> counts(World world, ServiceArn service) {
        Map<ServiceRevisionArn, TaskCounts> counts = new HashMap<>();
        for (Task task : world.tasksOfService().of(service)) {
            Membership membership = task.membership();
            if (membership != null) {
                counts.merge(
                        membership.revision(),
                        TaskCounts.NONE.and(task),
                        (some, one) -> some.and(task));
            }
        }
        return counts;
    }

    /** A revision that two deployments have counts for the newer one. */
    private static List<software.amazon.awssdk.services.ecs.model.Deployment> deployments(
            World world, Service row, Map<ServiceRevisionArn, TaskCounts> counts) {
        List<software.amazon.awssdk.services.ecs.model.Deployment> shown = new ArrayList<>();
        Set<ServiceRevisionArn> seen = new LinkedHashSet<>();
        for (Deployment each : row.deployments()) {
            TaskCounts own =
                    seen.add(each.revision())
                            ? counts.getOrDefault(each.revision(), TaskCounts.NONE)
                            : TaskCounts.NONE;
            shown.add(view(world, each, own));
        }
        return shown;
    }

    private static software.amazon.awssdk.services.ecs.model.Deployment view(
            World world, Deployment row, TaskCounts counts) {
        var shown =
                software.amazon.awssdk.services.ecs.model.Deployment.builder()
                        .id(row.id())
                        .status(row.primary() ? "PRIMARY" : "ACTIVE")
                        .desiredCount(row.desiredCount())
                        .runningCount(counts.running())
                        .pendingCount(counts.pending())
                        .failedTasks(row.failedTasks())
                        .createdAt(row.createdAt())
                        .updatedAt(row.updatedAt())
                        .rolloutState(row.rolloutState().name())
                        .rolloutStateReason(row.rolloutStateReason());
        ServiceRevision revision = world.serviceRevisions().get(row.revision());
        if (revision != null) {
            var document = revision.document();
            shown.taskDefinition(document.taskDefinition())
                    .launchType(document.launchTypeAsString())
                    .platformVersion(document.platformVersion())
                    .platformFamily(document.platformFamily())
                    .networkConfiguration(document.networkConfiguration());
            if (document.hasCapacityProviderStrategy()) {
                shown.capacityProviderStrategy(document.capacityProviderStrategy());
            }
        }
        return shown.build();
    }

    /** The roll-out under way; null: none is. AWS may also show the last one. [?] */
    private static @Nullable String ongoing(World world, Service row) {
        if (row.deployments().isEmpty()) {
            return null;
        }
        ServiceDeployment newest = world.serviceDeployments().get(row.primary().deployment());
        return newest == null || newest.status().terminal() ? null : newest.arn().text();
    }

    private static List<ServiceCurrentRevisionSummary> revisions(
            Service row, Map<ServiceRevisionArn, TaskCounts> counts) {
        List<ServiceCurrentRevisionSummary> shown = new ArrayList<>();
        Set<ServiceRevisionArn> seen = new LinkedHashSet<>();
        for (Deployment each : row.deployments()) {
            if (seen.add(each.revision())) {
                TaskCounts own = counts.getOrDefault(each.revision(), TaskCounts.NONE);
                shown.add(
                        ServiceCurrentRevisionSummary.builder()
                                .arn(each.revision().text())
                                .requestedTaskCount(each.desiredCount())
                                .runningTaskCount(own.running())
                                .pendingTaskCount(own.pending())
                                .build());
            }
        }
        return shown;
    }

    private static List<software.amazon.awssdk.services.ecs.model.ServiceEvent> events(
            World world, ServiceArn service) {
        List<software.amazon.awssdk.services.ecs.model.ServiceEvent> newestFirst =
                new ArrayList<>();
        for (ServiceEvent event : ServiceRecords.events(world, service).reversed()) {
            if (newestFirst.size() == ServiceEvent.MAX_KEPT) {
                break;
            }
            newestFirst.add(
                    software.amazon.awssdk.services.ecs.model.ServiceEvent.builder()
                            .id(event.id())
                            .createdAt(event.createdAt())
                            .message(event.message())
                            .build());
        }
        return newestFirst;
    }
}
