package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.deployment.Deployments;
import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.CodeDeployDeployment.Status;
import dev.dryberth.core.model.CodeDeployDeployment.Step;
import dev.dryberth.core.model.CodeDeployDeployment.StepStatus;
import dev.dryberth.core.model.CodeDeployRules;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TaskSet;
import dev.dryberth.core.task.Tasks;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Deployments that CodeDeploy asks for, on the simulated runtime. */
class CodeDeployTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final CodeDeployArn ID =
            new CodeDeployArn(Tasks.SCOPE, CodeDeployArn.Kind.DEPLOYMENT, "d-AAAAAAAAA");

    private final ShiftRun shifts = new ShiftRun(2, ShiftRun.blueGreen(MINUTE));
    private final ServiceRun run = shifts.run;
    private String blue = "";

    @BeforeEach
    void create() {
        place(ShiftRun.ONE, ShiftRun.TWO);
        run.define(ServiceRun.GOOD, false);
        run.command(tx ->
                ServiceRows.createForCodeDeploy(
                        tx, Tasks.CLUSTER, run.wish, run.ids, run.loop.clock().now()));
        blue = run.primary().id();
        pass(30);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        assertThat(run.service().steady()).isTrue();
    }

    private void place(TargetGroupArn own, TargetGroupArn other) {
        run.balanced(
                Duration.ofSeconds(20),
                new ServiceRevision.Balanced(
                        own,
                        false,
                        "app",
                        80,
                        new ServiceRevision.Pair(other, shifts.production, shifts.test)));
    }

    /** The services' roll-out is not there all the time. */
    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            run.passSeconds(1);
            shifts.probe();
        }
    }

    private void deploy(Shift shift) {
        deploy(ServiceRun.BETTER, shift);
    }

    private void deploy(String image, Shift shift) {
        place(ShiftRun.TWO, ShiftRun.ONE);
        run.define(image, false);
        run.resetExtremes();
        run.command(tx ->
                ServiceRows.replace(
                        tx, run.service(), run.wish, shift, run.ids, run.loop.clock().now()));
    }

    private static Shift shift(boolean rollsBack, Hook... hooks) {
        return new Shift(
                Shift.Strategy.BLUE_GREEN,
                Shift.ALL,
                Duration.ZERO,
                MINUTE,
                List.of(hooks),
                new CodeDeployRules(ID, rollsBack, rollsBack));
    }

    private static Hook function(Stage stage) {
        return new Hook(
                ShiftRun.FUNCTION,
                null,
                List.of(stage),
                null,
                CodeDeployRules.MAX_WAIT,
                Hook.OnTimeout.ROLLBACK);
    }

    private CodeDeployDeployment row() {
        return row(ID);
    }

    private CodeDeployDeployment row(CodeDeployArn arn) {
        return Objects.requireNonNull(run.world.codeDeployDeployments().get(arn));
    }

    private Map<TargetGroupArn, Integer> production() {
        return Objects.requireNonNull(shifts.weights(shifts.production));
    }

    private StepStatus step(Stage stage) {
        return row().steps().stream()
                .filter(each -> each.stage() == stage)
                .map(Step::status)
                .findFirst()
                .orElseThrow();
    }

    /** The function says what it found, as by PutLifecycleEventHookExecutionStatus. */
    private void tell(HookRun.Status found) {
        HookRun waiting = shifts.waiting();
        assertThat(waiting.callAt()).isNull();
        shifts.write(
                shifts.rollout()
                        .withLifecycle(
                                shifts.lifecycle()
                                        .with(
                                                waiting.inStatus(
                                                        found,
                                                        found == HookRun.Status.FAILED
                                                                ? "it failed"
                                                                : null))));
    }

    @Test
    void theReplacementTakesTheTrafficAndThenTheOriginalGoes() {
        deploy(shift(true));
        assertThat(row().status()).isEqualTo(Status.IN_PROGRESS);
        pass(20);

        assertThat(shifts.lifecycle().stage()).isEqualTo(Stage.BAKE_TIME);
        assertThat(production()).isEqualTo(Map.of(ShiftRun.ONE, 0, ShiftRun.TWO, 100));
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2, ServiceRun.BETTER, 2));
        assertThat(row().status()).isEqualTo(Status.IN_PROGRESS);
        assertThat(row().steps()).allMatch(each -> each.status() == StepStatus.SUCCEEDED);
        TaskSet set = Objects.requireNonNull(run.primary().taskSet());
        assertThat(set.steady()).isTrue();
        assertThat(set.startedBy()).isEqualTo("CODE_DEPLOY");

        pass(90);
        assertThat(row().status()).isEqualTo(Status.SUCCEEDED);
        assertThat(row().completedAt()).isNotNull();
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.BETTER, 2));
        assertThat(run.service().deployments()).hasSize(1);
        assertThat(run.primary().id()).isNotEqualTo(blue);
        assertThat(run.world.serviceRevisions().all()).hasSize(1);
        assertThat(run.fewestHealthy).isEqualTo(2);
        assertThat(run.events())
                .noneMatch(each -> each.contains("(deployment"))
                .last()
                .isEqualTo("(service web) has reached a steady state.");
    }

    @Test
    void aCanaryIsOneLifecycleEvent() {
        deploy(
                new Shift(
                        Shift.Strategy.CANARY,
                        100,
                        Duration.ofMinutes(5),
                        null,
                        List.of(),
                        new CodeDeployRules(ID, true, true)));
        pass(60);
        assertThat(production()).isEqualTo(Map.of(ShiftRun.ONE, 90, ShiftRun.TWO, 10));
        assertThat(step(Stage.PRE_PRODUCTION_TRAFFIC_SHIFT)).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(step(Stage.PRODUCTION_TRAFFIC_SHIFT)).isEqualTo(StepStatus.IN_PROGRESS);
        pass(300);
        assertThat(production()).isEqualTo(Map.of(ShiftRun.ONE, 0, ShiftRun.TWO, 100));
        assertThat(row().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aFunctionIsCalledOnceAndHeardByTheApi() {
        deploy(shift(true, function(Stage.POST_TEST_TRAFFIC_SHIFT)));
        pass(40);
        assertThat(shifts.calls).hasSize(1);
        assertThat(shifts.calls.getFirst())
                .isEqualTo(
                        "{\"DeploymentId\":\"d-AAAAAAAAA\",\"LifecycleEventHookExecutionId\":\"%s\"}"
                                .formatted(shifts.waiting().executionId()));
        assertThat(step(Stage.POST_TEST_TRAFFIC_SHIFT)).isEqualTo(StepStatus.IN_PROGRESS);

        tell(HookRun.Status.SUCCEEDED);
        pass(120);
        assertThat(shifts.calls).hasSize(1);
        assertThat(row().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aFunctionThatFailsTakesItBackInADeploymentOfItsOwn() {
        deploy(shift(true, function(Stage.PRE_PRODUCTION_TRAFFIC_SHIFT)));
        pass(40);
        tell(HookRun.Status.FAILED);

        assertThat(row().status()).isEqualTo(Status.FAILED);
        assertThat(Objects.requireNonNull(row().error()).code())
                .isEqualTo("HOOK_EXECUTION_FAILURE");
        assertThat(step(Stage.POST_TEST_TRAFFIC_SHIFT)).isEqualTo(StepStatus.SUCCEEDED);
        assertThat(step(Stage.PRE_PRODUCTION_TRAFFIC_SHIFT)).isEqualTo(StepStatus.FAILED);
        assertThat(step(Stage.PRODUCTION_TRAFFIC_SHIFT)).isEqualTo(StepStatus.SKIPPED);
        CodeDeployArn back = Objects.requireNonNull(row().rollback());
        assertThat(row(back).rolledBack()).isEqualTo(ID);

        pass(60);
        assertThat(row(back).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(production()).isEqualTo(Map.of(ShiftRun.ONE, 100, ShiftRun.TWO, 0));
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        assertThat(run.service().deployments()).extracting(Deployment::id).containsExactly(blue);
        assertThat(run.world.serviceRevisions().all()).hasSize(1);
        assertThat(run.fewestHealthy).isEqualTo(2);
    }

    @Test
    void withoutRollbackBothTaskSetsStayUntilTheNextDeployment() {
        deploy(shift(false, function(Stage.PRE_PRODUCTION_TRAFFIC_SHIFT)));
        pass(40);
        tell(HookRun.Status.FAILED);
        pass(60);

        assertThat(row().status()).isEqualTo(Status.FAILED);
        assertThat(row().rollback()).isNull();
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2, ServiceRun.BETTER, 2));
        assertThat(run.primary().id()).isEqualTo(blue);
        assertThat(run.primary().primary()).isTrue();
        assertThat(run.service().deployments()).hasSize(2);

        deploy("app:3", shift(true));
        pass(150);
        assertThat(row().status()).isEqualTo(Status.SUCCEEDED);
        assertThat(run.images()).isEqualTo(Map.of("app:3", 2));
        assertThat(run.service().deployments()).hasSize(1);
    }

    @Test
    void aReplacementThatIsNotHealthyWithinAnHourFails() {
        deploy("simulated/missing", shift(true));
        pass(30);
        assertThat(row().status()).isEqualTo(Status.IN_PROGRESS);
        run.pass(Duration.ofMinutes(61));
        pass(60);

        assertThat(row().status()).isEqualTo(Status.FAILED);
        assertThat(Objects.requireNonNull(row().error()).message())
                .startsWith("The deployment timed out while waiting for the replacement task set");
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
        assertThat(run.service().deployments()).extracting(Deployment::id).containsExactly(blue);
    }

    @Test
    void trafficWaitsUntilSomebodyContinuesIt() {
        Hook ready = ShiftRun.pause(Hook.OnTimeout.ROLLBACK, Stage.POST_TEST_TRAFFIC_SHIFT);
        deploy(shift(false, ready));
        pass(40);
        assertThat(row().status()).isEqualTo(Status.READY);
        assertThat(production()).isEqualTo(Map.of(ShiftRun.ONE, 100, ShiftRun.TWO, 0));

        shifts.write(
                Objects.requireNonNull(
                        Deployments.continued(shifts.rollout(), shifts.waiting().id(), true)));
        pass(5);
        assertThat(row().status()).isEqualTo(Status.IN_PROGRESS);
        assertThat(shifts.lifecycle().stage()).isEqualTo(Stage.BAKE_TIME);

        shifts.write(shifts.rollout().withLifecycle(shifts.lifecycle().withoutBake()));
        pass(30);
        assertThat(row().status()).isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void whatNobodyContinuesIsStopped() {
        Hook ready = ShiftRun.pause(Hook.OnTimeout.ROLLBACK, Stage.POST_TEST_TRAFFIC_SHIFT);
        deploy(shift(true, ready));
        pass(30);
        run.pass(Duration.ofMinutes(11));
        pass(60);

        assertThat(row().status()).isEqualTo(Status.STOPPED);
        assertThat(run.images()).isEqualTo(Map.of(ServiceRun.GOOD, 2));
    }

    @Test
    void aServiceThatIsDeletedEndsItsDeployment() {
        deploy(shift(true));
        pass(3);
        run.delete();
        pass(60);

        assertThat(row().status()).isEqualTo(Status.FAILED);
        assertThat(run.images()).isEmpty();
    }
}
