package dev.dryberth.core.service;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Deployment.RolloutState;

import java.util.ArrayList;
import java.util.List;

/**
 * Starts and stops the tasks of a service, so that it comes to as many of its newest revision as
 * are desired, within its percentages.
 *
 * <p><b>Goal.</b> Never more live tasks than {@code upper = ⌊desired × maximumPercent⌋}; never, by
 * our doing, fewer healthy ones than {@code lower = ⌈desired × minimumHealthyPercent⌉}.
 *
 * <p><b>Algorithm.</b> A live task is one not told to stop. Every deployment wants a number of
 * tasks: the newest as many as are desired, an older one what is left to it, which only ever
 * shrinks. First what may go, goes:
 *
 * <ul>
 *   <li>of older deployments, as many healthy tasks as there are healthy ones beyond {@code lower};
 *       the others as soon as {@code lower} is held without them, or when there is no room for the
 *       new ones otherwise. What goes is not wanted any more. Nothing goes for a deployment that
 *       has FAILED, but for what is beyond the desired count.
 *   <li>of the newest, what is beyond the desired count; and unhealthy tasks, all once enough are
 *       healthy without them, else one at a time when there is no room to start their replacement
 *       first.
 * </ul>
 *
 * <p>Then what is wanted and missing starts, as long as there is room below {@code upper}: first of
 * older deployments, so that a healthy task that died is replaced by its like even in the middle of
 * a roll; then of the newest. An unhealthy task counts as missing, so its replacement starts before
 * it goes. An older deployment that never completed gets no replacements.
 *
 * <p><b>Example.</b> desired 4, 50/100, four old ones healthy: lower 2, upper 4. Two old ones go,
 * two new ones start; when these are healthy, four are, so the last two old ones go, and the last
 * two new ones start.
 *
 * <p>Follows "Rolling update" in the ECS developer guide. Deviation: none known.
 */
final class Scaling {

    static final String STUCK =
            "was unable to stop or start tasks during a deployment because of the service"
                    + " deployment configuration. Update the minimumHealthyPercent or"
                    + " maximumPercent value and try again.";

    private final ServiceView view;
    private final Plan.Draft plan;
    private final Deployment primary;
    private final Fleet newest;
    private final List<Member> live;
    private final List<Member> older;
    private final long healthy;

    private Scaling(ServiceView view, Plan.Draft plan) {
        this.view = view;
        this.plan = plan;
        this.primary = view.service().primary();
        this.newest = new Fleet(view, plan, primary, view.desiredCount());
        this.live = view.live();
        this.older = view.live(member -> !ServiceView.isOf(member, primary.revision()));
        this.healthy = view.healthyCount();
    }

    static void add(ServiceView view, Plan.Draft plan) {
        Scaling scaling = new Scaling(view, plan);
        scaling.wanted();
        scaling.retireOlder();
        // What moves between zones is there twice for a while.
        if (!view.service().rebalancing()) {
            scaling.newest.scaleIn();
        }
        scaling.newest.replaceUnhealthy(scaling.room());
        // What stops makes room that is counted when it has been told to stop.
        if (plan.stopsNothing()) {
            scaling.start();
        } else {
            plan.saysWhatStops();
        }
        Fleet.reportSpared(view, plan);
        boolean changes = !plan.stopsNothing() || !plan.startsNothing();
        if (changes && plan.service().steady()) {
            plan.service(plan.service().copy().steady(false).build());
        }
    }

    /** Brings what each deployment wants up to date. */
    private void wanted() {
        plan.deployment(primary.withDesiredCount(view.desiredCount(), view.now()));
        for (Deployment each : view.service().deployments()) {
            if (!each.primary() && each.rolloutState() != RolloutState.COMPLETED) {
                int left = Math.min(each.desiredCount(), view.live(each).size());
                plan.deployment(each.withDesiredCount(left, view.now()));
            }
        }
    }

    private List<Deployment> olderDeployments() {
        return plan.service().deployments().stream().filter(each -> !each.primary()).toList();
    }

    private int room() {
        return view.upper() - live.size();
    }

    private boolean failed() {
        return primary.rolloutState() == RolloutState.FAILED;
    }

