package dev.dryberth.core.service;

import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Deployment.RolloutState;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Moves tasks of a steady service from zones with many to zones with few.
 *
 * <p><b>Goal.</b> No zone has two tasks more than another, at the cost of no healthy task: a zone
 * that comes back, an instance in a new one, tasks stopped by hand in one zone only, all are evened
 * out in the end.
 *
 * <p><b>Constraints.</b> It is something a steady service does: nothing is moved while a deployment
 * is under way, and what makes the service unsteady (a task that dies, another desired count, a new
 * deployment) stops it. Never more live tasks than maximumPercent allows, so with none to spare
 * nothing moves; never fewer healthy ones than are desired, since the new task comes first.
 * Protected tasks stay where they are.
 *
 * <p><b>Algorithm.</b> A move takes one task from the zone with the most to the zone with the
 * fewest; as many are needed until these differ by at most 1. They go in rounds. A round starts a
 * task in the zones with few for as many moves as there is room for; when all tasks are healthy, it
 * stops as many as are beyond the desired count in the zones with most. The service's row says that
 * a move is under way, so that {@link Scaling} leaves the surplus alone; when it ends early, {@code
 * Scaling} takes it.
 *
 * <p><b>Example.</b> Five tasks, 100/200, zones a, b, c with 4, 1 and 0. Moves: a to c, a to b.
 * Both start: 4, 2, 1. When they are healthy the two oldest in a stop: 2, 2, 1. With maximumPercent
 * 120 there is room for one: c first, then b.
 *
 * <p>Follows "Balancing an Amazon ECS service across Availability Zones" in the ECS developer
 * guide. Deviation: none known; how long AWS waits before it begins is not documented, and here it
 * is not at all.
 */
final class Rebalancing {

    private final ServiceView view;
    private final Plan.Draft plan;
    private final Deployment primary;
    private final List<Member> tasks;

    private Rebalancing(ServiceView view, Plan.Draft plan) {
        this.view = view;
        this.plan = plan;
        this.primary = view.service().primary();
        this.tasks = view.live(primary);
    }

    /** Ends what is under way when the service is not steady any more. */
    static void interrupt(ServiceView view, Plan.Draft plan) {
        if (view.service().rebalancing() && !possible(view)) {
            new Rebalancing(view, plan).stop();
        }
    }

    /** Takes the next step, once there is nothing else to do. */
    static void add(ServiceView view, Plan.Draft plan) {
        if (possible(view)) {
            new Rebalancing(view, plan).add();
        }
    }

    private static boolean possible(ServiceView view) {
        return view.zones().size() > 1
                && view.service().steady()
                && view.service().primary().rolloutState() == RolloutState.COMPLETED;
    }

    private void add() {
        if (!tasks.stream().allMatch(Member::healthy)) {
            return; // What they wait for has been said.
        }
        int surplus = tasks.size() - view.desiredCount();
        if (surplus == 0) {
            begin();
        } else if (surplus > 0 && view.service().rebalancing()) {
            end(surplus);
        }
    }

    private void begin() {
        int[] counts = counts(tasks);
        if (spread(counts) <= 1) {
            if (view.service().rebalancing()) {
                rebalancing(false);
                plan.event("is AZ balanced with " + text(counts) + ".");
            }
            return;
        }
        List<String> moves = moves(counts);
        int room = view.upper() - view.live().size();
        Instant again = firstZoneTriedAgain();
        if (moves.isEmpty() && again != null) {
            plan.waits(
                    Wait.Rule.PLACEMENT,
                    "zones are uneven; those with few have no room",
                    List.of(),
                    again);
        } else if (moves.isEmpty()) {
            tasks.stream()
                    .filter(each -> Victims.isProtected(each, view.now()))
                    .forEach(each -> plan.wakeAt(each.membership().protectedUntil()));
            halt(
                    Wait.Rule.TASK_PROTECTION,
                    "zones are uneven; the tasks that would move are protected");
        } else if (room <= 0) {
            halt(
                    Wait.Rule.MAXIMUM_PERCENT,
                    "zones are uneven; maximumPercent leaves no room to move tasks");
        } else if (!Fleet.holdsBack(view, plan, primary, moves.size())) {
            if (!view.service().rebalancing()) {
                rebalancing(true);
                plan.event(
                        "is not AZ balanced with "
                                + text(counts)
                                + ". AZ Rebalancing in progress.");
            }
            List<String> round = moves.subList(0, Math.min(room, moves.size()));
            for (String zone : view.zones()) {
                int count = Collections.frequency(round, zone);
                if (count > 0) {
                    plan.start(primary, count, zone);
                }
            }
        }
    }

