package dev.dryberth.core.service;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The tasks of one deployment, which is to have {@code wanted} of them. An unhealthy task counts as
 * missing, so its replacement starts before it goes, if there is room for both.
 */
final class Fleet {

    private final ServiceView view;
    private final Plan.Draft plan;
    private final Deployment deployment;
    private final int wanted;
    private final List<Member> live;
    private final List<Member> good;

    Fleet(ServiceView view, Plan.Draft plan, Deployment deployment, int wanted) {
        this.view = view;
        this.plan = plan;
        this.deployment = deployment;
        this.wanted = wanted;
        live = view.live(deployment);
        good = live.stream().filter(each -> !each.unhealthy()).toList();
    }

    Deployment deployment() {
        return deployment;
    }

    /** Its tasks that were not told to stop. */
    List<Member> live() {
        return live;
    }

    int wanted() {
        return wanted;
    }

    int missing() {
        return wanted - good.size();
    }

    /** Takes what is beyond the wanted number. */
    void scaleIn() {
        int surplus = good.size() - wanted;
        if (surplus <= 0) {
            return;
        }
        List<Member> going = Victims.first(surplus, good, view.live(), view.now());
        going.forEach(this::stop);
        if (going.size() < surplus) {
            spare(view, plan, good);
        }
    }

    /**
     * Takes unhealthy tasks: all once enough are healthy without them, else one for want of room.
     */
    void replaceUnhealthy(int room) {
        List<Member> sick = new ArrayList<>(live);
        sick.removeAll(good);
        if (sick.isEmpty()) {
            return;
        }
        long fit = good.stream().filter(Member::healthy).count();
        boolean undecided = fit < good.size();
        List<Member> going;
        if (fit >= wanted) {
            going = sick;
        } else if (missing() > 0 && room <= 0 && !undecided) {
            going = Victims.first(1, sick, view.live(), view.now());
        } else {
            return;
        }
        for (Member each : going) {
            if (each.standing() instanceof Standing.Unhealthy(String reason, String event)) {
                stop(each, reason);
            }
        }
    }

    /**
     * Starts what is missing, if there is room and nothing holds it back.
     *
     * @return how many it starts
     */
    int start(int room) {
        int lacking = missing();
        if (lacking <= 0 || holdsBack(view, plan, deployment, lacking)) {
            return 0;
        }
        if (room <= 0) {
            if (deployment.taskSet() != null) {
                return 0; // Only until an unhealthy task has been told to go.
            }
            plan.waits(
                    Wait.Rule.MAXIMUM_PERCENT,
                    "tasks to start: %d; maximumPercent allows %d, and so many are there"
                            .formatted(lacking, view.upper()),
                    List.of(),
                    null);
            return 0;
        }
        int count = Math.min(lacking, room);
        plan.start(deployment, count, Math.min(count, live.size() - good.size()));
        return count;
    }

    void stop(Member member) {
        Deployment initiator = deployment.taskSet() == null ? view.service().primary() : deployment;
        stop(member, "Scaling activity initiated by (deployment " + initiator.id() + ")");
    }

    private void stop(Member member, String reason) {
        plan.stop(member, new Stop(StopCode.SERVICE_SCHEDULER_INITIATED, reason));
    }

    /** Takes note of tasks that ought to go and may not. */
    static void spare(ServiceView view, Plan.Draft plan, List<Member> among) {
        for (Member each : among) {
            if (Victims.isProtected(each, view.now())) {
                plan.spares(each);
                plan.waits(
                        Wait.Rule.TASK_PROTECTION,
                        "a task is to go and is protected",
                        List.of(each),
                        each.membership().protectedUntil());
            }
        }
    }

    /**
     * Says how many were spared, all of them at once, since a service has one problem at a time.
     */
    static void reportSpared(ServiceView view, Plan.Draft plan) {
        if (plan.spared() > 0) {
            plan.problem(
                    "was unable to reach steady state because (taskSet %s) was unable to scale in due to"
                                    .formatted(view.service().deployments().getFirst().id())
                            + " (reason %d tasks under protection)".formatted(plan.spared()));
        }
    }

    /** Whether no task of a deployment may be launched now; the plan says why, and until when. */
    static boolean holdsBack(
            ServiceView view, Plan.Draft plan, Deployment deployment, int lacking) {
        Instant notBefore = deployment.launchNotBefore();
        Instant placeable = view.outlook().placeableFrom();
        if (notBefore != null && view.now().isBefore(notBefore)) {
            plan.waits(
                    Wait.Rule.LAUNCH_BACKOFF,
                    "tasks to start: %d; launches hold back, failed rounds in a row: %d"
                            .formatted(lacking, deployment.launchFailures()),
                    List.of(),
                    notBefore);
            return true;
        }
        if (placeable != null && view.now().isBefore(placeable)) {
            plan.waits(
                    Wait.Rule.PLACEMENT,
                    "tasks to start: %d; no place takes them".formatted(lacking),
                    List.of(),
                    placeable);
            return true;
        }
        return false;
    }
}
