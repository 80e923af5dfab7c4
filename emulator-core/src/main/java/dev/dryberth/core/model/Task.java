package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One run of a task definition. Immutable: every change makes a new record, and {@link #version}
 * counts the changes that can be seen from outside.
 *
 * @param eni its network interface (awsvpc) as it last was, kept for display after the row itself
 *     is gone
 * @param membership its place in the service that made it; null for a task of its own
 * @param cleaned whether the runtime has confirmed that nothing of a stopped task is left
 */
public record Task(
        TaskArn arn,
        TaskOrigin origin,
        TaskStatus lastStatus,
        DesiredStatus desiredStatus,
        @Nullable Stop stop,
        HealthStatus health,
        List<Container> containers,
        @Nullable Eni eni,
        TaskTimes times,
        long version,
        boolean cleaned,
        List<Tag> tags,
        @Nullable Membership membership) {

    public Container container(String name) {
        for (Container container : containers) {
            if (container.name().equals(name)) {
                return container;
            }
        }
        throw new IllegalArgumentException("task " + arn + " has no container " + name);
    }

    public boolean stopping() {
        return desiredStatus == DesiredStatus.STOPPED;
    }

    public boolean isStopped() {
        return lastStatus == TaskStatus.STOPPED;
    }

    public Task inStatus(TaskStatus next, TaskTimes newTimes) {
        return new Task(
                arn,
                origin,
                next,
                desiredStatus,
                stop,
                health,
                containers,
                eni,
                newTimes,
                version + 1,
                cleaned,
                tags,
                membership);
    }

    /** Heads for STOPPED; a task that already does keeps its first reason. */
    public Task headedForStop(Stop why, TaskTimes newTimes) {
        return stopping()
                ? this
                : new Task(
                        arn,
                        origin,
                        lastStatus,
                        DesiredStatus.STOPPED,
                        why,
                        health,
                        containers,
                        eni,
                        newTimes,
                        version + 1,
                        cleaned,
                        tags,
                        membership);
    }

    public Task withContainer(Container changed) {
        List<Container> next =
                containers.stream()
                        .map(each -> each.name().equals(changed.name()) ? changed : each)
                        .toList();
        return new Task(
                arn,
                origin,
                lastStatus,
                desiredStatus,
                stop,
                health,
                next,
                eni,
                times,
                version + 1,
                cleaned,
                tags,
                membership);
    }

    public Task withHealth(HealthStatus next) {
        return next == health
                ? this
                : new Task(
                        arn,
                        origin,
                        lastStatus,
                        desiredStatus,
                        stop,
                        next,
                        containers,
                        eni,
                        times,
                        version,
                        cleaned,
                        tags,
                        membership);
    }

    public Task withEni(Eni next) {
        return new Task(
                arn,
                origin,
                lastStatus,
                desiredStatus,
                stop,
                health,
                containers,
                next,
                times,
                version + 1,
                cleaned,
                tags,
                membership);
    }

    public Task withTimes(TaskTimes next) {
        return new Task(
                arn,
                origin,
                lastStatus,
                desiredStatus,
                stop,
                health,
                containers,
                eni,
                next,
                version,
                cleaned,
                tags,
                membership);
    }

    public Task withTags(List<Tag> next) {
        return new Task(
                arn,
                origin,
                lastStatus,
                desiredStatus,
                stop,
                health,
                containers,
                eni,
                times,
                version,
                cleaned,
                next,
                membership);
    }

    public Task asCleaned() {
        return new Task(
                arn,
                origin,
                lastStatus,
                desiredStatus,
                stop,
                health,
                containers,
                eni,
                times,
                version,
                true,
                tags,
                membership);
    }

    public Task withMembership(Membership next) {
        return new Task(
                arn,
                origin,
                lastStatus,
                desiredStatus,
                stop,
                health,
                containers,
                eni,
                times,
                version,
                cleaned,
                tags,
                next);
    }

    /** Whether traffic may still be on its way to it through a target. */
    public boolean drains() {
        return membership != null && !membership.targets().isEmpty();
    }
}
