package dev.dryberth.api.ecs;

import dev.dryberth.core.engine.DeletedDefinitions;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Family;
import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.DeleteTaskDefinitionsRequest;
import software.amazon.awssdk.services.ecs.model.DeleteTaskDefinitionsResponse;
import software.amazon.awssdk.services.ecs.model.DeregisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DeregisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionField;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

import java.util.ArrayList;
import java.util.List;

/**
 * Registers, describes and removes task definitions; the listings are in {@link
 * TaskDefinitionLists}. A revision goes ACTIVE → INACTIVE → DELETE_IN_PROGRESS → gone. Its number
 * is never given out again, for the {@link Family} remembers the highest, even when no revision is
 * left.
 *
 * <p>A deleted revision stays DELETE_IN_PROGRESS while a task that has not stopped refers to it;
 * {@link DeletedDefinitions} removes it then, at once when there is none.
 *
 * <p>Runs on the loop thread.
 */
final class TaskDefinitions {

    private static final int MAX_DELETED = 10;

    private final Clock clock;
    private final TaskDefinitionRules rules;

    TaskDefinitions(Clock clock, HostAccess hostAccess) {
        this.clock = clock;
        this.rules = new TaskDefinitionRules(hostAccess);
    }

    RegisterTaskDefinitionResponse registerTaskDefinition(
            Tx tx, RegisterTaskDefinitionRequest request) {
        TaskDefinitionRules.Checked checked = rules.check(request);
        List<Tag> tags = TagRules.checked(request.tags());
        Caller caller = Caller.CURRENT.get();
        World world = tx.world();
        Family.Key key = new Family.Key(caller.scope(), request.family());
        Family last = world.families().get(key);
        int revision = last == null ? 1 : last.lastRevision() + 1;
        TaskDefinitionArn arn = new TaskDefinitionArn(caller.scope(), request.family(), revision);
        software.amazon.awssdk.services.ecs.model.TaskDefinition document =
                TaskDefinitionEcho.of(request, checked.mode(), checked.size())
                        .taskDefinitionArn(arn.text())
                        .revision(revision)
                        .status(TaskDefinitionStatus.ACTIVE)
                        .compatibilitiesWithStrings(
                                ComputedMembers.compatibilities(request, checked))
                        .requiresAttributes(
                                ComputedMembers.requiresAttributes(request, checked.mode()))
                        .registeredAt(clock.now())
                        .registeredBy(caller.principalArn())
                        .build();
        tx.put(world.families(), key, new Family(caller.scope(), request.family(), revision));
        tx.put(world.taskDefinitions(), arn, new TaskDefinition(arn, document, tags));
        RegisterTaskDefinitionResponse.Builder response =
                RegisterTaskDefinitionResponse.builder().taskDefinition(document);
        if (!tags.isEmpty()) {
            response.tags(TagRules.onTheWire(tags));
        }
        return response.build();
    }

    DescribeTaskDefinitionResponse describeTaskDefinition(
            Tx tx, DescribeTaskDefinitionRequest request) {
        Includes.check(request.includeAsStrings(), TaskDefinitionField.knownValues());
        TaskDefinition found =
                Identifiers.taskDefinition(request.taskDefinition()).find(tx.world());
        if (found == null) {
            throw EcsErrors.taskDefinitionNotDescribed();
        }
        DescribeTaskDefinitionResponse.Builder response =
                DescribeTaskDefinitionResponse.builder().taskDefinition(found.document());
        if (request.include().contains(TaskDefinitionField.TAGS)) {
            response.tags(TagRules.onTheWire(found.tags()));
        }
        return response.build();
    }

    /** A revision that is INACTIVE or being deleted already is answered as it is. */
    DeregisterTaskDefinitionResponse deregisterTaskDefinition(
            Tx tx, DeregisterTaskDefinitionRequest request) {
        TaskDefinition definition = exactly(tx.world(), request.taskDefinition());
        if (definition == null) {
            throw EcsErrors.taskDefinitionDoesNotExist();
        }
        if (definition.active()) {
            definition =
                    definition.withDocument(
                            definition.document().toBuilder()
                                    .status(TaskDefinitionStatus.INACTIVE)
                                    .deregisteredAt(clock.now())
                                    .build());
            tx.put(tx.world().taskDefinitions(), definition.arn(), definition);
        }
        return DeregisterTaskDefinitionResponse.builder()
                .taskDefinition(definition.document())
                .build();
    }

    DeleteTaskDefinitionsResponse deleteTaskDefinitions(
            Tx tx, DeleteTaskDefinitionsRequest request) {
        List<String> references = request.taskDefinitions();
        if (references.isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "size of TaskDefinition references list must be greater than 0");
        }
        if (references.size() > MAX_DELETED) {
            throw EcsErrors.invalidParameter(
                    "Size of TaskDefinition references list cannot exceed " + MAX_DELETED);
        }
        List<software.amazon.awssdk.services.ecs.model.TaskDefinition> deleted = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        List<TaskDefinitionReference> parsed = new ArrayList<>();
        for (String reference : references) {
            parsed.add(withRevision(reference));
        }
        for (TaskDefinitionReference reference : parsed) {
            TaskDefinition definition = reference.find(tx.world());
            if (definition == null) {
                failures.add(failure(reference, "The specified task definition does not exist."));
            } else if (definition.active()) {
                failures.add(
                        failure(
                                reference,
                                "The specified task definition is still in ACTIVE status. Please"
                                        + " deregister the target and try again."));
            } else {
                deleted.add(delete(tx, definition).document());
            }
        }
        return DeleteTaskDefinitionsResponse.builder()
                .taskDefinitions(deleted)
                .failures(failures)
                .build();
    }

    private TaskDefinition delete(Tx tx, TaskDefinition definition) {
        if (deleting(definition)) {
            return definition;
        }
        TaskDefinition next =
                definition.withDocument(
                        definition.document().toBuilder()
                                .status(TaskDefinitionStatus.DELETE_IN_PROGRESS)
                                .deleteRequestedAt(clock.now())
                                .build());
        tx.put(tx.world().taskDefinitions(), next.arn(), next);
        DeletedDefinitions.removeIfUnreferenced(tx, next.arn());
        return next;
    }

    private static boolean deleting(TaskDefinition definition) {
        return definition.document().status() == TaskDefinitionStatus.DELETE_IN_PROGRESS;
    }

    private static @Nullable TaskDefinition exactly(World world, @Nullable String reference) {
        return withRevision(reference).find(world);
    }

    private static TaskDefinitionReference withRevision(@Nullable String reference) {
        TaskDefinitionReference parsed = Identifiers.taskDefinition(reference);
        if (parsed.revision() == null) {
            throw EcsErrors.revisionMissing();
        }
        return parsed;
    }

    private static Failure failure(TaskDefinitionReference reference, String reason) {
        Integer revision = reference.revision();
        Scope scope = reference.scope();
        String arn =
                new TaskDefinitionArn(scope, reference.family(), revision == null ? 0 : revision)
                        .text();
        return Failure.builder().arn(arn).reason(reason).build();
    }
}
