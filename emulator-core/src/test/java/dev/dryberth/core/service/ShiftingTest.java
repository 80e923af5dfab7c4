package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RuleTraffic;
import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.ServiceDeployment.Monitoring;
import dev.dryberth.core.model.ServiceDeployment.Status;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.Task;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Deployments that move traffic, on the simulated runtime. */
class ShiftingTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void theFirstDeploymentWalksAllStagesAndEndsWithAllTraffic() {
        ShiftRun run = new ShiftRun(2, ShiftRun.blueGreen(MINUTE));
        run.run.create(ServiceRun.GOOD);
        run.passSeconds(90);

        assertThat(run.stages)
                .containsExactly("SCALE_UP 0/0", "BAKE_TIME 1000/1000", "CLEAN_UP 1000/1000");
        assertThat(run.weights(run.production))
                .isEqualTo(Map.of(ShiftRun.ONE, 0, ShiftRun.TWO, 100));
        assertThat(run.weights(run.test)).isEqualTo(Map.of(ShiftRun.ONE, 0, ShiftRun.TWO, 100));
        assertThat(run.registered()).isEqualTo(Map.of("two app:1", 2));
        assertThat(run.rollout().status()).isEqualTo(Status.SUCCESSFUL);
    }

    @Test
    void greenStandsBesideBlueUntilTheBakeTimeIsOverAndTheGroupsSwap() {
        ShiftRun run = new ShiftRun(2, ShiftRun.blueGreen(MINUTE)).created();

        run.deploy(ServiceRun.BETTER).passSeconds(30);
        assertThat(run.lifecycle().stage()).isEqualTo(Stage.BAKE_TIME);
        assertThat(run.registered()).isEqualTo(Map.of("two app:1", 2, "one app:2", 2));
        assertThat(run.weights(run.production))
                .isEqualTo(Map.of(ShiftRun.ONE, 100, ShiftRun.TWO, 0));
        assertThat(run.run.fewestHealthy).isEqualTo(2);
        assertThat(run.deployments()).extracting(Deployment::desiredCount).containsExactly(2, 2);

        run.passSeconds(90);
        assertThat(run.rollout().status()).isEqualTo(Status.SUCCESSFUL);
        assertThat(run.registered()).isEqualTo(Map.of("one app:2", 2));
        assertThat(run.deployments()).hasSize(1);

        run.deploy(ServiceRun.GOOD).passSeconds(120);
        assertThat(run.registered()).isEqualTo(Map.of("two app:1", 2));
        assertThat(run.weights(run.production))
                .isEqualTo(Map.of(ShiftRun.ONE, 0, ShiftRun.TWO, 100));
    }

    @Test
    void aCanaryBakesBeforeTheRest() {
        Shift canary = new Shift(Shift.Strategy.CANARY, 55, MINUTE, MINUTE, List.of());
        ShiftRun run = new ShiftRun(1, canary);
        run.run.create(ServiceRun.GOOD);
        run.passSeconds(180);
        assertThat(run.rollout().status()).isEqualTo(Status.SUCCESSFUL);
        run.stages.clear();

        run.deploy(ServiceRun.BETTER).passSeconds(30);
        assertThat(run.weights(run.production))
                .isEqualTo(Map.of(ShiftRun.ONE, 55, ShiftRun.TWO, 945));
        run.passSeconds(120);

        assertThat(run.stages)
                .contains(
                        "PRODUCTION_TRAFFIC_SHIFT 1000/55",
                        "BAKE_TIME 1000/1000",
                        "CLEAN_UP 1000/1000");
        assertThat(run.rollout().status()).isEqualTo(Status.SUCCESSFUL);
    }

    @Test
    void linearMovesInEqualStepsAndPausesBeforeEach() {
        Shift linear =
                new Shift(
                        Shift.Strategy.LINEAR,
                        400,
                        MINUTE,
                        null,
                        List.of(
                                ShiftRun.pause(
                                        Hook.OnTimeout.CONTINUE,
                                        Stage.PRE_PRODUCTION_TRAFFIC_SHIFT)));
        ShiftRun run = new ShiftRun(1, linear);
        run.run.create(ServiceRun.GOOD);
        for (int expected : new int[] {400, 800, 1000}) {
            run.passSeconds(62);
            assertThat(run.lifecycle().stage()).isEqualTo(Stage.PRE_PRODUCTION_TRAFFIC_SHIFT);
            HookRun pause = run.waiting();
            assertThat(pause.id()).matches("ecs-pause-[A-Za-z0-9_-]{43}");
            run.write(
                    Objects.requireNonNull(Deployments.continued(run.rollout(), pause.id(), true)));
            run.passSeconds(1);
            assertThat(run.lifecycle().production()).isEqualTo(expected);
        }
        run.passSeconds(60);
        assertThat(run.rollout().status()).isEqualTo(Status.SUCCESSFUL);
        assertThat(run.lifecycle().ended()).hasSize(3).allMatch(HookRun::passed);
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"RECONCILE_SERVICE", "SCALE_UP", "BAKE_TIME", "CLEAN_UP"},
            mode = EnumSource.Mode.EXCLUDE)
    void aHookThatFailsGivesTheTrafficBackAtOnceAndBlueNeverGoes(Stage stage) {
        ShiftRun run = new ShiftRun(2, ShiftRun.blueGreen(MINUTE, ShiftRun.function(stage)));
        run.created();
        run.answer(() -> "{\"hookStatus\":\"FAILED\"}");

        run.deploy(ServiceRun.BETTER).passSeconds(60);

        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_SUCCESSFUL);
        assertThat(run.rollout().statusReason())
                .isEqualTo(
                        "Service deployment rolled back because "
                                + stage
                                + " lifecycle hook(s) failed. Lifecycle hook target "
                                + ShiftRun.FUNCTION
                                + " returned FAILED status.");
        assertThat(run.registered()).isEqualTo(Map.of("two app:1", 2));
        assertThat(run.weights(run.production))
                .isEqualTo(Map.of(ShiftRun.ONE, 0, ShiftRun.TWO, 100));
        assertThat(run.run.fewestHealthy).isEqualTo(2);
        assertThat(run.calls.getFirst())
                .contains("\"lifecycleStage\":\"" + stage + "\"")
                .contains("\"hookDetails\":{\"team\":\"web\"}");
        boolean calledAgain =
                stage == Stage.TEST_TRAFFIC_SHIFT || stage == Stage.PRODUCTION_TRAFFIC_SHIFT;
        assertThat(run.calls).hasSize(calledAgain ? 2 : 1);
        assertThat(run.run.service().completed()).isNotNull();
        assertThat(run.run.events())
                .anyMatch(each -> each.contains("deployment failed: Service deployment rolled"))
                .endsWith(
                        "(service web) (deployment ecs-svc/ID) deployment completed.",
                        "(service web) has reached a steady state.");
    }

    @Test
    void aHookInProgressIsCalledAgainWithWhatItReturned() {
        ShiftRun run =
                new ShiftRun(1, ShiftRun.blueGreen(MINUTE, ShiftRun.function(Stage.POST_SCALE_UP)));
        run.created();
        run.answer(() ->
                run.calls.size() < 3
                        ? "{\"hookStatus\":\"IN_PROGRESS\",\"callBackDelay\":7,\"hookDetails\":{\"n\":"
                                + run.calls.size()
                                + "}}"
                        : "{\"hookStatus\":\"SUCCEEDED\"}");

        run.deploy(ServiceRun.BETTER).passSeconds(10);
        assertThat(run.lifecycle().stage()).isEqualTo(Stage.POST_SCALE_UP);
        run.passSeconds(10);

        assertThat(run.calls).hasSize(3);
        assertThat(run.calls.getLast()).contains("\"hookDetails\":{\"team\":\"web\",\"n\":2}");
        assertThat(run.lifecycle().stage()).isEqualTo(Stage.BAKE_TIME);
    }

    @Test
    void aHookThatNeverAnswersOrCannotBeCalledRollsBack() {
        ShiftRun run =
                new ShiftRun(1, ShiftRun.blueGreen(MINUTE, ShiftRun.function(Stage.PRE_SCALE_UP)));
        run.created();
        run.neverAnswer();
        run.deploy(ServiceRun.BETTER).passSeconds(599);
        assertThat(run.rollout().status()).isEqualTo(Status.IN_PROGRESS);
        run.passSeconds(30);
        assertThat(run.rollout().statusReason())
                .isEqualTo(
                        "Service deployment rolled back because PRE_SCALE_UP lifecycle hook timed"
                                + " out.");
        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_SUCCESSFUL);
        assertThat(run.run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 1));

        run.unreachable("no route");
        run.deploy(ServiceRun.BETTER).passSeconds(30);
        assertThat(run.rollout().statusReason())
                .endsWith(
                        "ECS was unable to invoke hook target "
                                + ShiftRun.FUNCTION
                                + " due to no route");
    }

    @Test
    void aPauseThatNobodyEndsDoesWhatItWasToldTo() {
        for (Hook.OnTimeout each : Hook.OnTimeout.values()) {
            ShiftRun run =
                    new ShiftRun(
                            1,
                            ShiftRun.blueGreen(
                                    Duration.ZERO, ShiftRun.pause(each, Stage.POST_SCALE_UP)));
            run.run.create(ServiceRun.GOOD);
            run.passSeconds(30);
            run.write(
                    Objects.requireNonNull(
                            Deployments.continued(run.rollout(), run.waiting().id(), true)));
            run.passSeconds(30);
            run.deploy(ServiceRun.BETTER).passSeconds(700);
            assertThat(run.rollout().status())
                    .isEqualTo(
                            each == Hook.OnTimeout.ROLLBACK
                                    ? Status.ROLLBACK_SUCCESSFUL
                                    : Status.SUCCESSFUL);
        }
    }

    @Test
    void stoppingGoesBackFromTheBakeTimeButNotFromCleanUp() {
        ShiftRun run = new ShiftRun(1, ShiftRun.blueGreen(MINUTE)).created();
        run.deploy(ServiceRun.BETTER).passSeconds(20);
        assertThat(run.lifecycle().stage()).isEqualTo(Stage.BAKE_TIME);
        run.write(Deployments.rollbackRequested(run.rollout(), run.run.loop.clock().now()));
        assertThat(run.weights(run.production))
                .isEqualTo(Map.of(ShiftRun.ONE, 0, ShiftRun.TWO, 100));
        run.passSeconds(60);
        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_SUCCESSFUL);
        assertThat(run.registered()).isEqualTo(Map.of("two app:1", 1));

        run.deploy(ServiceRun.BETTER).passSeconds(70);
        assertThat(run.lifecycle().stage()).isEqualTo(Stage.CLEAN_UP);
        assertThat(run.rollout().status()).isEqualTo(Status.IN_PROGRESS);
        run.write(Deployments.rollbackRequested(run.rollout(), run.run.loop.clock().now()));
        run.passSeconds(60);
        assertThat(run.rollout().status()).isEqualTo(Status.SUCCESSFUL);
        assertThat(run.registered()).isEqualTo(Map.of("one app:2", 1));
    }

    @Test
    void theBreakerRollsBackWhatNeverComesUp() {
        RolloutRules.Breaker breaker =
                new RolloutRules.Breaker(
                        true, true, true, RolloutRules.Threshold.BOUNDED_PERCENT, 50);
        ShiftRun run = new ShiftRun(2, ShiftRun.blueGreen(MINUTE), breaker).created();

        run.deploy("simulated/missing").passSeconds(120);

        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_SUCCESSFUL);
        assertThat(run.rollout().breaker().status()).isEqualTo(Monitoring.TRIGGERED);
        assertThat(run.registered()).isEqualTo(Map.of("two app:1", 2));
        assertThat(run.run.fewestHealthy).isEqualTo(2);
    }

    @Test
    void anUpdateInTheMiddleReconcilesFirst() {
        ShiftRun run = new ShiftRun(2, ShiftRun.blueGreen(MINUTE)).created();
        run.deploy(ServiceRun.BETTER).passSeconds(20);
        assertThat(run.lifecycle().stage()).isEqualTo(Stage.BAKE_TIME);
        run.stages.clear();

        run.deploy("app:3").passSeconds(1);
        assertThat(run.lifecycle().stage()).isEqualTo(Stage.RECONCILE_SERVICE);
        assertThat(run.weights(run.production))
                .isEqualTo(Map.of(ShiftRun.ONE, 0, ShiftRun.TWO, 100));
        run.passSeconds(180);

        assertThat(run.rollout().status()).isEqualTo(Status.SUCCESSFUL);
        assertThat(run.registered()).isEqualTo(Map.of("one app:3", 2));
        assertThat(run.run.fewestHealthy).isEqualTo(2);
    }

    @Test
    void theDesiredCountOfBothChangesAndWhoDiesIsReplacedByItsLike() {
        ShiftRun run = new ShiftRun(2, ShiftRun.blueGreen(MINUTE)).created();
        run.deploy(ServiceRun.BETTER).passSeconds(15);
        run.run.scale(3);
        run.passSeconds(20);
        assertThat(run.registered()).isEqualTo(Map.of("two app:1", 3, "one app:2", 3));

        Task blue =
                run.run.running().stream()
                        .filter(each ->
                                each.container("app").recipe().image().equals(ServiceRun.GOOD))
                        .findFirst()
                        .orElseThrow();
        run.run.die(blue.arn());
        run.passSeconds(10);
        assertThat(run.registered()).isEqualTo(Map.of("two app:1", 3, "one app:2", 3));
    }

    @Test
    void aRuleThatServesTwoGroupsCanNotBeShifted() {
        ShiftRun run = new ShiftRun(1, ShiftRun.blueGreen(MINUTE)).created();
        run.run.command(tx -> {
            RuleTraffic.set(
                    tx, run.production, new TreeMap<>(Map.of(ShiftRun.ONE, 1, ShiftRun.TWO, 1)));
            return true;
        });

        run.deploy(ServiceRun.BETTER).passSeconds(30);

        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_SUCCESSFUL);
        assertThat(run.rollout().statusReason())
                .isEqualTo(
                        "Service deployment rolled back because of invalid networking"
                                + " configuration. productionListenerRule "
                                + run.production
                                + " should have exactly one target group serving traffic but found"
                                + " 2 target groups which are serving traffic");
    }

    @Test
    void anUpdateInCleanUpComesBackToGreenAndNotToWhatIsLeaving() {
        ShiftRun run = new ShiftRun(2, ShiftRun.blueGreen(MINUTE)).created();
        run.deploy(ServiceRun.BETTER).passSeconds(70);
        assertThat(run.lifecycle().stage()).isEqualTo(Stage.CLEAN_UP);
        assertThat(run.rollout().status()).isEqualTo(Status.IN_PROGRESS);
        run.run.resetExtremes();

        run.deploy("app:3").passSeconds(1);
        assertThat(run.weights(run.production))
                .isEqualTo(Map.of(ShiftRun.ONE, 100, ShiftRun.TWO, 0));
        run.passSeconds(200);

        assertThat(run.run.fewestHealthy).isEqualTo(2);
        assertThat(run.rollout().status()).isEqualTo(Status.SUCCESSFUL);
        assertThat(run.registered()).isEqualTo(Map.of("two app:3", 2));
    }

    @Test
    void anUpdateOnTheWayBackCanComeBackToo() {
        ShiftRun run =
                new ShiftRun(
                        1,
                        ShiftRun.blueGreen(
                                MINUTE, ShiftRun.function(Stage.PRODUCTION_TRAFFIC_SHIFT)));
        run.created();
        run.answer(() -> "{\"hookStatus\":\"FAILED\"}");
        run.deploy(ServiceRun.BETTER).passSeconds(12);
        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_IN_PROGRESS);

        run.deploy("app:3").passSeconds(120);

        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_SUCCESSFUL);
        assertThat(run.registered()).isEqualTo(Map.of("two app:1", 1));
    }

    @Test
    void whatNeverGotTrafficGoesBeforeTheNextComes() {
        ShiftRun run =
                new ShiftRun(
                        1,
                        ShiftRun.blueGreen(
                                MINUTE, ShiftRun.function(Stage.PRE_PRODUCTION_TRAFFIC_SHIFT)));
        run.answer(() -> "{\"hookStatus\":\"FAILED\"}");
        run.run.create(ServiceRun.GOOD);
        run.passSeconds(60);
        assertThat(run.rollout().status()).isEqualTo(Status.ROLLBACK_FAILED);

        run.answer(() -> "{\"hookStatus\":\"SUCCEEDED\"}");
        run.deploy(ServiceRun.BETTER).passSeconds(60);
        assertThat(run.lifecycle().stage()).isEqualTo(Stage.BAKE_TIME);
        assertThat(run.registered()).isEqualTo(Map.of("two app:2", 1));
        assertThat(run.stages).contains("RECONCILE_SERVICE 0/0");
    }

    @Test
    void aFunctionIsNotCalledWithoutAPause() {
        ShiftRun run =
                new ShiftRun(1, ShiftRun.blueGreen(MINUTE, ShiftRun.function(Stage.PRE_SCALE_UP)));
        run.created();
        run.answer(() -> "{\"hookStatus\":\"IN_PROGRESS\",\"callBackDelay\":0}");

        run.deploy(ServiceRun.BETTER).passSeconds(10);

        assertThat(run.calls).hasSizeBetween(8, 12);
    }

    @Test
    void aPauseOfWhatWasReplacedIsOver() {
        ShiftRun run =
                new ShiftRun(
                        1,
                        ShiftRun.blueGreen(
                                MINUTE,
                                ShiftRun.pause(Hook.OnTimeout.CONTINUE, Stage.PRE_SCALE_UP)));
        run.run.create(ServiceRun.GOOD);
        run.passSeconds(1);
        var replaced = run.rollout().arn();
        run.deploy(ServiceRun.BETTER).passSeconds(1);

        var row = Objects.requireNonNull(run.run.world.serviceDeployments().get(replaced));
        assertThat(Objects.requireNonNull(row.lifecycle()).runs()).allMatch(HookRun::ended);
    }

    @Test
    void protectedTasksOfBothRevisionsAreReportedTogether() {
        ShiftRun run = new ShiftRun(2, ShiftRun.blueGreen(Duration.ofMinutes(10)));
        run.run.create(ServiceRun.GOOD);
        run.passSeconds(700);
        run.deploy(ServiceRun.BETTER).passSeconds(20);
        for (Task each : run.run.running()) {
            run.run.protect(each.arn(), run.run.loop.clock().now().plusSeconds(3600));
        }

        run.run.scale(1);
        run.passSeconds(5);

        assertThat(run.run.service().problem()).endsWith("(reason 4 tasks under protection)");
    }
}
