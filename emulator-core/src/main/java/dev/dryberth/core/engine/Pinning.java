package dev.dryberth.core.engine;

import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.runtime.RuntimeEvent.ImagePulled;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.VersionConsistency;

/**
 * Which image the containers of a service's tasks are made from.
 *
 * <p><b>Goal.</b> All tasks of a service revision run the same images, also one that replaces
 * another days later, when the tag has long moved on; ECS calls it software version consistency.
 *
 * <p><b>Algorithm.</b> The first task of a revision that has an image looked up pins it: its id is
 * kept with the revision. A container is created only after its own look-up, so whoever comes later
 * finds the pin: a task that begins asks for the pinned image at once; one whose look-up crossed
 * the first and found another image asks again, for the pinned one. A rollback goes back to a
 * revision with its pins; a new deployment is a new revision, which has none yet.
 *
 * <p><b>Example.</b> {@code web:dev} is image A. Two tasks look it up; the first answer is A, which
 * is pinned. {@code web:dev} is built anew as B, and the second answer is B: that task asks once
 * more, for A, and both run A. So does a third next week. forceNewDeployment: all run B.
 *
 * <p>Follows "Software version consistency" on the page about container image resolution of the ECS
 * developer guide; {@code versionConsistency} of a container definition turns it off. Deviation:
 * AWS starts one task alone to resolve tags, and goes on without after three failures; here tasks
 * look up side by side.
 */
final class Pinning {

    private Pinning() {}

    /** The image that a container of {@code task} is to be made from; null: what its name means. */
    static @Nullable PinnedImage of(World world, Task task, String container) {
        ServiceRevision revision = revision(world, task);
        return revision == null ? null : revision.pinned(container);
    }

    /** Takes note of a look-up, which pins the image if it is the first of its revision. */
    static void found(Tx tx, Task task, ImagePulled event) {
        ServiceRevision revision = revision(tx.world(), task);
        if (revision == null
                || revision.pinned(event.container()) != null
                || !consistent(tx.world(), task, event.container())) {
            return;
        }
        PinnedImage image = new PinnedImage(event.container(), event.imageId(), event.digest());
        tx.put(tx.world().serviceRevisions(), revision.arn(), revision.pin(image));
    }

    private static @Nullable ServiceRevision revision(World world, Task task) {
        Membership membership = task.membership();
        return membership == null ? null : world.serviceRevisions().get(membership.revision());
    }

    private static boolean consistent(World world, Task task, String container) {
        TaskDefinition definition = world.taskDefinitions().get(task.origin().taskDefinition());
        return definition == null
                || definition.document().containerDefinitions().stream()
                        .filter(each -> each.name().equals(container))
                        .noneMatch(
                                each -> each.versionConsistency() == VersionConsistency.DISABLED);
    }
}
