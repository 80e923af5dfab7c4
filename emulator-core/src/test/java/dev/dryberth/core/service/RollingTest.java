package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.Deployment.RolloutState;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceDeployment.Monitoring;
import dev.dryberth.core.model.ServiceDeployment.Status;
import dev.dryberth.core.model.Task;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;
import java.util.Objects;

class RollingTest {

    private static ServiceRun steady(int desired, int minimumHealthy, int maximum) {
        ServiceRun run = new ServiceRun(desired, ServiceRun.percentages(minimumHealthy, maximum));
        run.create(ServiceRun.GOOD).passSeconds(30);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.COMPLETED);
        return run;
    }

    @Test
    void aNewServiceComesToItsDesiredCountAndIsSteady() {
        ServiceRun run = steady(3, 100, 200);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 3));
        assertThat(run.rollout().status()).isEqualTo(Status.SUCCESSFUL);
        assertThat(run.events())
                .containsExactly(
                        "(service web) has started 3 tasks: (task ID) (task ID) (task ID).",
                        "(service web) (deployment ecs-svc/ID) deployment completed.",
                        "(service web) has reached a steady state.");
    }

    @ParameterizedTest
    @CsvSource({
        "4, 100, 200, 4, 8",
        "4, 50, 100, 2, 4",
        "4, 50, 200, 2, 8",
        "1, 100, 200, 1, 2",
        "1, 0, 100, 0, 1",
        "3, 67, 133, 3, 3",
        "10, 90, 110, 9, 11"
    })
    void rollsWithinItsPercentages(int desired, int minimum, int maximum, int fewest, int most) {
        ServiceRun run = steady(desired, minimum, maximum);

        run.deploy(ServiceRun.BETTER).passSeconds(300);

        if (most == fewest && fewest == desired) {
            assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, desired));
            assertThat(run.events().getLast()).isEqualTo("(service web) " + Scaling.STUCK);
        } else {
            assertThat(run.images()).isEqualTo(Map.of(ServiceRun.BETTER, desired));
            assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.COMPLETED);
            assertThat(run.service().deployments()).hasSize(1);
            assertThat(run.fewestHealthy).isGreaterThanOrEqualTo(fewest);
            assertThat(run.mostLive).isLessThanOrEqualTo(most);
        }
    }

    @Test
    void replacesATaskThatDies() {
        ServiceRun run = steady(2, 100, 200);
        Task victim = run.running().getFirst();

        run.die(victim.arn());
        run.passSeconds(30);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        assertThat(run.running()).doesNotContain(victim);
        assertThat(run.events().getLast()).isEqualTo("(service web) has reached a steady state.");
        assertThat(run.service().deployments()).hasSize(1);
    }

    @Test
    void scalesOutAndInAndToNothing() {
        ServiceRun run = steady(2, 100, 200);

        run.scale(5);
        run.passSeconds(30);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 5));
        run.scale(1);
        run.passSeconds(30);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 1));
        run.scale(0);
        run.passSeconds(30);
        assertThat(run.images()).isEmpty();
        assertThat(run.service().steady()).isTrue();
        run.scale(2);
        run.passSeconds(30);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        assertThat(run.service().deployments()).hasSize(1);
    }

    @Test
    void aSecondUpdateReplacesTheFirstInItsMiddle() {
        ServiceRun run = steady(4, 100, 200);
        run.deploy("app:2").passSeconds(3);
        var first = run.rollout().arn();

        run.deploy("app:3").passSeconds(120);

        assertThat(run.images()).isEqualTo(Map.of("app:3", 4));
        assertThat(Objects.requireNonNull(run.world.serviceDeployments().get(first)).status())
                .isEqualTo(Status.STOPPED);
        assertThat(run.service().deployments()).hasSize(1);
        assertThat(run.mostLive).isLessThanOrEqualTo(8);
        assertThat(run.fewestHealthy).isGreaterThanOrEqualTo(4);
    }

    @Test
    void anOldTaskThatDiesInTheMiddleIsReplacedByItsLike() {
        ServiceRun run = steady(2, 100, 200);
        run.deploy("simulated/slow-to-pull-5m").passSeconds(5);

        run.die(run.running().getFirst().arn());
        run.passSeconds(30);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        run.passSeconds(400);
        assertThat(run.images()).isEqualTo(Map.of("simulated/slow-to-pull-5m", 2));
    }

    @Test
    void withoutABreakerAnImageThatDoesNotExistIsTriedForEver() {
        ServiceRun run = steady(2, 100, 200);

        run.deploy("simulated/missing").passSeconds(600);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.IN_PROGRESS);
        assertThat(run.primary().failedTasks()).isGreaterThan(8).isLessThan(60);
        assertThat(run.events())
                .contains("(service web) is unable to consistently start tasks successfully.");
        run.deploy(ServiceRun.BETTER).passSeconds(60);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.BETTER, 2));
    }

    @ParameterizedTest
    @CsvSource({"simulated/missing", "simulated/unstartable", "simulated/exit-1-after-1s"})
    void theBreakerRollsBackWhatDoesNotStart(String image) {
        ServiceRun run = new ServiceRun(2, ServiceRun.breaking(true));
        run.create(ServiceRun.GOOD).passSeconds(30);
        String completed = run.primary().id();

        run.deploy(image).passSeconds(120);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        assertThat(run.fewestHealthy).isEqualTo(2);
        assertThat(run.service().deployments()).hasSize(1);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.COMPLETED);
        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_SUCCESSFUL);
        assertThat(run.rollout().breaker().status()).isEqualTo(Monitoring.TRIGGERED);
        assertThat(Objects.requireNonNull(run.rollout().rollback()).reason())
                .isEqualTo(Ending.BREAKER_REASON);
        assertThat(run.primary().id()).isNotEqualTo(completed);
        assertThat(run.events())
                .containsSubsequence(
                        "(service web) (deployment ecs-svc/ID) deployment failed: tasks failed to"
                                + " start.",
                        "(service web) rolling back to deployment ecs-svc/ID.",
                        "(service web) has reached a steady state.");
    }

    @Test
    void theBreakerWithoutRollbackLeavesTheOldTasks() {
        ServiceRun run = new ServiceRun(2, ServiceRun.breaking(false));
        run.create(ServiceRun.GOOD).passSeconds(30);

        run.deploy("simulated/missing").passSeconds(120);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.FAILED);
        assertThat(run.rollout().status()).isEqualTo(Status.STOPPED);
        assertThat(run.service().deployments()).hasSize(2);
        int failures = run.primary().failedTasks();
        run.passSeconds(600);
        assertThat(run.primary().failedTasks()).isEqualTo(failures);
    }

    @Test
    void oldTasksBesideAFailedDeploymentGoWhenFewerAreDesired() {
        ServiceRun run = new ServiceRun(2, ServiceRun.breaking(false));
        run.create(ServiceRun.GOOD).passSeconds(30);
        run.deploy("simulated/missing").passSeconds(120);

        run.scale(1);
        run.passSeconds(30);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 1));
        run.die(run.running().getFirst().arn());
        run.passSeconds(30);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 1));
        run.scale(0);
        run.passSeconds(30);
        assertThat(run.images()).isEmpty();
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.FAILED);
    }

    @Test
    void whatDiedBesideAFailedDeploymentIsNotWantedBeyondTheDesiredCount() {
        ServiceRun run = new ServiceRun(2, ServiceRun.breaking(false));
        run.create(ServiceRun.GOOD).passSeconds(30);
        run.deploy("simulated/missing").passSeconds(120);
        run.die(run.running().getFirst().arn());
        run.scale(0);
        run.passSeconds(120);

        assertThat(run.images()).isEmpty();
        assertThat(run.service().deployments()).allMatch(each -> each.desiredCount() == 0);
    }

    @Test
    void aFirstDeploymentThatFailsHasNothingToRollBackTo() {
        ServiceRun run = new ServiceRun(1, ServiceRun.breaking(true));

        run.create("simulated/missing").passSeconds(120);

        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_FAILED);
        assertThat(run.rollout().statusReason()).isEqualTo(RollingBack.NO_CANDIDATE);
        assertThat(run.primary().rolloutState()).isEqualTo(RolloutState.FAILED);
        assertThat(run.primary().failedTasks()).isEqualTo(3);
    }

    @Test
    void tasksThatFailTheirContainerHealthChecksAreReplacedAndBreakTheDeployment() {
        ServiceRun run = new ServiceRun(1, ServiceRun.breaking(true));
        run.create(ServiceRun.GOOD).passSeconds(30);

        run.deployChecked("simulated/unhealthy").passSeconds(600);

        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 1));
        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_SUCCESSFUL);
        assertThat(run.events())
                .contains("(service web) (task ID) failed container health checks.");
    }

    @Test
    void aDeletedServiceDrainsAndBecomesInactive() {
        ServiceRun run = steady(3, 100, 200);

        run.delete();
        assertThat(run.service().status()).isEqualTo(Service.Status.DRAINING);
        run.passSeconds(5);

        assertThat(run.running()).isEmpty();
        assertThat(run.service().status()).isEqualTo(Service.Status.INACTIVE);
        assertThat(run.service().deployments()).isEmpty();
    }

    @Test
    void protectedTasksAreSparedWhileTheyAreProtected() {
        ServiceRun run = steady(2, 100, 200);
        for (Task each : run.running()) {
            run.command(tx -> {
                Task row = Objects.requireNonNull(tx.world().tasks().get(each.arn()));
                var until = run.loop.clock().now().plusSeconds(600);
                tx.put(
                        tx.world().tasks(),
                        each.arn(),
                        row.withMembership(
                                Objects.requireNonNull(row.membership()).protectedUntil(until)));
                return true;
            });
        }

        run.deploy(ServiceRun.BETTER).passSeconds(60);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2, ServiceRun.BETTER, 2));
        assertThat(run.events().getLast()).contains("(reason 2 tasks under protection)");
        run.passSeconds(600);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.BETTER, 2));
    }
}
