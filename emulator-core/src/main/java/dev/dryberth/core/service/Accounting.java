package dev.dryberth.core.service;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Task;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * Takes note, once each, of what became of a service's tasks: that one ran, was healthy for the
 * first time, turned unhealthy, ended, or is gone.
 *
 * <p>A failure is a task that never ran, one that ended by itself before it was ever healthy, or
 * one replaced because its checks failed. Failures in a row are what the circuit breaker counts; a
 * healthy task makes the count 0 again. Launches hold back only after rounds of which no task ran:
 * the first failure of a round sets the time of the next, the others of that round don't.
 */
final class Accounting {

    /** After so many rounds of launches without a task that ran, the service says so. [?] */
    static final int INCONSISTENT_AFTER = 3;

    static final String INCONSISTENT = "is unable to consistently start tasks successfully.";

    private Accounting() {}

    static void add(ServiceView view, Plan.Draft plan) {
        for (Member member : view.members()) {
            if (!member.live()) {
                ended(view, plan, member);
            } else {
                runs(view, plan, member);
            }
        }
    }

    private static void ended(ServiceView view, Plan.Draft plan, Member member) {
        Membership before = member.membership();
        Membership after = before;
        if (!before.counted()) {
            count(view, plan, member);
            after = after.asCounted();
        }
        if (member.task().isStopped() && before.targets().isEmpty()) {
            after = after.asLeft();
        }
        if (!after.equals(before)) {
            plan.member(member, after);
        }
    }

    private static void count(ServiceView view, Plan.Draft plan, Member member) {
        Deployment deployment = current(view, plan, member);
        if (deployment == null) {
            return;
        }
        boolean ran = member.task().times().startedAt() != null;
        if (failed(member.task(), member.membership())) {
            plan.deployment(deployment.withFailedTasks(deployment.failedTasks() + 1));
        }
        if (!ran && failedToStart(member.task())) {
            holdBack(view, plan, current(view, plan, member));
        }
    }

    private static @Nullable Deployment current(ServiceView view, Plan.Draft plan, Member member) {
        Deployment deployment = view.deploymentOf(member);
        if (deployment == null) {
            return null;
        }
        return plan.service().deployments().stream()
                .filter(each -> each.id().equals(deployment.id()))
                .findFirst()
                .orElse(null);
    }

    /** Whether a task that stops is a failure of its deployment. */
    static boolean failed(Task task, Membership membership) {
        Stop stop = task.stop();
        if (stop == null) {
            return false;
        }
        return switch (stop.code()) {
            case TASK_FAILED_TO_START -> true;
            case ESSENTIAL_CONTAINER_EXITED -> membership.healthyAt() == null;
            case SERVICE_SCHEDULER_INITIATED -> stop.reason().startsWith("Task failed ");
            case USER_INITIATED, SPOT_INTERRUPTION, TERMINATION_NOTICE -> false;
        };
    }

    private static boolean failedToStart(Task task) {
        Stop stop = task.stop();
        return stop != null
                && (stop.code() == StopCode.TASK_FAILED_TO_START
                        || stop.code() == StopCode.ESSENTIAL_CONTAINER_EXITED);
    }

    private static void holdBack(
            ServiceView view, Plan.Draft plan, @Nullable Deployment deployment) {
        if (deployment == null) {
            return;
        }
        Instant until = deployment.launchNotBefore();
        if (until != null && view.now().isBefore(until)) {
            return;
        }
        int rounds = deployment.launchFailures() + 1;
        Duration wait = view.clock().wait(view.timings().backoff(rounds));
        plan.deployment(deployment.heldBack(rounds, view.now().plus(wait)));
        if (rounds >= INCONSISTENT_AFTER) {
            plan.problem(INCONSISTENT);
        }
    }

    private static void runs(ServiceView view, Plan.Draft plan, Member member) {
        Instant startedAt = member.task().times().startedAt();
        Deployment deployment = current(view, plan, member);
        if (startedAt == null || deployment == null) {
            return;
        }
        if (!deployment.anyRan() || ranSince(view, deployment, startedAt)) {
            plan.deployment(deployment.ran());
            if (INCONSISTENT.equals(plan.service().problem())) {
                plan.service(plan.service().copy().problem(null, null).build());
            }
        }
        Membership membership = member.membership();
        switch (member.standing()) {
            case Standing.Healthy() -> {
                if (membership.healthyAt() == null) {
                    plan.member(member, membership.healthySince(view.now()));
                    Deployment now = current(view, plan, member);
                    if (now != null && view.service().rules().breaker().resetOnHealthyTask()) {
                        plan.deployment(now.withFailedTasks(0));
                    }
                } else if (membership.reportedUnhealthy()) {
                    plan.member(member, membership.withReportedUnhealthy(false));
                }
            }
            case Standing.Unhealthy(String reason, String event) -> {
                if (!membership.reportedUnhealthy()) {
                    plan.member(member, membership.withReportedUnhealthy(true));
                    plan.rawEvent(view.service().says(deployment, event));
                }
            }
            case Standing.Starting(), Standing.Stopping() -> {}
            case Standing.Unknown unknown -> {}
        }
    }

    /** Whether a task came to run after the round of launches that failed last. */
    private static boolean ranSince(ServiceView view, Deployment deployment, Instant startedAt) {
        Instant until = deployment.launchNotBefore();
        if (until == null) {
            return false;
        }
        Duration wait = view.clock().wait(view.timings().backoff(deployment.launchFailures()));
        return startedAt.isAfter(until.minus(wait));
    }
}