    /** The zones that are to have a task more, one entry for each. */
    private List<String> moves(int[] now) {
        int[] counts = now.clone();
        int[] movable =
                counts(
                        tasks.stream()
                                .filter(each -> !Victims.isProtected(each, view.now()))
                                .toList());
        List<String> into = new ArrayList<>();
        while (true) {
            int from = -1;
            int to = -1;
            for (int i = 0; i < counts.length; i++) {
                if (movable[i] > 0 && (from < 0 || counts[i] > counts[from])) {
                    from = i;
                }
                if (open(view.zones().get(i)) && (to < 0 || counts[i] < counts[to])) {
                    to = i;
                }
            }
            if (from < 0 || to < 0 || counts[from] - counts[to] <= 1) {
                return into;
            }
            counts[from]--;
            movable[from]--;
            counts[to]++;
            into.add(view.zones().get(to));
        }
    }

    /** Whether a task may be moved into a zone: not when it had no room a moment ago. */
    private boolean open(String zone) {
        Instant from = view.outlook().zonesFrom().get(zone);
        return from == null || !view.now().isBefore(from);
    }

    /** Null: no zone had no room. */
    private @Nullable Instant firstZoneTriedAgain() {
        return view.zones().stream()
                .filter(each -> !open(each))
                .map(view.outlook().zonesFrom()::get)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Stops what is too many, if it may be stopped. */
    private void end(int surplus) {
        List<Member> movable = tasks.stream().filter(each -> zone(each) >= 0).toList();
        List<Member> going = Victims.first(surplus, movable, view.live(), view.now());
        if (going.size() < surplus || spread(counts(remaining(going))) > spread(counts(tasks))) {
            // What would have moved has been protected meanwhile.
            stop();
            return;
        }
        going.forEach(
                each -> plan.stop(each, new Stop(StopCode.SERVICE_SCHEDULER_INITIATED, reason())));
        for (String zone : view.zones()) {
            List<String> ids =
                    going.stream()
                            .filter(each -> view.zones().get(zone(each)).equals(zone))
                            .map(Member::id)
                            .toList();
            if (!ids.isEmpty()) {
                plan.event(stoppedIn(zone, ids));
            }
        }
    }

    /** Whether a move is under way or not, this is as far as it goes. */
    private void halt(Wait.Rule rule, String why) {
        if (view.service().rebalancing()) {
            stop();
        } else {
            plan.waits(rule, why, List.of(), null);
        }
    }

    private void stop() {
        rebalancing(false);
        plan.event(STOPPED);
    }

    /** When it ends, so does what may have kept it from going on. */
    private void rebalancing(boolean next) {
        Service.Copy changed = plan.service().copy().rebalancing(next);
        plan.service(next ? changed.build() : changed.problem(null, null).build());
    }

    /** How many of {@code members} there are in each zone. */
    private int[] counts(List<Member> members) {
        int[] counts = new int[view.zones().size()];
        for (Member each : members) {
            int zone = zone(each);
            if (zone >= 0) {
                counts[zone]++;
            }
        }
        return counts;
    }

    /** Below 0 for a task in a zone where none would be started now. */
    private int zone(Member member) {
        String zone = member.task().origin().availabilityZone();
        return zone == null ? -1 : view.zones().indexOf(zone);
    }

    private List<Member> remaining(List<Member> going) {
        return tasks.stream().filter(each -> !going.contains(each)).toList();
    }

    private static int spread(int[] counts) {
        IntSummaryStatistics all = Arrays.stream(counts).summaryStatistics();
        return all.getMax() - all.getMin();
    }

    private String text(int[] counts) {
        return IntStream.range(0, counts.length)
                .mapToObj(i -> counts[i] + " tasks in " + view.zones().get(i))
                .collect(Collectors.joining(", "));
    }

    private String reason() {
        return "Availability-zone rebalancing initiated by (deployment " + primary.id() + ")";
    }

    // [?] The wording of these three is AWS's, their punctuation a guess.

    private static final String STOPPED = "stopped AZ Rebalancing.";

    static String startedIn(String zone, List<String> taskIds) {
        return "has started %d tasks in %s to AZ Rebalance: %s."
                .formatted(taskIds.size(), zone, Plan.named(taskIds));
    }

    private static String stoppedIn(String zone, List<String> taskIds) {
        return "has stopped %d running tasks in %s due to AZ rebalancing: %s."
                .formatted(taskIds.size(), zone, Plan.named(taskIds));
    }
}
