package dev.dryberth.api.ecs;

import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;

import java.util.ArrayList;
import java.util.List;

/**
 * Which capacity provider each task of one call goes to.
 *
 * <p>A strategy's base comes first: so many tasks go to its provider before weights count. The
 * others are shared out by weight: each goes to the provider whose share is the smallest so far,
 * measured as its tasks beyond the base over its weight, and among equals to the one named first. A
 * weight of 0 gets nothing beyond a base, unless the provider is the only one.
 *
 * <p><b>Example.</b> FARGATE base 1 weight 1, FARGATE_SPOT weight 3, five tasks: FARGATE for the
 * base, FARGATE again (0/1 is as much as SPOT's 0/3, and FARGATE is named first), then SPOT (0/3 is
 * less than 1/1), SPOT, SPOT.
 *
 * <p>Follows CapacityProviderStrategyItem in the ECS API reference.
 */
final class ProviderChoice {

    private ProviderChoice() {}

    /** The provider of each of {@code count} tasks, in the order they are made. */
    static List<String> of(List<CapacityProviderStrategyItem> strategy, int count) {
        List<String> chosen = new ArrayList<>();
        for (CapacityProviderStrategyItem item : strategy) {
            for (int i = 0; i < item.base() && chosen.size() < count; i++) {
                chosen.add(item.capacityProvider());
            }
        }
        int[] given = new int[strategy.size()];
        while (chosen.size() < count) {
            int best = 0;
            for (int i = 1; i < given.length; i++) {
                if (smallerShare(strategy, given, i, best)) {
                    best = i;
                }
            }
            given[best]++;
            chosen.add(strategy.get(best).capacityProvider());
        }
        return List.copyOf(chosen);
    }

    /** Whether {@code i} has had a smaller share than {@code best}. */
    private static boolean smallerShare(
            List<CapacityProviderStrategyItem> strategy, int[] given, int i, int best) {
        long weight = strategy.get(i).weight();
        long other = strategy.get(best).weight();
        return weight > 0 && (other == 0 || given[i] * other < given[best] * weight);
    }
}
