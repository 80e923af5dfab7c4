package dev.dryberth.core.balancing;

import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetReason;
import dev.dryberth.core.model.TargetState;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * The life of a target, as a pure function of its row and what happened to it.
 *
 * <p>A target of a group nobody forwards to is unused, one of a group without checks unavailable;
 * neither is checked. All others begin as initial. From there one success makes a target healthy
 * (not as many as the healthy threshold: AWS wants a new target to work soon), and as many failures
 * in a row as the unhealthy threshold make it unhealthy. Between healthy and unhealthy both
 * thresholds count. A deregistered target drains until its delay is over or nothing is in flight.
 *
 * <pre>
 * from \ event  passed       failed                used again   not used  deregistered
 * UNUSED        -            -                     INITIAL      -         gone
 * UNAVAILABLE   -            -                     INITIAL (1)  UNUSED    gone
 * INITIAL       HEALTHY      INITIAL or UNHEALTHY  -            UNUSED    DRAINING
 * HEALTHY       -            HEALTHY or UNHEALTHY  -            UNUSED    DRAINING
 * UNHEALTHY     UNHEALTHY or HEALTHY  -            -            UNUSED    DRAINING
 * DRAINING      -            -                     -            -         -
 * </pre>
 *
 * (1) when its group is checked from now on; and any used one becomes UNAVAILABLE when checks are
 * turned off. With thresholds of 3 and 2, the checks {@code pass fail pass fail fail pass pass
 * pass} take a new target to HEALTHY, keep it through the first failure, make it UNHEALTHY with the
 * third failure and HEALTHY with the last success.
 *
 * <p>See <a
 * href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html">
 * AWS's page</a>. Deviation: one prober stands for the nodes of all zones.
 */
public final class TargetHealth {

    private TargetHealth() {}

    /** A target just registered, before it is known whether its group is used. */
    public static Target registered(
            Target.Key key, @Nullable String availabilityZone, Instant now) {
        return new Target(
                key.group(),
                key.id(),
                key.port(),
                availabilityZone,
                TargetState.UNUSED,
                TargetReason.NOT_IN_USE,
                null,
                0,
                0,
                now,
                null,
                null,
                null);
    }

    /** The target now that its group is, or is not, forwarded to and checked. */
    public static Target used(Target target, boolean inUse, boolean checked) {
        if (target.draining()) {
            return target;
        }
        if (!inUse) {
            return restarted(target, TargetState.UNUSED, TargetReason.NOT_IN_USE);
        }
        if (!checked) {
            return restarted(target, TargetState.UNAVAILABLE, TargetReason.HEALTH_CHECK_DISABLED);
        }
        return switch (target.state()) {
            case UNUSED, UNAVAILABLE ->
                    restarted(target, TargetState.INITIAL, TargetReason.REGISTRATION_IN_PROGRESS);
            case INITIAL, HEALTHY, UNHEALTHY, DRAINING -> target;
        };
    }

    private static Target restarted(Target target, TargetState state, TargetReason reason) {
        return target.state() == state
                ? target
                : new Target(
                        target.group(),
                        target.id(),
                        target.port(),
                        target.availabilityZone(),
                        state,
                        reason,
                        null,
                        0,
                        0,
                        target.registeredAt(),
                        null,
                        null,
                        null);
    }

    /** The target after a check. */
    public static Target probed(
            Target target, TargetGroup.HealthCheck check, ProbeResult result, Instant now) {
        return switch (target.state()) {
            case UNUSED, UNAVAILABLE, DRAINING -> target;
            case INITIAL, HEALTHY, UNHEALTHY ->
                    result instanceof ProbeResult.Passed
                            ? passed(target, check.healthyThreshold(), now)
                            : failed(target, check.unhealthyThreshold(), result);
        };
    }

    private static Target passed(Target target, int threshold, Instant now) {
        if (target.state() == TargetState.HEALTHY && target.failures() == 0) {
            return target;
        }
        int successes = target.successes() + 1;
        if (target.state() == TargetState.UNHEALTHY && successes < threshold) {
            return checked(
                    target,
                    TargetState.UNHEALTHY,
                    target.reason(),
                    target.detail(),
                    successes,
                    0,
                    target.healthySince());
        }
        Instant since = target.healthySince() == null ? now : target.healthySince();
        return checked(target, TargetState.HEALTHY, null, null, 0, 0, since);
    }

    private static Target failed(Target target, int threshold, ProbeResult result) {
        int failures = target.failures() + 1;
        if (target.state() == TargetState.UNHEALTHY || failures >= threshold) {
            return checked(
                    target,
                    TargetState.UNHEALTHY,
                    reason(result),
                    detail(result),
                    0,
                    0,
                    target.healthySince());
        }
        return checked(
                target,
                target.state(),
                target.state() == TargetState.INITIAL
                        ? TargetReason.INITIAL_HEALTH_CHECKING
                        : target.reason(),
                null,
                0,
                failures,
                target.healthySince());
    }

    private static Target checked(
            Target target,
            TargetState state,
            @Nullable TargetReason reason,
            @Nullable String detail,
            int successes,
            int failures,
            @Nullable Instant healthySince) {
        return new Target(
                target.group(),
                target.id(),
                target.port(),
                target.availabilityZone(),
                state,
                reason,
                detail,
                successes,
                failures,
                target.registeredAt(),
                healthySince,
                null,
                null);
    }

    private static TargetReason reason(ProbeResult failure) {
        return switch (failure) {
            case ProbeResult.WrongCode wrong -> TargetReason.RESPONSE_CODE_MISMATCH;
            case ProbeResult.TimedOut() -> TargetReason.TIMEOUT;
            case ProbeResult.Failed() -> TargetReason.FAILED_HEALTH_CHECKS;
            case ProbeResult.NotMade not -> TargetReason.INTERNAL_ERROR;
            case ProbeResult.Passed() -> throw new IllegalArgumentException("no failure");
        };
    }

    private static @Nullable String detail(ProbeResult failure) {
        return switch (failure) {
            case ProbeResult.WrongCode(String code) -> code;
            case ProbeResult.NotMade(String why) -> why;
            case ProbeResult.TimedOut(), ProbeResult.Failed(), ProbeResult.Passed() -> null;
        };
    }

    /**
     * The target after it was deregistered.
     *
     * @param delay how long what is in flight may go on, on this clock
     * @return null: it is gone at once
     */
    public static @Nullable Target deregistered(Target target, Duration delay, Instant now) {
        return switch (target.state()) {
            case UNUSED, UNAVAILABLE -> null;
            case DRAINING -> target;
            case INITIAL, HEALTHY, UNHEALTHY ->
                    delay.isZero()
                            ? null
                            : new Target(
                                    target.group(),
                                    target.id(),
                                    target.port(),
                                    target.availabilityZone(),
                                    TargetState.DRAINING,
                                    TargetReason.DEREGISTRATION_IN_PROGRESS,
                                    null,
                                    0,
                                    0,
                                    target.registeredAt(),
                                    target.healthySince(),
                                    now,
                                    now.plus(delay));
        };
    }

    /** The description DescribeTargetHealth shows; null for a healthy target. */
    public static @Nullable String description(Target target) {
        TargetReason reason = target.reason();
        if (reason == null) {
            return null;
        }
        String detail = target.detail();
        return detail == null ? reason.description() : reason.description().formatted(detail);
    }
}
