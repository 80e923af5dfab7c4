package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;

/**
 * What a deployment has of its own when somebody other than ECS decides what is deployed.
 *
 * @param scale how much of the service's desired count it is to have, in per cent, from 0 to 100
 * @param draining whether it was deleted and waits for its last task to go
 * @param externalId what its maker calls it; null: nothing
 * @param startedBy which controller made it; null: a caller of CreateTaskSet
 * @param steady whether it has as many tasks as it is to have, all of them healthy
 * @param steadyAt since when that is so, or is not
 */
public record TaskSet(
        double scale,
        boolean draining,
        @Nullable String externalId,
        @Nullable String startedBy,
        boolean steady,
        Instant steadyAt,
        List<Tag> tags) {

    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    /** One that nobody has looked at yet. */
    public static TaskSet fresh(
            double scale, @Nullable String externalId, List<Tag> tags, Instant now) {
        return new TaskSet(scale, false, externalId, null, false, now, tags);
    }

    /** The replacement that a deployment of CodeDeploy makes. */
    public static TaskSet ofCodeDeploy(String deploymentId, Instant now) {
        return new TaskSet(
                ALL.doubleValue(), false, deploymentId, "CODE_DEPLOY", false, now, List.of());
    }

    /** How many tasks it is to have, rounded up. */
    public int wanted(int desiredCount) {
        return BigDecimal.valueOf(scale)
                .multiply(BigDecimal.valueOf(desiredCount))
                .divide(ALL, 0, RoundingMode.CEILING)
                .intValueExact();
    }

    public TaskSet scaled(double next) {
        return new TaskSet(next, draining, externalId, startedBy, steady, steadyAt, tags);
    }

    /** It is deleted: it has no tasks any more as soon as they have stopped. */
    public TaskSet drained() {
        return new TaskSet(0, true, externalId, startedBy, steady, steadyAt, tags);
    }

    /** Whether it is steady, from now on. */
    public TaskSet steady(boolean next, Instant now) {
        return next == steady
                ? this
                : new TaskSet(scale, draining, externalId, startedBy, next, now, tags);
    }

    public TaskSet withTags(List<Tag> next) {
        return new TaskSet(scale, draining, externalId, startedBy, steady, steadyAt, next);
    }
}
