package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * How a deployment moves traffic to a revision that stands beside the one before.
 *
 * @param step the part of the production traffic that moves first (CANARY) or each time (LINEAR),
 *     in thousandths; all of it for BLUE_GREEN
 * @param stepBake the wait after each step but the last
 * @param bake the wait after the last one, while the revision before still runs; null: none was
 *     asked for
 * @param codeDeploy what is different because AWS CodeDeploy asked for it; null: ECS deploys
 */
public record Shift(
        Strategy strategy,
        int step,
        Duration stepBake,
        @Nullable Duration bake,
        List<Hook> hooks,
        @Nullable CodeDeployRules codeDeploy) {

    /** One of ECS's own. */
    public Shift(
            Strategy strategy,
            int step,
            Duration stepBake,
            @Nullable Duration bake,
            List<Hook> hooks) {
        this(strategy, step, stepBake, bake, hooks, null);
    }

    /** All of the traffic. */
    public static final int ALL = 1000;

    /** The strategies but for ROLLING, in which no traffic is moved. */
    public enum Strategy {
        BLUE_GREEN,
        LINEAR,
        CANARY
    }

    /** The new revision's part of the production traffic after so many steps, in thousandths. */
    public int after(int steps) {
        return switch (strategy) {
            case BLUE_GREEN -> ALL;
            case CANARY -> steps <= 1 ? step : ALL;
            case LINEAR -> Math.min(ALL, steps * step);
        };
    }

    /** The same without a wait at its end. */
    public Shift withoutBake() {
        return new Shift(strategy, step, stepBake, null, hooks, codeDeploy);
    }
}
