package dev.dryberth.core.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.RolloutRules.Threshold;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeployment.Monitoring;
import dev.dryberth.core.model.ServiceDeployment.Status;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.task.Tasks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;

import java.util.List;

class CircuitBreakerTest {

    @ParameterizedTest
    @CsvSource({
        "BOUNDED_PERCENT, 50, 1, 3",
        "BOUNDED_PERCENT, 50, 25, 13",
        "BOUNDED_PERCENT, 50, 400, 200",
        "BOUNDED_PERCENT, 50, 800, 200",
        "UNBOUNDED_PERCENT, 50, 800, 400",
        "UNBOUNDED_PERCENT, 10, 0, 1",
        "COUNT, 7, 800, 7"
    })
    void theThresholdFollowsTheDesiredCount(
            Threshold threshold, int value, int desiredCount, int expected) {
        RolloutRules.Breaker breaker = new RolloutRules.Breaker(true, true, true, threshold, value);

        assertThat(CircuitBreaker.threshold(breaker, desiredCount)).isEqualTo(expected);
    }

    private static ServiceDeployment rollout(Status status) {
        return new ServiceDeployment(
                new ServiceDeploymentArn(Tasks.SCOPE, "default", "web", "a"),
                status,
                null,
                new ServiceRevisionArn(Tasks.SCOPE, "default", "web", "1"),
                List.of(),
                null,
                new ServiceDeployment.Breaker(Monitoring.DISABLED, 0, 3),
                new ServiceDeployment.Alarms(Monitoring.DISABLED, List.of(), List.of()),
                null,
                DeploymentConfiguration.builder().build(),
                Tasks.CREATED,
                null,
                null,
                null,
                Tasks.CREATED);
    }

    @ParameterizedTest
    @EnumSource(Status.class)
    void aRollbackCanBeAskedForUntilTheEnd(Status status) {
        ServiceDeployment rollout = rollout(status);
        if (status.terminal()) {
            assertThatThrownBy(() -> Deployments.rollbackRequested(rollout, Tasks.CREATED))
                    .hasMessageContaining("has ended");
            return;
        }
        boolean fresh = status == Status.PENDING || status == Status.IN_PROGRESS;
        assertThat(Deployments.rollbackRequested(rollout, Tasks.CREATED).status())
                .isEqualTo(fresh ? Status.ROLLBACK_REQUESTED : status);
    }

    @Test
    void whatHasEndedIsNotStopped() {
        ServiceDeployment ended = rollout(Status.SUCCESSFUL);

        assertThat(Deployments.stopRequested(ended, Tasks.CREATED)).isSameAs(ended);
        assertThat(Deployments.stopRequested(rollout(Status.IN_PROGRESS), Tasks.CREATED).status())
                .isEqualTo(Status.STOP_REQUESTED);
    }
}
