package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

/**
 * A task definition as a request names it: an exact revision, or a family, which means its latest
 * ACTIVE revision.
 */
record TaskDefinitionReference(Scope scope, String family, @Nullable Integer revision) {

    /** The definition meant, in whatever status when its revision is named; null: there is none. */
    @Nullable TaskDefinition find(World world) {
        if (revision != null) {
            return world.taskDefinitions().get(arn(revision));
        }
        return latestActive(world);
    }

    private @Nullable TaskDefinition latestActive(World world) {
        for (TaskDefinition each :
                world.taskDefinitions().between(arn(1), arn(Integer.MAX_VALUE)).reversed()) {
            if (each.active()) {
                return each;
            }
        }
        return null;
    }

    TaskDefinitionArn arn(int ofRevision) {
        return new TaskDefinitionArn(scope, family, ofRevision);
    }
}
