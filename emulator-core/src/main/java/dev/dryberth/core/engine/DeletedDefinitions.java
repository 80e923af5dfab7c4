package dev.dryberth.core.engine;

import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import software.amazon.awssdk.services.ecs.model.TaskDefinitionStatus;

import java.util.List;

/**
 * When a revision in DELETE_IN_PROGRESS goes: as soon as no task that has not stopped refers to it,
 * and no service that could still make tasks of it. Asked when a revision is deleted, when a task
 * stops, when a service goes, and every minute. Deviation: AWS lets an unreferenced revision linger
 * for up to about an hour.
 */
public final class DeletedDefinitions {

    private DeletedDefinitions() {}

    /** Removes every such revision; for those that a service let go of as it rolled on. */
    static void removeUnreferenced(Tx tx) {
        for (TaskDefinition definition : List.copyOf(tx.world().taskDefinitions().all())) {
            removeIfUnreferenced(tx, definition.arn());
        }
    }

    /** Removes the revision when it is being deleted and nothing refers to it. Loop thread. */
    public static void removeIfUnreferenced(Tx tx, TaskDefinitionArn arn) {
        World world = tx.world();
        TaskDefinition definition = world.taskDefinitions().get(arn);
        if (definition != null
                && definition.document().status() == TaskDefinitionStatus.DELETE_IN_PROGRESS
                && !referenced(world, arn)) {
            tx.delete(world.taskDefinitions(), arn);
        }
    }

    private static boolean referenced(World world, TaskDefinitionArn arn) {
        for (Task task : world.tasks().all()) {
            if (!task.isStopped() && task.origin().taskDefinition().equals(arn)) {
                return true;
            }
        }
        for (Service service : world.services().all()) {
            if (service.status() != Service.Status.INACTIVE && madeOf(world, service, arn)) {
                return true;
            }
        }
        return false;
    }

    private static boolean madeOf(World world, Service service, TaskDefinitionArn arn) {
        for (ServiceRevisionArn live : ServiceRecords.live(service)) {
            ServiceRevision revision = world.serviceRevisions().get(live);
            if (revision != null && revision.template().taskDefinition().equals(arn)) {
                return true;
            }
        }
        return false;
    }
}
