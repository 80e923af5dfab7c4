package dev.dryberth.core.engine;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedCollection;
import java.util.Set;

/** The rows that belong to a service: its revisions, roll-outs and events. Loop thread. */
public final class ServiceRecords {

    /**
     * How many roll-outs of a service are remembered. AWS keeps those of 90 days; here it is their
     * number that is limited.
     */
    public static final int MAX_DEPLOYMENTS_KEPT = 100;

    /** Greater than every id, because they have no {@code ~}. */
    private static final String AFTER_ALL_IDS = "~";

    private ServiceRecords() {}

    /** A service's roll-outs, in no order that means anything. */
    public static Collection<ServiceDeployment> deployments(World world, ServiceArn service) {
        return world.serviceDeployments()
                .between(
                        ServiceDeploymentArn.of(service, ""),
                        ServiceDeploymentArn.of(service, AFTER_ALL_IDS));
    }

    /** A service's revisions, in no order that means anything. */
    public static Collection<ServiceRevision> revisions(World world, ServiceArn service) {
        return world.serviceRevisions()
                .between(
                        ServiceRevisionArn.of(service, ""),
                        ServiceRevisionArn.of(service, AFTER_ALL_IDS));
    }

    /** What a service said, oldest first. */
    public static SequencedCollection<ServiceEvent> events(World world, ServiceArn service) {
        return world.serviceEvents()
                .between(
                        new ServiceEvent.Key(service, 0),
                        new ServiceEvent.Key(service, Long.MAX_VALUE));
    }

    /** Removes a service and all that belongs to it, but for its tasks. */
    public static void forget(Tx tx, ServiceArn service) {
        World world = tx.world();
        for (ServiceEvent event : List.copyOf(events(world, service))) {
            tx.delete(world.serviceEvents(), event.key());
        }
        for (ServiceDeployment deployment : List.copyOf(deployments(world, service))) {
            tx.delete(world.serviceDeployments(), deployment.arn());
        }
        Set<TaskDefinitionArn> definitions = new LinkedHashSet<>();
        for (ServiceRevision revision : List.copyOf(revisions(world, service))) {
            definitions.add(revision.template().taskDefinition());
            tx.delete(world.serviceRevisions(), revision.arn());
        }
        tx.delete(world.services(), service);
        definitions.forEach(definition -> DeletedDefinitions.removeIfUnreferenced(tx, definition));
    }

    /** Removes the services that have been INACTIVE for long enough. */
    static void forgetInactive(Tx tx, Instant now) {
        for (Service service : List.copyOf(tx.world().services().all())) {
            Instant at = service.inactiveAt();
            if (service.status() == Service.Status.INACTIVE
                    && at != null
                    && at.plus(EngineSettings.INACTIVE_SERVICE_RETENTION).isBefore(now)) {
                forget(tx, service.arn());
            }
        }
    }

    /** Removes the oldest ended roll-outs beyond the limit, and the revisions only they named. */
    public static void prune(Tx tx, Service service) {
        World world = tx.world();
        List<ServiceDeployment> newestFirst = new ArrayList<>(deployments(world, service.arn()));
        if (newestFirst.size() <= MAX_DEPLOYMENTS_KEPT) {
            return;
        }
        newestFirst.sort(
                Comparator.comparing(ServiceDeployment::createdAt)
                        .reversed()
                        .thenComparing(ServiceDeployment::arn));
        Set<ServiceDeploymentArn> shown = new LinkedHashSet<>();
        Set<ServiceRevisionArn> named = live(service);
        service.deployments().forEach(each -> shown.add(each.deployment()));
        for (int i = 0; i < newestFirst.size(); i++) {
            ServiceDeployment each = newestFirst.get(i);
            if (i < MAX_DEPLOYMENTS_KEPT || shown.contains(each.arn())) {
                named.add(each.target());
                named.addAll(each.sources());
                if (each.rollback() != null) {
                    named.add(each.rollback().revision());
                }
            } else {
                tx.delete(world.serviceDeployments(), each.arn());
            }
        }
        for (ServiceRevision each : List.copyOf(revisions(world, service.arn()))) {
            if (!named.contains(each.arn())) {
                tx.delete(world.serviceRevisions(), each.arn());
            }
        }
    }

    /** Removes the revisions of task sets that are there no more, but for what may come back. */
    static void forgetGoneTaskSets(Tx tx, Service before, Service after) {
        Set<ServiceRevisionArn> kept = live(after);
        for (Deployment each : before.deployments()) {
            ServiceRevision revision = tx.world().serviceRevisions().get(each.revision());
            if (each.taskSet() != null && revision != null && !kept.contains(revision.arn())) {
                tx.delete(tx.world().serviceRevisions(), revision.arn());
                DeletedDefinitions.removeIfUnreferenced(tx, revision.template().taskDefinition());
            }
        }
    }

    /** The revisions that a service's tasks are or may again be made of. */
    static Set<ServiceRevisionArn> live(Service service) {
        Set<ServiceRevisionArn> live = new LinkedHashSet<>();
        for (Deployment each : service.deployments()) {
            live.add(each.revision());
        }
        if (service.completed() != null) {
            live.add(service.completed().revision());
        }
        return live;
    }
}
