package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TargetReason;
import dev.dryberth.core.model.TargetState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

final class TargetHealthTest {

    private static final TargetGroup.HealthCheck CHECK =
            Samples.group("blue", TargetType.IP).healthCheck();
    private static final Duration DELAY = Duration.ofMinutes(5);

    private static Target in(TargetState state) {
        Target registered = Samples.target("blue", "10.0.0.1", 80);
        Target initial = TargetHealth.used(registered, true, true);
        return switch (state) {
            case UNUSED -> registered;
            case UNAVAILABLE -> TargetHealth.used(registered, true, false);
            case INITIAL -> initial;
            case HEALTHY -> probed(initial, new ProbeResult.Passed());
            case UNHEALTHY ->
                    probed(probed(initial, new ProbeResult.TimedOut()), new ProbeResult.Failed());
            case DRAINING -> draining(initial);
        };
    }

    private static Target draining(Target target) {
        return Objects.requireNonNull(TargetHealth.deregistered(target, DELAY, Samples.NOW));
    }

    private static Target probed(Target target, ProbeResult result) {
        return TargetHealth.probed(target, CHECK, result, Samples.NOW);
    }

    /** Every state against every event; with thresholds of 3 and 2 and no checks before. */
    @ParameterizedTest
    @CsvSource({
        // state,     passed,      failed,      used,        unchecked,   not used, deregistered
        "UNUSED,      UNUSED,      UNUSED,      INITIAL,     UNAVAILABLE, UNUSED,   gone",
        "UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, INITIAL,     UNAVAILABLE, UNUSED,   gone",
        "INITIAL,     HEALTHY,     INITIAL,     INITIAL,     UNAVAILABLE, UNUSED,   DRAINING",
        "HEALTHY,     HEALTHY,     HEALTHY,     HEALTHY,     UNAVAILABLE, UNUSED,   DRAINING",
        "UNHEALTHY,   UNHEALTHY,   UNHEALTHY,   UNHEALTHY,   UNAVAILABLE, UNUSED,   DRAINING",
        "DRAINING,    DRAINING,    DRAINING,    DRAINING,    DRAINING,    DRAINING, DRAINING"
    })
    void goesWhereTheTableSays(
            TargetState state,
            TargetState passed,
            TargetState failed,
            TargetState used,
            TargetState unchecked,
            TargetState unused,
            String deregistered) {
        Target target = in(state);

        assertThat(target.state()).isEqualTo(state);
        assertThat(probed(target, new ProbeResult.Passed()).state()).isEqualTo(passed);
        assertThat(probed(target, new ProbeResult.Failed()).state()).isEqualTo(failed);
        assertThat(TargetHealth.used(target, true, true).state()).isEqualTo(used);
        assertThat(TargetHealth.used(target, true, false).state()).isEqualTo(unchecked);
        assertThat(TargetHealth.used(target, false, true).state()).isEqualTo(unused);
        Target left = TargetHealth.deregistered(target, DELAY, Samples.NOW);
        assertThat(left == null ? "gone" : left.state().name()).isEqualTo(deregistered);
    }

    @ParameterizedTest
    @CsvSource({
        "P,        HEALTHY",
        "F P,      INITIAL HEALTHY",
        "F F,      INITIAL UNHEALTHY",
        "P F P F F P P P,"
                + " HEALTHY HEALTHY HEALTHY HEALTHY UNHEALTHY UNHEALTHY UNHEALTHY HEALTHY",
        "F F P P F P P P,"
                + " INITIAL UNHEALTHY UNHEALTHY UNHEALTHY UNHEALTHY UNHEALTHY UNHEALTHY HEALTHY",
        "F P F F,  INITIAL HEALTHY HEALTHY UNHEALTHY"
    })
    void countsChecksInARow(String checks, String states) {
        Target target = in(TargetState.INITIAL);
        List<String> seen = new ArrayList<>();
        for (String check : checks.trim().split(" ", -1)) {
            target =
                    probed(
                            target,
                            check.equals("P")
                                    ? new ProbeResult.Passed()
                                    : new ProbeResult.Failed());
            seen.add(target.state().name());
        }
        assertThat(String.join(" ", seen)).isEqualTo(states.trim());
    }

    @Test
    void saysWhyItIsUnhealthy() {
        for (ProbeResult failure :
                List.of(
                        new ProbeResult.WrongCode("404"),
                        new ProbeResult.TimedOut(),
                        new ProbeResult.Failed(),
                        new ProbeResult.NotMade("no way"))) {
            Target target = probed(probed(in(TargetState.INITIAL), failure), failure);
            String expected =
                    switch (failure) {
                        case ProbeResult.WrongCode wrong ->
                                "Target.ResponseCodeMismatch: Health checks failed with these"
                                        + " codes: [404]";
                        case ProbeResult.TimedOut() -> "Target.Timeout: Request timed out";
                        case ProbeResult.Failed() ->
                                "Target.FailedHealthChecks: Health checks failed";
                        case ProbeResult.NotMade not ->
                                "Elb.InternalError: Health checks failed due to an internal error:"
                                        + " no way";
                        case ProbeResult.Passed() -> throw new AssertionError();
                    };
            assertThat(why(target)).isEqualTo(expected);
        }
        assertThat(why(in(TargetState.INITIAL)))
                .isEqualTo("Elb.RegistrationInProgress: Target registration is in progress");
        assertThat(why(probed(in(TargetState.INITIAL), new ProbeResult.Failed())))
                .isEqualTo("Elb.InitialHealthChecking: Initial health checks in progress");
        assertThat(TargetHealth.description(in(TargetState.HEALTHY))).isNull();
    }

    private static String why(Target target) {
        TargetReason reason = target.reason();
        return (reason == null ? "" : reason.code()) + ": " + TargetHealth.description(target);
    }

    /** The last failure's reason is shown, and successes that are not enough do not change it. */
    @Test
    void keepsTheReasonWhileItRecovers() {
        Target unhealthy = probed(in(TargetState.UNHEALTHY), new ProbeResult.WrongCode("503"));

        assertThat(why(probed(unhealthy, new ProbeResult.Passed()))).contains("[503]");
    }

    @Test
    void remembersWhenItFirstBecameHealthy() {
        Target healthy = in(TargetState.HEALTHY);
        Target again = healthy;
        for (int i = 0; i < 5; i++) {
            ProbeResult result = i < 2 ? new ProbeResult.Failed() : new ProbeResult.Passed();
            again =
                    TargetHealth.probed(
                            again, CHECK, result, Samples.NOW.plusSeconds(60L * (i + 1)));
        }
        assertThat(again.state()).isEqualTo(TargetState.HEALTHY);
        assertThat(again.healthySince()).isEqualTo(Samples.NOW);
    }

    @Test
    void drainsForTheDelayAndNotAtAllWithoutOne() {
        Target healthy = in(TargetState.HEALTHY);

        Target draining = draining(healthy);

        assertThat(draining.drainUntil()).isEqualTo(Samples.NOW.plus(DELAY));
        assertThat(draining.drainingSince()).isEqualTo(Samples.NOW);
        assertThat(why(draining))
                .isEqualTo("Target.DeregistrationInProgress: Target deregistration is in progress");
        assertThat(TargetHealth.deregistered(healthy, Duration.ZERO, Samples.NOW)).isNull();
    }

    @ParameterizedTest
    @EnumSource(TargetState.class)
    void aSecondLookChangesNothing(TargetState state) {
        Target once = TargetHealth.used(in(state), true, true);
        assertThat(TargetHealth.used(once, true, true)).isSameAs(once);
    }
}
