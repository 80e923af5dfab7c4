package dev.dryberth.core.service;

import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.Task;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One task of a service as the scheduler sees it.
 *
 * @param revision null when it is gone
 * @param registered the targets its traffic comes through
 * @param due the targets it is to be registered as from now on
 */
record Member(
        Task task,
        Membership membership,
        @Nullable ServiceRevision revision,
        List<Registered> registered,
        List<Due> due,
        Standing standing) {

    /**
     * A target that a task is registered as.
     *
     * @param target null: it is gone
     */
    record Registered(Target.Key key, @Nullable Target target) {}

    /** A target that a task is to be registered as, in the zone where it runs. */
    record Due(Target.Key key, @Nullable String availabilityZone) {}

    boolean live() {
        return !task.stopping();
    }

    boolean healthy() {
        return standing instanceof Standing.Healthy;
    }

    boolean unhealthy() {
        return standing instanceof Standing.Unhealthy;
    }

    String id() {
        return task.arn().id();
    }
}
