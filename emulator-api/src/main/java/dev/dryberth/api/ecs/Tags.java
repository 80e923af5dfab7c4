package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.EcsArn;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.model.TaskSet;
import dev.dryberth.core.model.TaskSetArn;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ecs.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.ecs.model.TagResourceRequest;
import software.amazon.awssdk.services.ecs.model.TagResourceResponse;
import software.amazon.awssdk.services.ecs.model.UntagResourceRequest;
import software.amazon.awssdk.services.ecs.model.UntagResourceResponse;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * TagResource, UntagResource and ListTagsForResource, on every kind of resource that has tags. Runs
 * on the loop thread.
 */
final class Tags {

    TagResourceResponse tagResource(Tx tx, TagResourceRequest request) {
        if (request.tags().isEmpty()) {
            throw EcsErrors.invalidParameter("Tags can not be empty."); // [?] for this operation
        }
        List<Tag> added = TagRules.checked(request.tags());
        change(tx, request.resourceArn(), present -> TagRules.merged(present, added));
        return TagResourceResponse.builder().build();
    }

    UntagResourceResponse untagResource(Tx tx, UntagResourceRequest request) {
        if (request.tagKeys().isEmpty()) {
            throw EcsErrors.invalidParameter("TagKeys can not be empty."); // [?]
        }
        change(tx, request.resourceArn(), present -> TagRules.without(present, request.tagKeys()));
        return UntagResourceResponse.builder().build();
    }

    ListTagsForResourceResponse listTagsForResource(Tx tx, ListTagsForResourceRequest request) {
        List<Tag> tags = taggable(tx, request.resourceArn()).tags();
        return ListTagsForResourceResponse.builder().tags(TagRules.onTheWire(tags)).build();
    }

    private static void change(Tx tx, @Nullable String arn, UnaryOperator<List<Tag>> change) {
        Taggable taggable = taggable(tx, arn);
        List<Tag> next = change.apply(taggable.tags());
        if (!next.equals(taggable.tags())) {
            taggable.write(tx, next);
        }
    }

    /** A resource that has tags, with the way to write it back. */
    private sealed interface Taggable {

        List<Tag> tags();

        void write(Tx tx, List<Tag> next);
    }

    private record OfCluster(Cluster cluster) implements Taggable {

        @Override
        public List<Tag> tags() {
            return cluster.tags();
        }

        @Override
        public void write(Tx tx, List<Tag> next) {
            tx.put(tx.world().clusters(), cluster.arn(), cluster.withTags(next));
        }
    }

    private record OfTaskDefinition(TaskDefinition definition) implements Taggable {

        @Override
        public List<Tag> tags() {
            return definition.tags();
        }

        @Override
        public void write(Tx tx, List<Tag> next) {
            tx.put(tx.world().taskDefinitions(), definition.arn(), definition.withTags(next));
        }
    }

    private record OfTask(Task task) implements Taggable {

        @Override
        public List<Tag> tags() {
            return task.tags();
        }

        @Override
        public void write(Tx tx, List<Tag> next) {
            tx.put(tx.world().tasks(), task.arn(), task.withTags(next));
        }
    }

    private record OfService(Service service) implements Taggable {

        @Override
        public List<Tag> tags() {
            return service.tags();
        }

        @Override
        public void write(Tx tx, List<Tag> next) {
            tx.put(tx.world().services(), service.arn(), service.copy().tags(next).build());
        }
    }

    private record OfContainerInstance(ContainerInstance instance) implements Taggable {

        @Override
        public List<Tag> tags() {
            return instance.tags();
        }

        @Override
        public void write(Tx tx, List<Tag> next) {
            tx.put(tx.world().containerInstances(), instance.arn(), instance.withTags(next));
        }
    }

    private record OfTaskSet(Service service, Deployment deployment, TaskSet set)
            implements Taggable {

        @Override
        public List<Tag> tags() {
            return set.tags();
        }

        @Override
        public void write(Tx tx, List<Tag> next) {
            Deployment tagged = deployment.with(set.withTags(next), deployment.updatedAt());
            tx.put(tx.world().services(), service.arn(), service.with(tagged));
        }
    }

    private static Taggable taggable(Tx tx, @Nullable String arn) {
        if (arn == null || arn.isEmpty()) {
            throw EcsErrors.invalidParameter("resourceArn can not be blank."); // [?]
        }
        EcsArn.Parts parts = Identifiers.split(arn);
        Identifiers.requireScope(parts.scope(), Identifiers.scope());
        String type = parts.path().getFirst();
        return switch (type) {
            case "cluster" -> cluster(tx, Identifiers.cluster(arn));
            case "task-definition" -> taskDefinition(tx, arn);
            case "task" -> {
                requireLong(parts);
                TaskArn task = new TaskArn(parts.scope(), parts.path().get(1), parts.path().get(2));
                yield new OfTask(found(tx.world().tasks().get(task)));
            }
            case "service" -> {
                requireLong(parts);
                ServiceArn service =
                        new ServiceArn(parts.scope(), parts.path().get(1), parts.path().get(2));
                yield new OfService(found(tx.world().services().get(service)));
            }
            case "container-instance" -> {
                requireLong(parts);
                ContainerInstanceArn instance =
                        new ContainerInstanceArn(
                                parts.scope(), parts.path().get(1), parts.path().get(2));
                yield new OfContainerInstance(found(tx.world().containerInstances().get(instance)));
            }
            case "task-set" -> taskSet(tx, arn);
            default -> throw EcsErrors.unsupportedResourceType(type);
        };
    }

    private static Taggable cluster(Tx tx, ClusterArn arn) {
        Cluster cluster = tx.world().clusters().get(arn);
        if (cluster == null) {
            throw EcsErrors.clusterNotFound();
        }
        if (!cluster.active()) {
            throw EcsErrors.taggedClusterInactive();
        }
        return new OfCluster(cluster);
    }

    private static Taggable taskDefinition(Tx tx, String arn) {
        TaskDefinitionReference reference = Identifiers.taskDefinition(arn);
        if (reference.revision() == null) {
            throw EcsErrors.revisionMissing();
        }
        TaskDefinitionArn revision = reference.arn(reference.revision());
        return new OfTaskDefinition(found(tx.world().taskDefinitions().get(revision)));
    }

    private static Taggable taskSet(Tx tx, String text) {
        TaskSetArn arn;
        try {
            arn = TaskSetArn.parse(text);
        } catch (IllegalArgumentException notOne) {
            throw EcsErrors.malformedArn();
        }
        Service service = found(tx.world().services().get(arn.serviceArn()));
        for (Deployment each : service.deployments()) {
            if (each.taskSet() != null && each.id().equals(arn.id())) {
                return new OfTaskSet(service, each, each.taskSet());
            }
        }
        throw EcsErrors.resourceNotFound();
    }

    /** Resources that are named by an old, short ARN cannot be tagged. */
    private static void requireLong(EcsArn.Parts parts) {
        switch (parts.path().size()) {
            case 2 -> throw EcsErrors.longArnNeededForTags();
            case 3 -> {}
            default -> throw EcsErrors.malformedArn();
        }
    }

    private static <T> T found(@Nullable T resource) {
        if (resource == null) {
            throw EcsErrors.resourceNotFound();
        }
        return resource;
    }
}
