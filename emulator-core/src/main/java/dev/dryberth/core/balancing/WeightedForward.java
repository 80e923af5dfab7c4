package dev.dryberth.core.balancing;

import dev.dryberth.core.balancing.RouteTable.WeightedTargetGroup;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Chooses a target group in exact proportion to the weights: weight over the sum of all weights,
 * and a group of weight 0 never. Immutable; any thread.
 *
 * <p>Smooth weighted round robin. Each group has a score, at first 0. At each turn every group
 * gains its weight, the highest score (the earlier group, if two are equal) is chosen and loses the
 * sum of all weights. After as many turns as the sum says all scores are 0 again, each group has
 * been chosen as often as it weighs, and a light group's turns are spread out instead of coming in
 * a row. Weights 5, 1, 1:
 *
 * <pre>
 * turn   scores gained   chosen   scores after
 *  0       5  1  1         a       -2  1  1
 *  1       3  2  2         a       -4  2  2
 *  2       1  3  3         b        1 -4  3
 *  3       6 -3  4         a       -1 -3  4
 *  4       4 -2  5         c        4 -2 -2
 *  5       9 -1 -1         a        2 -1 -1
 *  6       7  0  0         a        0  0  0
 * </pre>
 *
 * <p>The sequence a a b a c a a depends on nothing but the weights, so it is worked out once (over
 * the weights divided by their greatest common divisor, at most 5 × 999 turns) and the caller hands
 * in the number of the turn; several network threads share one counter and the proportion stays
 * exact over all of them. Deviation: AWS does not say how it chooses, only in which proportion.
 */
public final class WeightedForward {

    private final List<WeightedTargetGroup> groups;
    private final int[] sequence;

    private WeightedForward(List<WeightedTargetGroup> groups, int[] sequence) {
        this.groups = groups;
        this.sequence = sequence;
    }

    public static WeightedForward of(List<WeightedTargetGroup> groups) {
        return new WeightedForward(groups, sequence(groups));
    }

    private static int[] sequence(List<WeightedTargetGroup> groups) {
        int divisor = 0;
        int sum = 0;
        for (WeightedTargetGroup each : groups) {
            divisor = greatestCommonDivisor(divisor, each.weight());
            sum += each.weight();
        }
        if (sum == 0) {
            return new int[0];
        }
        int[] sequence = new int[sum / divisor];
        int[] scores = new int[groups.size()];
        for (int turn = 0; turn < sequence.length; turn++) {
            int best = -1;
            for (int i = 0; i < scores.length; i++) {
                scores[i] += groups.get(i).weight();
                if (groups.get(i).weight() > 0 && (best < 0 || scores[i] > scores[best])) {
                    best = i;
                }
            }
            scores[best] -= sum;
            sequence[turn] = best;
        }
        return sequence;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    /** The group whose turn it is; null when every weight is 0, which a client sees as 503. */
    public @Nullable String choose(long turn) {
        return sequence.length == 0
                ? null
                : groups.get(sequence[(int) Math.floorMod(turn, (long) sequence.length)])
                        .targetGroupArn();
    }

    /** Whether requests need turns counted at all. */
    public boolean isSingle() {
        return sequence.length == 1;
    }

    /** Whether the group is one of the choice, whatever its weight: a cookie may name it. */
    public boolean has(String targetGroupArn) {
        for (WeightedTargetGroup each : groups) {
            if (each.targetGroupArn().equals(targetGroupArn)) {
                return true;
            }
        }
        return false;
    }
}
