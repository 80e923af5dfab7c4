package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.EcsArn;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

/**
 * Reads the references of requests — a short name, an id or an ARN — into typed ARNs of the
 * caller's scope, and refuses what cannot be one in AWS's words. Whether the resource exists is
 * another question, answered by the methods that take the {@link World}.
 */
final class Identifiers {

    private Identifiers() {}

    static Scope scope() {
        return Caller.CURRENT.get().scope();
    }

    static boolean isArn(String reference) {
        return reference.startsWith("arn:");
    }

    /** The cluster meant; none named is the one called {@code default}. */
    static ClusterArn cluster(@Nullable String reference) {
        Scope scope = scope();
        if (reference == null || reference.isEmpty()) {
            return new ClusterArn(scope, ClusterArn.DEFAULT_NAME);
        }
        if (!isArn(reference)) {
            return new ClusterArn(scope, clusterName(reference));
        }
        EcsArn.Parts parts = split(reference);
        requireType(parts, "cluster");
        if (parts.path().size() != 2) {
            throw EcsErrors.malformedArn();
        }
        requireScope(parts.scope(), scope);
        return new ClusterArn(scope, clusterName(parts.path().get(1)));
    }

    /** The cluster meant, which must exist and be active. */
    static Cluster activeCluster(World world, @Nullable String reference) {
        Cluster cluster = world.clusters().get(cluster(reference));
        if (cluster == null) {
            throw EcsErrors.clusterNotFound();
        }
        if (!cluster.active()) {
            throw EcsErrors.clusterInactive();
        }
        return cluster;
    }

    /** The cluster meant, which must exist, in whatever status. */
    static ClusterArn existingCluster(World world, @Nullable String reference) {
        ClusterArn arn = cluster(reference);
        if (world.clusters().get(arn) == null) {
            throw EcsErrors.clusterNotFound();
        }
        return arn;
    }

    /** The service meant by a name or ARN, as one of {@code cluster}. */
    static ServiceArn serviceArn(String reference, ClusterArn cluster) {
        return ServiceArn.of(cluster, idIn(reference, cluster, "service"));
    }

    /** The service meant, which must exist, in whatever status. */
    static Service service(World world, @Nullable String reference, ClusterArn cluster) {
        if (reference == null || reference.isEmpty()) {
            throw EcsErrors.invalidParameter("Service can not be blank."); // [?]
        }
        Service service = world.services().get(serviceArn(reference, cluster));
        if (service == null) {
            throw EcsErrors.serviceNotFound();
        }
        return service;
    }

    /** The task meant by an id or ARN, as one of {@code cluster}. */
    static TaskArn task(String reference, ClusterArn cluster) {
        String id = idIn(reference, cluster, "task");
        requireIdLength(id, "taskId");
        return new TaskArn(cluster.scope(), cluster.name(), id);
    }

    /** The container instance meant by an id or ARN, as one of {@code cluster}. */
    static ContainerInstanceArn containerInstance(String reference, ClusterArn cluster) {
        String id = idIn(reference, cluster, "container-instance");
        requireIdLength(id, "instanceId");
        return new ContainerInstanceArn(cluster.scope(), cluster.name(), id);
    }

    /** A task definition named as {@code family}, {@code family:revision} or ARN. */
    static TaskDefinitionReference taskDefinition(@Nullable String reference) {
        if (reference == null || reference.isEmpty()) {
            throw EcsErrors.client("TaskDefinition can not be blank."); // [?]
        }
        Scope scope = scope();
        String familyAndRevision = reference;
        if (isArn(reference)) {
            EcsArn.Parts parts = split(reference);
            requireType(parts, "task-definition");
            if (parts.path().size() != 2) {
                throw EcsErrors.malformedArn();
            }
            requireScope(parts.scope(), scope);
            familyAndRevision = parts.path().get(1);
        }
        int colon = familyAndRevision.indexOf(':');
        String family = colon < 0 ? familyAndRevision : familyAndRevision.substring(0, colon);
        if (!Names.valid(family)) {
            throw EcsErrors.badFamily();
        }
        return new TaskDefinitionReference(
                scope, family, colon < 0 ? null : revision(familyAndRevision.substring(colon + 1)));
    }

    /** The definition a task or service is to be made of: it must exist and be ACTIVE. */
    static TaskDefinition activeTaskDefinition(World world, @Nullable String reference) {
        TaskDefinition definition = taskDefinition(reference).find(world);
        if (definition == null) {
            throw EcsErrors.taskDefinitionNotFound();
        }
        if (!definition.active()) {
            throw EcsErrors.taskDefinitionInactive();
        }
        return definition;
    }

    /** The parts of an ARN's text. */
    static EcsArn.Parts split(String arn) {
        try {
            return EcsArn.split(arn);
        } catch (IllegalArgumentException notAnArn) {
            throw EcsErrors.malformedArn();
        }
    }

    static String clusterName(String name) {
        if (!Names.valid(name)) {
            throw EcsErrors.badClusterName(name);
        }
        return name;
    }

    private static String idIn(String reference, ClusterArn cluster, String type) {
        if (!isArn(reference)) {
            return reference;
        }
        EcsArn.Parts parts = split(reference);
        requireType(parts, type);
        requireScope(parts.scope(), cluster.scope());
        return switch (parts.path().size()) {
            case 2 -> parts.path().get(1);
            case 3 -> {
                String named = parts.path().get(1);
                if (!named.equals(cluster.name())) {
                    throw EcsErrors.otherCluster(named, cluster.name());
                }
                yield parts.path().get(2);
            }
            default -> throw EcsErrors.malformedArn();
        };
    }

    private static void requireIdLength(String id, String field) {
        if (id.length() != 32 && id.length() != 36) {
            throw EcsErrors.invalidParameter(field + " length should be one of [32,36]");
        }
    }

    private static void requireType(EcsArn.Parts parts, String type) {
        String given = parts.path().getFirst();
        if (!given.equals(type)) {
            throw EcsErrors.unsupportedResourceType(given);
        }
    }

    static void requireScope(Scope given, Scope own) {
        if (!given.region().equals(own.region())) {
            throw EcsErrors.otherScope("region " + given.region(), "region " + own.region());
        }
        if (!given.account().equals(own.account())) {
            throw EcsErrors.otherScope("account " + given.account(), "account " + own.account());
        }
    }

    /** A revision is a positive decimal number; read by hand to keep errors out of the flow. */
    private static int revision(String text) {
        long value = 0;
        boolean digits = !text.isEmpty() && text.length() <= 10;
        for (int i = 0; digits && i < text.length(); i++) {
            char c = text.charAt(i);
            digits = c >= '0' && c <= '9';
            value = value * 10 + (c - '0');
        }
        if (!digits || value < 1 || value >= Integer.MAX_VALUE) {
            throw EcsErrors.badRevision(text);
        }
        return (int) value;
    }
}
