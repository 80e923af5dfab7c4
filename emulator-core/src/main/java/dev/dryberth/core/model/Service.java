package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A service: the promise that so many tasks of its newest revision run.
 *
 * @param status ACTIVE, then DRAINING while its last tasks stop, then INACTIVE
 * @param controller who decides what is deployed
 * @param daemon one task on every instance, instead of {@code desiredCount} ones
 * @param healthCheckGracePeriod how long after a task's start its failing checks don't count
 * @param deployments newest first; the first is the primary one while the service is active. Where
 *     they are task sets, the primary one is first if there is one
 * @param completed the deployment whose revision a rollback goes back to; null: none ever completed
 * @param steady whether it has said that it reached a steady state, and nothing changed since
 * @param problem what last kept it from going on, as it said in an event; null: nothing
 * @param problemSince when it said so
 * @param rebalancing whether tasks move to even out the zones
 * @param inactiveAt when its last task had stopped
 * @param document AWS's own document with the members that are only carried
 */
public record Service(
        ServiceArn arn,
        Status status,
        Controller controller,
        boolean daemon,
        int desiredCount,
        RolloutRules rules,
        Duration healthCheckGracePeriod,
        boolean zoneRebalancing,
        PropagateTags propagateTags,
        boolean managedTags,
        boolean enableExecuteCommand,
        List<Deployment> deployments,
        @Nullable Completed completed,
        boolean steady,
        @Nullable String problem,
        @Nullable Instant problemSince,
        boolean rebalancing,
        Instant createdAt,
        @Nullable Instant inactiveAt,
        software.amazon.awssdk.services.ecs.model.Service document,
        List<Tag> tags) {

    /** The life of a service. */
    public enum Status {
        ACTIVE,
        DRAINING,
        INACTIVE
    }

    /** Who decides what is deployed: all but ECS do so by task sets. */
    public enum Controller {
        ECS,
        CODE_DEPLOY,
        EXTERNAL
    }

    /** Where the tasks of a service have their tags from. */
    public enum PropagateTags {
        NONE,
        SERVICE,
        TASK_DEFINITION
    }

    /** A deployment that completed, and the revision it left. */
    public record Completed(String deployment, ServiceRevisionArn revision) {}

    public boolean active() {
        return status == Status.ACTIVE;
    }

    /** Whether its deployments are task sets. */
    public boolean hasTaskSets() {
        return controller != Controller.ECS;
    }

    /** The deployment whose revision the service shows as its own; null: there is none. */
    public @Nullable Deployment leading() {
        return deployments.isEmpty() || (hasTaskSets() && !deployments.getFirst().primary())
                ? null
                : deployments.getFirst();
    }

    /** The same with another of its task sets as the primary one. */
    public Service ledBy(Deployment chosen, Instant now) {
        List<Deployment> next = new ArrayList<>();
        next.add(chosen.serving(true, now));
        for (Deployment each : deployments) {
            if (!each.id().equals(chosen.id())) {
                next.add(each.serving(false, now));
            }
        }
        return withDeployments(next);
    }

    /** A sentence of a deployment's, as the service's events have it. */
    public String says(Deployment whose, String what) {
        return whose.taskSet() == null
                ? says(what)
                : "(service %s, taskSet %s) %s".formatted(arn.name(), whose.id(), what);
    }

    /** A sentence of the service's own, as its events have it. */
    public String says(String what) {
        return "(service " + arn.name() + ") " + what;
    }

    /** The newest deployment. */
    public Deployment primary() {
        return deployments.getFirst();
    }

    public Service withDeployments(List<Deployment> next) {
        return next.equals(deployments) ? this : copy().deployments(next).build();
    }

    /** The same with one deployment replaced, told apart by its id. */
    public Service with(Deployment changed) {
        return withDeployments(
                deployments.stream()
                        .map(each -> each.id().equals(changed.id()) ? changed : each)
                        .toList());
    }

    /** To change several members at once. */
    public Copy copy() {
        return new Copy(this);
    }

    /** A service being written anew; what is not named stays as it was. */
    public static final class Copy {

        private final ServiceArn arn;
        private final Controller controller;
        private final boolean daemon;
        private final Instant createdAt;
        private Status status;
        private int desiredCount;
        private RolloutRules rules;
        private Duration healthCheckGracePeriod;
        private boolean zoneRebalancing;
        private PropagateTags propagateTags;
        private boolean managedTags;
        private boolean enableExecuteCommand;
        private List<Deployment> deployments;
        private @Nullable Completed completed;
        private boolean steady;
        private @Nullable String problem;
        private @Nullable Instant problemSince;
        private boolean rebalancing;
        private @Nullable Instant inactiveAt;
        private software.amazon.awssdk.services.ecs.model.Service document;
        private List<Tag> tags;

        private Copy(Service from) {
            arn = from.arn;
            controller = from.controller;
            daemon = from.daemon;
            createdAt = from.createdAt;
            status = from.status;
            desiredCount = from.desiredCount;
            rules = from.rules;
            healthCheckGracePeriod = from.healthCheckGracePeriod;
            zoneRebalancing = from.zoneRebalancing;
            propagateTags = from.propagateTags;
            managedTags = from.managedTags;
            enableExecuteCommand = from.enableExecuteCommand;
            deployments = from.deployments;
            completed = from.completed;
            steady = from.steady;
            problem = from.problem;
            problemSince = from.problemSince;
            rebalancing = from.rebalancing;
            inactiveAt = from.inactiveAt;
            document = from.document;
            tags = from.tags;
        }

        public Copy status(Status next) {
            status = next;
            return this;
        }

        public Copy desiredCount(int next) {
            desiredCount = next;
            return this;
        }

        public Copy rules(RolloutRules next) {
            rules = next;
            return this;
        }

        public Copy healthCheckGracePeriod(Duration next) {
            healthCheckGracePeriod = next;
            return this;
        }

        public Copy zoneRebalancing(boolean next) {
            zoneRebalancing = next;
            return this;
        }

        public Copy propagateTags(PropagateTags next) {
            propagateTags = next;
            return this;
        }

        public Copy managedTags(boolean next) {
            managedTags = next;
            return this;
        }

        public Copy enableExecuteCommand(boolean next) {
            enableExecuteCommand = next;
            return this;
        }

        public Copy deployments(List<Deployment> next) {
            deployments = next;
            return this;
        }

        public Copy completed(@Nullable Completed next) {
            completed = next;
            return this;
        }

        public Copy steady(boolean next) {
            steady = next;
            return this;
        }

        public Copy rebalancing(boolean next) {
            rebalancing = next;
            return this;
        }

        public Copy inactiveAt(Instant next) {
            inactiveAt = next;
            return this;
        }

        public Copy document(software.amazon.awssdk.services.ecs.model.Service next) {
            document = next;
            return this;
        }

        public Copy tags(List<Tag> next) {
            tags = next;
            return this;
        }

        /** What keeps the service from going on, and since when it says so. */
        public Copy problem(@Nullable String next, @Nullable Instant since) {
            problem = next;
            problemSince = since;
            return this;
        }

        public Service build() {
            return new Service(
                    arn,
                    status,
                    controller,
                    daemon,
                    desiredCount,
                    rules,
                    healthCheckGracePeriod,
                    zoneRebalancing,
                    propagateTags,
                    managedTags,
                    enableExecuteCommand,
                    List.copyOf(deployments),
                    completed,
                    steady,
                    problem,
                    problemSince,
                    rebalancing,
                    createdAt,
                    inactiveAt,
                    document,
                    tags);
        }
    }
}
