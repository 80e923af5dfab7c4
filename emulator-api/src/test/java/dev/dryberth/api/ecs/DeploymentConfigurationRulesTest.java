package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.RolloutRules;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

class DeploymentConfigurationRulesTest {

    private static RolloutRules check(Consumer<DeploymentConfiguration.Builder> changes) {
        DeploymentConfiguration.Builder asked = DeploymentConfiguration.builder();
        changes.accept(asked);
        return DeploymentConfigurationRules.check(asked.build(), false).rules();
    }

    private static void refused(Consumer<DeploymentConfiguration.Builder> changes, String message) {
        assertThatThrownBy(() -> check(changes))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsWhatDecisionsAreMadeOn() {
        RolloutRules rules =
                check(asked ->
                        asked.minimumHealthyPercent(50)
                                .maximumPercent(125)
                                .bakeTimeInMinutes(5)
                                .deploymentCircuitBreaker(breaker ->
                                        breaker.enable(true)
                                                .rollback(true)
                                                .resetOnHealthyTask(false)
                                                .thresholdConfiguration(
                                                        t -> t.type("COUNT").value(7)))
                                .alarms(alarms ->
                                        alarms.enable(true).rollback(false).alarmNames("cpu")));
        assertThat(rules)
                .isEqualTo(
                        new RolloutRules(
                                50,
                                125,
                                new RolloutRules.Breaker(
                                        true, true, false, RolloutRules.Threshold.COUNT, 7),
                                new RolloutRules.Alarms(true, false, List.of("cpu")),
                                Duration.ofMinutes(5)));
        assertThat(check(asked -> {})).isEqualTo(RolloutRules.REPLICA);
        assertThat(DeploymentConfigurationRules.check(null, true).rules())
                .isEqualTo(RolloutRules.DAEMON);
    }

    @Test
    void refusesWhatWouldBlockOrMeanNothing() {
        refused(asked -> asked.maximumPercent(100), "cannot be 100 as this will block");
        refused(asked -> asked.maximumPercent(99), "maximumPercent must be between 100 and");
        refused(asked -> asked.minimumHealthyPercent(101), "must be between 0 and 100");
        refused(asked -> asked.bakeTimeInMinutes(1441), "bakeTimeInMinutes must be between 0");
        refused(asked -> asked.strategy("MAGIC"), "strategy should be one of");
        refused(asked -> asked.linearConfiguration(l -> l.stepPercent(10.0)), "LINEAR");
        refused(asked -> asked.canaryConfiguration(c -> c.canaryPercent(10.0)), "CANARY");
        refused(asked -> asked.alarms(a -> a.enable(true).alarmNames("cpu")), "alarms must have");
        refused(
                asked -> asked.alarms(a -> a.enable(true).rollback(true).alarmNames(List.of())),
                "alarmNames cannot be empty");
        refused(
                asked ->
                        asked.deploymentCircuitBreaker(
                                b -> b.thresholdConfiguration(t -> t.type("X").value(1))),
                "thresholdConfiguration.type should be one of");
        refused(
                asked ->
                        asked.deploymentCircuitBreaker(b ->
                                b.thresholdConfiguration(
                                        t -> t.type("BOUNDED_PERCENT").value(101))),
                "thresholdConfiguration.value must be between 1 and 100");
    }
}
