package dev.dryberth.core.placement;

import dev.dryberth.core.model.ProviderShare;
import dev.dryberth.core.model.Task;

import java.util.Collection;
import java.util.List;

/**
 * Which capacity provider the next task goes to.
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
public final class ProviderChoice {

    private ProviderChoice() {}

    /**
     * The provider of the next task.
     *
     * @param strategy at least one share
     * @param siblings the tasks that share the strategy with it and are there already
     */
    public static String next(List<ProviderShare> strategy, Collection<Task> siblings) {
        int[] given = new int[strategy.size()];
        for (int i = 0; i < given.length; i++) {
            String provider = strategy.get(i).provider();
            for (Task task : siblings) {
                if (provider.equals(task.origin().capacityProvider())) {
                    given[i]++;
                }
            }
        }
        for (int i = 0; i < given.length; i++) {
            if (given[i] < strategy.get(i).base()) {
                return strategy.get(i).provider();
            }
        }
        int best = 0;
        for (int i = 1; i < given.length; i++) {
            if (smallerShare(strategy, given, i, best)) {
                best = i;
            }
        }
        return strategy.get(best).provider();
    }

    /** Whether {@code i} has had a smaller share than {@code best}. */
    private static boolean smallerShare(
            List<ProviderShare> strategy, int[] given, int i, int best) {
        long weight = strategy.get(i).weight();
        long other = strategy.get(best).weight();
        long share = (long) given[i] - strategy.get(i).base();
        long otherShare = (long) given[best] - strategy.get(best).base();
        return weight > 0 && (other == 0 || share * other < otherShare * weight);
    }
}
