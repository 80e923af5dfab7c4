package dev.dryberth.core.service;

import dev.dryberth.core.balancing.TargetHealth;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetState;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskStatus;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * When a task of a service is healthy.
 *
 * <pre>
 * load balancer  essential container's check  healthy when
 * no             no                           it has run for a while (40 s on AWS)
 * no             yes                          the task is HEALTHY
 * yes            no                           its target is healthy in every target group
 * yes            yes                          both
 * </pre>
 *
 * <p>A failing check counts from the end of the grace period on, which begins when the task starts;
 * a check that succeeds counts at once. A target whose group is not checked counts as healthy, one
 * whose group no listener forwards to as unknown, so its deployment waits, as on AWS.
 */
final class MemberHealth {

    private MemberHealth() {}

    static Standing of(
            Task task,
            @Nullable ServiceRevision revision,
            List<Member.Registered> registered,
            Duration gracePeriod,
            ServiceTimings timings,
            Clock clock,
            Instant now) {
        if (task.stopping()) {
            return new Standing.Stopping();
        }
        Instant startedAt = task.times().startedAt();
        if (task.lastStatus() != TaskStatus.RUNNING || startedAt == null) {
            return new Standing.Starting();
        }
        boolean checked =
                task.containers().stream()
                        .anyMatch(each -> each.recipe().essential() && each.recipe().healthCheck());
        int groups = revision == null ? 0 : revision.balanced().size();
        Standing failure = failure(task, registered);
        if (failure != null) {
            Instant graceEnds = startedAt.plus(clock.wait(gracePeriod));
            return now.isBefore(graceEnds)
                    ? new Standing.Unknown(
                            Wait.Rule.HEALTH_CHECK_GRACE_PERIOD,
                            "its checks pass, which may fail until its grace period ends",
                            graceEnds)
                    : failure;
        }
        if (checked && task.health() != HealthStatus.HEALTHY) {
            return new Standing.Unknown(
                    Wait.Rule.CONTAINER_HEALTH_CHECK, "its container health checks pass", null);
        }
        if (groups > 0) {
            return targets(groups, registered);
        }
        Instant oldEnough = startedAt.plus(clock.wait(timings.healthyAfter()));
        return checked || !now.isBefore(oldEnough)
                ? new Standing.Healthy()
                : new Standing.Unknown(
                        Wait.Rule.HEALTHY_AFTER,
                        "it has run for " + timings.healthyAfter().toSeconds() + " s",
                        oldEnough);
    }

    private static @Nullable Standing failure(Task task, List<Member.Registered> registered) {
        String id = "(task " + task.arn().id() + ")";
        if (task.health() == HealthStatus.UNHEALTHY) {
            return new Standing.Unhealthy(
                    "Task failed container health checks", id + " failed container health checks.");
        }
        for (Member.Registered each : registered) {
            Target target = each.target();
            if (target != null && target.state() == TargetState.UNHEALTHY) {
                String group = "(target-group " + target.group().text() + ")";
                return new Standing.Unhealthy(
                        "Task failed ELB health checks in " + group,
                        "%s (port %d) is unhealthy in %s due to (reason %s)"
                                .formatted(
                                        target.id().startsWith("i-")
                                                ? id + " (instance " + target.id() + ")"
                                                : id,
                                        target.port(),
                                        group,
                                        Objects.requireNonNull(TargetHealth.description(target))));
            }
        }
        return null;
    }

    private static Standing targets(int groups, List<Member.Registered> registered) {
        if (registered.size() < groups) {
            return new Standing.Unknown(
                    Wait.Rule.TARGET_REGISTRATION, "it is registered in its target groups", null);
        }
        for (Member.Registered each : registered) {
            Target target = each.target();
            if (target == null) {
                return new Standing.Unknown(
                        Wait.Rule.TARGET_REGISTRATION,
                        "it is registered again in " + each.key().group().text(),
                        null);
            }
            switch (target.state()) {
                case HEALTHY, UNAVAILABLE -> {}
                case UNUSED -> {
                    return new Standing.Unknown(
                            Wait.Rule.TARGET_UNUSED,
                            "a listener forwards to " + target.group().text(),
                            null);
                }
                case INITIAL, UNHEALTHY, DRAINING -> {
                    return new Standing.Unknown(
                            Wait.Rule.TARGET_INITIAL,
                            "its health checks pass in " + target.group().text(),
                            null);
                }
            }
        }
        return new Standing.Healthy();
    }
}