    private void retireOlder() {
        if (older.isEmpty() && olderDeployments().isEmpty()) {
            return;
        }
        if (failed()) {
            keepOlder();
            return;
        }
        long spare = healthy - view.lower();
        boolean blocked = newest.missing() > room();
        List<Member> going = new ArrayList<>();
        List<Member> sick = older.stream().filter(each -> !each.healthy()).toList();
        if (spare >= 0) {
            going.addAll(Victims.first(sick.size(), sick, live, view.now()));
        } else if (blocked) {
            int needed = newest.missing() - Math.max(0, room());
            going.addAll(Victims.first(needed, sick, live, view.now()));
        }
        if (spare > 0) {
            List<Member> fit = older.stream().filter(Member::healthy).toList();
            going.addAll(
                    Victims.first((int) Math.min(spare, Integer.MAX_VALUE), fit, live, view.now()));
        }
        going.forEach(newest::stop);
        // What has died while enough are healthy is not missed.
        giveUpWanting(going, spare >= 0);
        if (spare > 0 && going.isEmpty() && older.stream().anyMatch(this::isProtected)) {
            Fleet.spare(view, plan, older);
        } else if (spare <= 0 && going.isEmpty() && !older.isEmpty()) {
            plan.waits(
                    Wait.Rule.MINIMUM_HEALTHY_PERCENT,
                    "minimumHealthyPercent asks for %d healthy tasks, and %d are: older tasks stay"
                            .formatted(view.lower(), healthy),
                    older,
                    null);
        }
    }

    /**
     * While the newest deployment has failed, the older ones are what there is, but no more than
     * are desired, and with those of the newest not more than may be, as long as enough are
     * healthy.
     */
    private void keepOlder() {
        long surplus = (long) older.size() - view.desiredCount();
        boolean sideBySide = view.rollout() != null && view.rollout().lifecycle() != null;
        if (!sideBySide) {
            surplus =
                    Math.max(
                            surplus,
                            Math.min((long) live.size() - view.upper(), healthy - view.lower()));
        }
        if (surplus <= 0 || older.isEmpty()) {
            wantNoMoreThanDesired();
            return;
        }
        List<Member> going =
                Victims.first((int) Math.min(surplus, older.size()), older, live, view.now());
        going.forEach(newest::stop);
        giveUpWanting(going, false);
    }

    /** Of the tasks that older deployments lack, those beyond the desired count are given up. */
    private void wantNoMoreThanDesired() {
        int rest = view.desiredCount();
        for (Deployment each : olderDeployments()) {
            rest -= Math.min(each.desiredCount(), view.live(each).size());
        }
        for (Deployment each : olderDeployments()) {
            int present = Math.min(each.desiredCount(), view.live(each).size());
            int more = Math.min(each.desiredCount() - present, Math.max(0, rest));
            rest -= more;
            if (present + more < each.desiredCount()) {
                plan.deployment(each.withDesiredCount(present + more, view.now()));
            }
        }
    }

    /**
     * Older deployments want less by what goes.
     *
     * @param alsoMissing and by what has died
     */
    private void giveUpWanting(List<Member> going, boolean alsoMissing) {
        for (Deployment each : olderDeployments()) {
            long stopped = going.stream().filter(m -> ServiceView.isOf(m, each.revision())).count();
            int kept =
                    alsoMissing
                            ? Math.min(each.desiredCount(), view.live(each).size())
                            : each.desiredCount();
            plan.deployment(
                    each.withDesiredCount(
                            Math.max(0, kept - Math.toIntExact(stopped)), view.now()));
        }
    }

    private boolean isProtected(Member member) {
        return Victims.isProtected(member, view.now());
    }

    private void start() {
        int room = room();
        boolean missing = false;
        List<Deployment> order = new ArrayList<>(olderDeployments());
        order.add(plan.service().primary());
        for (Deployment each : order) {
            if (each.primary() && failed()) {
                continue;
            }
            Fleet fleet = new Fleet(view, plan, each, each.desiredCount());
            missing |= fleet.missing() > 0;
            room -= fleet.start(room);
        }
        if (missing && room <= 0 && plan.startsNothing() && settled()) {
            plan.problem(STUCK);
        }
    }

    /** Whether no task is on its way up or down that would change anything by itself. */
    private boolean settled() {
        return view.service().deployments().size() > 1
                && view.members().stream()
                        .allMatch(each -> each.live() && (each.healthy() || each.unhealthy()));
    }
}
