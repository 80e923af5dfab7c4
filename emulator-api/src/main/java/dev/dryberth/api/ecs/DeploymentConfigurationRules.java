package dev.dryberth.api.ecs;

import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Shift;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.DeploymentAlarms;
import software.amazon.awssdk.services.ecs.model.DeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.ThresholdConfiguration;

import java.time.Duration;
import java.util.List;

/**
 * A service's deploymentConfiguration: checked, reduced to what its deployments are decided on, and
 * as it is shown.
 */
final class DeploymentConfigurationRules {

    private static final int MAX_PERCENT = 10_000;
    private static final int MAX_BAKE_MINUTES = 1440;
    private static final int MAX_THRESHOLD_PERCENT = 100;
    private static final int MAX_THRESHOLD_COUNT = 10_000;

    private DeploymentConfigurationRules() {}

    /**
     * A configuration that holds.
     *
     * @param echo complete but for the bake time, which only {@link #shown} fills in: none asked
     *     for and one of 0 minutes are not the same
     */
    record Checked(RolloutRules rules, DeploymentConfiguration echo) {}

    static Checked check(@Nullable DeploymentConfiguration given, boolean daemon) {
        DeploymentConfiguration asked =
                given == null ? DeploymentConfiguration.builder().build() : given;
        Shift shift = ShiftRules.check(asked, daemon);
        RolloutRules usual = daemon ? RolloutRules.DAEMON : RolloutRules.REPLICA;
        int least =
                percent(
                        "minimumHealthyPercent",
                        asked.minimumHealthyPercent(),
                        usual.minimumHealthyPercent(),
                        0,
                        100);
        int most =
                percent(
                        "maximumPercent",
                        asked.maximumPercent(),
                        usual.maximumPercent(),
                        100,
                        MAX_PERCENT);
        if (least == 100 && most == 100) {
            throw EcsErrors.invalidParameter(
                    "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block"
                            + " deployments.");
        }
        Integer bake = asked.bakeTimeInMinutes();
        if (bake != null && (bake < 0 || bake > MAX_BAKE_MINUTES)) {
            throw EcsErrors.outOfRange("bakeTimeInMinutes", 0, MAX_BAKE_MINUTES);
        }
        DeploymentCircuitBreaker breaker = asked.deploymentCircuitBreaker();
        RolloutRules rules =
                new RolloutRules(
                        least,
                        most,
                        breaker(breaker),
                        alarms(asked.alarms()),
                        bake == null ? null : Duration.ofMinutes(bake),
                        shift);
        DeploymentConfiguration.Builder echo =
                ShiftRules.completed(asked.toBuilder(), shift)
                        .minimumHealthyPercent(least)
                        .maximumPercent(most);
        if (breaker == null) {
            echo.deploymentCircuitBreaker(off -> off.enable(false).rollback(false));
        }
        return new Checked(rules, echo.build());
    }

    /** A configuration as AWS shows it. */
    static DeploymentConfiguration shown(DeploymentConfiguration kept) {
        return kept.bakeTimeInMinutes() == null
                ? kept.toBuilder().bakeTimeInMinutes(0).build() // [?]
                : kept;
    }

    /** What an update makes of a configuration: members that it does not name stay. [?] */
    static DeploymentConfiguration merged(
            DeploymentConfiguration present, @Nullable DeploymentConfiguration given) {
        if (given == null) {
            return present;
        }
        DeploymentConfiguration.Builder merged = present.toBuilder();
        if (given.strategyAsString() != null) {
            // What belongs to another strategy does not stay.
            merged.strategy(given.strategyAsString())
                    .linearConfiguration(given.linearConfiguration())
                    .canaryConfiguration(given.canaryConfiguration());
            if (given.strategy() == DeploymentStrategy.ROLLING) {
                merged.lifecycleHooks(List.of());
            }
        }
        if (given.minimumHealthyPercent() != null) {
            merged.minimumHealthyPercent(given.minimumHealthyPercent());
        }
        if (given.maximumPercent() != null) {
            merged.maximumPercent(given.maximumPercent());
        }
        if (given.deploymentCircuitBreaker() != null) {
            merged.deploymentCircuitBreaker(given.deploymentCircuitBreaker());
        }
        if (given.alarms() != null) {
            merged.alarms(given.alarms());
        }
        if (given.bakeTimeInMinutes() != null) {
            merged.bakeTimeInMinutes(given.bakeTimeInMinutes());
        }
        if (given.hasLifecycleHooks()) {
            merged.lifecycleHooks(given.lifecycleHooks());
        }
        if (given.linearConfiguration() != null) {
            merged.linearConfiguration(given.linearConfiguration());
        }
        if (given.canaryConfiguration() != null) {
            merged.canaryConfiguration(given.canaryConfiguration());
        }
        return merged.build();
    }

    private static int percent(
            String member, @Nullable Integer given, int usual, int least, int most) {
        if (given == null) {
            return usual;
        }
        if (given < least || given > most) {
            throw EcsErrors.outOfRange(member, least, most);
        }
        return given;
    }

    private static RolloutRules.Breaker breaker(@Nullable DeploymentCircuitBreaker asked) {
        RolloutRules.Breaker off = RolloutRules.Breaker.OFF;
        if (asked == null) {
            return off;
        }
        ThresholdConfiguration threshold = asked.thresholdConfiguration();
        RolloutRules.Threshold type = off.threshold();
        int value = off.value();
        if (threshold != null) {
            type = threshold(threshold);
            int most =
                    type == RolloutRules.Threshold.COUNT
                            ? MAX_THRESHOLD_COUNT
                            : MAX_THRESHOLD_PERCENT;
            if (threshold.value() == null || threshold.value() < 1 || threshold.value() > most) {
                throw EcsErrors.outOfRange("thresholdConfiguration.value", 1, most);
            }
            value = threshold.value();
        }
        return new RolloutRules.Breaker(
                Boolean.TRUE.equals(asked.enable()),
                Boolean.TRUE.equals(asked.rollback()),
                !Boolean.FALSE.equals(asked.resetOnHealthyTask()),
                type,
                value);
    }

    private static RolloutRules.Threshold threshold(ThresholdConfiguration asked) {
        for (RolloutRules.Threshold each : RolloutRules.Threshold.values()) {
            if (each.name().equals(asked.typeAsString())) {
                return each;
            }
        }
        throw EcsErrors.notOneOf(
                "thresholdConfiguration.type",
                List.of("BOUNDED_PERCENT", "UNBOUNDED_PERCENT", "COUNT"));
    }

    private static RolloutRules.Alarms alarms(@Nullable DeploymentAlarms asked) {
        if (asked == null) {
            return RolloutRules.Alarms.OFF;
        }
        if (asked.enable() == null || asked.rollback() == null || !asked.hasAlarmNames()) {
            throw EcsErrors.invalidParameter(
                    "alarms must have alarmNames, enable and rollback."); // [?]
        }
        if (asked.enable() && asked.alarmNames().isEmpty()) {
            throw EcsErrors.invalidParameter("alarmNames cannot be empty."); // [?]
        }
        return new RolloutRules.Alarms(
                asked.enable(), asked.rollback(), List.copyOf(asked.alarmNames()));
    }
}
