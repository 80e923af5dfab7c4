package dev.dryberth.core.balancing;

import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetState;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Chooses the target of one request within a group. Made once per published group; immutable; any
 * thread. Follows "Target groups for your Application Load Balancers": routing algorithms, slow
 * start mode and target group health.
 *
 * <p>Candidates are the healthy targets (and those whose checks are off). When fewer are healthy
 * than {@code target_group_health.unhealthy_state_routing.*} asks for, by default fewer than one,
 * the group fails open: every registered target is a candidate, whatever its health. A draining or
 * unused target never is.
 *
 * <p>Among candidates {@code round_robin} takes turns; {@code least_outstanding_requests} takes the
 * one with the fewest requests in flight, beginning to look at the turn's place so that equals
 * share; {@code weighted_random} draws, all weights being equal as long as anomaly mitigation is
 * off.
 *
 * <p>Slow start: a target that became healthy less than the duration ago takes its turn only with
 * the probability age / duration, at least {@link #SMALLEST_SHARE}; else the turn passes to the
 * next candidate. If every candidate is that young none is held back. Example: of a (old) and b (10
 * s of 40 s, so a quarter), b keeps one of four of its turns and a gets the others: 1/8 of all
 * requests instead of 1/2. Deviation: AWS says "linearly", not how.
 */
public final class TargetSelector {

    /** So that a target which is just healthy gets something at all. */
    static final double SMALLEST_SHARE = 0.05;

    private static final String HEALTHY_ROUTING =
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.";

    /** Attribute {@code load_balancing.algorithm.type}. */
    private enum Algorithm {
        ROUND_ROBIN,
        LEAST_OUTSTANDING_REQUESTS,
        WEIGHTED_RANDOM
    }

    private final Algorithm algorithm;
    private final List<Target> candidates;
    private final boolean registered;
    private final Duration slowStart;
    private final @Nullable Instant youngSince;

    private TargetSelector(TargetGroup group, Duration slowStart) {
        algorithm =
                switch (group.attributes()
                        .getOrDefault("load_balancing.algorithm.type", "round_robin")) {
                    case "least_outstanding_requests" -> Algorithm.LEAST_OUTSTANDING_REQUESTS;
                    case "weighted_random" -> Algorithm.WEIGHTED_RANDOM;
                    default -> Algorithm.ROUND_ROBIN;
                };
        List<Target> usable = new ArrayList<>();
        List<Target> healthy = new ArrayList<>();
        for (Target each : group.targets()) {
            if (isUsable(each.state())) {
                usable.add(each);
            }
            if (isHealthy(each.state())) {
                healthy.add(each);
            }
        }
        registered = !usable.isEmpty();
        candidates = isEnough(group, healthy.size(), usable.size()) ? healthy : usable;
        this.slowStart = slowStart;
        youngSince = slowStart.isZero() ? null : latestHealthy(candidates);
    }

    /**
     * Prepares the choice.
     *
     * @param slowStart how long it lasts on this machine's clock; zero: none
     */
    public static TargetSelector of(TargetGroup group, Duration slowStart) {
        return new TargetSelector(group, slowStart);
    }

    static boolean isHealthy(TargetState state) {
        return switch (state) {
            case HEALTHY, UNAVAILABLE -> true;
            case INITIAL, UNHEALTHY, UNUSED, DRAINING -> false;
        };
    }

    static boolean isUsable(TargetState state) {
        return switch (state) {
            case HEALTHY, UNAVAILABLE, INITIAL, UNHEALTHY -> true;
            case UNUSED, DRAINING -> false;
        };
    }

    private static boolean isEnough(TargetGroup group, int healthy, int usable) {
        int count = number(group.attributes().get(HEALTHY_ROUTING + "count"), 1);
        int percentage = number(group.attributes().get(HEALTHY_ROUTING + "percentage"), 0);
        return healthy >= Math.max(1, count) && 100L * healthy >= (long) percentage * usable;
    }

    private static int number(@Nullable String text, int otherwise) {
        return text == null || text.isEmpty() || !Character.isDigit(text.charAt(0))
                ? otherwise
                : Integer.parseInt(text);
    }

    /** When the youngest candidate became healthy; null if none ever did. */
    private static @Nullable Instant latestHealthy(List<Target> targets) {
        Instant latest = null;
        for (Target each : targets) {
            Instant since = each.healthySince();
            if (since != null && (latest == null || since.isAfter(latest))) {
                latest = since;
            }
        }
        return latest;
    }

    /** Whether any target is registered and in use; without one a client sees 503. */
    public boolean hasTargets() {
        return registered;
    }

    /** Whether {@link #choose} needs the time: only while somebody starts slowly. */
    public boolean needsTime() {
        return youngSince != null;
    }

    /** In the order they are chosen from. */
    public List<Target> candidates() {
        return candidates;
    }

    /**
     * The target, or null if there is none to choose from.
     *
     * @param turn one more for each request to the group
     * @param random at least 0 and below 1, another one for each request
     * @param now looked at only if {@link #needsTime}
     * @param outstanding how many requests a target has in flight
     */
    public @Nullable Target choose(
            long turn, double random, Instant now, ToIntFunction<Target> outstanding) {
        if (candidates.isEmpty()) {
            return null;
        }
        return switch (algorithm) {
            case ROUND_ROBIN -> inTurn(turn, random, now);
            case LEAST_OUTSTANDING_REQUESTS -> leastBusy(turn, outstanding);
            case WEIGHTED_RANDOM -> candidates.get((int) (random * candidates.size()));
        };
    }

    private Target inTurn(long turn, double random, Instant now) {
        int first = place(turn);
        Instant youngest = youngSince;
        if (youngest == null || !youngest.plus(slowStart).isAfter(now)) {
            return candidates.get(first);
        }
        for (int i = 0; i < candidates.size(); i++) {
            Target each = candidates.get((first + i) % candidates.size());
            if (random < share(each, now)) {
                return each;
            }
        }
        return candidates.get(first);
    }

    /** Which part of its turns a target keeps. */
    private double share(Target target, Instant now) {
        Instant since = target.healthySince();
        if (since == null) {
            return 1;
        }
        double part = (double) Duration.between(since, now).toNanos() / slowStart.toNanos();
        return Math.max(SMALLEST_SHARE, part);
    }

    private Target leastBusy(long turn, ToIntFunction<Target> outstanding) {
        int first = place(turn);
        Target best = candidates.get(first);
        int fewest = outstanding.applyAsInt(best);
        for (int i = 1; i < candidates.size() && fewest > 0; i++) {
            Target each = candidates.get((first + i) % candidates.size());
            int busy = outstanding.applyAsInt(each);
            if (busy < fewest) {
                best = each;
                fewest = busy;
            }
        }
        return best;
    }

    private int place(long turn) {
        return (int) Math.floorMod(turn, (long) candidates.size());
    }
}
