package dev.dryberth.core.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.Hook;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeployment.Monitoring;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.model.Stage;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.DeploymentConfiguration;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Roll-outs that wait until somebody says that they may go on. */
class PausesTest {

    private static HookRun run(String id, @Nullable String function, HookRun.Status status) {
        return new HookRun(
                id,
                "e-1",
                Stage.POST_SCALE_UP,
                function,
                status,
                null,
                Tasks.CREATED,
                Tasks.CREATED.plus(Duration.ofHours(1)),
                Hook.OnTimeout.ROLLBACK,
                null);
    }

    private static final HookRun PAUSE = run("pause", null, HookRun.Status.AWAITING_ACTION);

    private static Lifecycle with(HookRun... runs) {
        Shift shift =
                new Shift(Shift.Strategy.BLUE_GREEN, 0, Duration.ZERO, Duration.ZERO, List.of());
        Lifecycle fresh = Lifecycle.fresh(shift, null, Stage.POST_SCALE_UP, Tasks.CREATED);
        return new Lifecycle(
                shift,
                null,
                fresh.stage(),
                fresh.since(),
                fresh.steps(),
                false,
                0,
                0,
                null,
                List.of(),
                List.of(runs));
    }

    private static ServiceDeployment rollout(@Nullable Lifecycle lifecycle) {
        return new ServiceDeployment(
                new ServiceDeploymentArn(Tasks.SCOPE, "default", "web", "a"),
                ServiceDeployment.Status.IN_PROGRESS,
                null,
                new ServiceRevisionArn(Tasks.SCOPE, "default", "web", "2"),
                List.of(),
                null,
                new ServiceDeployment.Breaker(Monitoring.DISABLED, 0, 3),
                new ServiceDeployment.Alarms(Monitoring.DISABLED, List.of(), List.of()),
                lifecycle,
                DeploymentConfiguration.builder().build(),
                Tasks.CREATED,
                null,
                null,
                null,
                Tasks.CREATED);
    }

    private static HookRun.@Nullable Status statusAfter(boolean goesOn, HookRun... runs) {
        ServiceDeployment next = Deployments.continued(rollout(with(runs)), "pause", goesOn);
        return next == null
                ? null
                : Objects.requireNonNull(Objects.requireNonNull(next.lifecycle()).run("pause"))
                        .status();
    }

    @Test
    void aPauseEndsForwardOrBack() {
        assertThat(statusAfter(true, PAUSE)).isEqualTo(HookRun.Status.SUCCEEDED);
        assertThat(statusAfter(false, PAUSE)).isEqualTo(HookRun.Status.FAILED);
    }

    @Test
    void onlyAPauseThatWaitsCanBeEnded() {
        assertThat(Deployments.continued(rollout(null), "pause", true)).isNull();
        assertThat(statusAfter(true)).isNull();
        assertThat(statusAfter(true, run("pause", null, HookRun.Status.SUCCEEDED))).isNull();
    }

    @Test
    void aCodeDeployDeploymentIsReadyWhenNothingElseIsUnderWay() {
        HookRun called = run("hook", "gate", HookRun.Status.IN_PROGRESS);
        HookRun done = run("hook", "gate", HookRun.Status.SUCCEEDED);
        assertThat(CodeDeployProgress.waitsToBeContinued(with(PAUSE))).isTrue();
        assertThat(CodeDeployProgress.waitsToBeContinued(with(done, PAUSE))).isTrue();
        assertThat(CodeDeployProgress.waitsToBeContinued(with(PAUSE, called))).isFalse();
        assertThat(CodeDeployProgress.waitsToBeContinued(with())).isFalse();
    }
}
