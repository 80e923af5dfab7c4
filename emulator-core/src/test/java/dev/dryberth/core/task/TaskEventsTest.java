package dev.dryberth.core.task;

import static dev.dryberth.core.task.Recipes.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskStatus;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class TaskEventsTest {

    private static final Duration PERIOD = Duration.ofSeconds(60);

    @Test
    void aContainerGoesOnUnderItsRestartPolicyAndTheTaskStaysRunning() {
        TaskRun run = TaskRun.bridge(container("app").restarting(PERIOD)).up("app").later(PERIOD);
        run.takeActions();

        run.exited("app", 1);
        assertThat(run.takeActions()).containsExactly("start app");
        assertThat(run.container("app").restarts()).isEqualTo(1);
        assertThat(run.container("app").exitCode()).isNull();

        run.started("app");
        assertThat(run.container("app").phase()).isEqualTo(ContainerPhase.RUNNING);
        assertThat(run.statuses()).containsExactly(TaskStatus.PENDING, TaskStatus.RUNNING);
    }

    @Test
    void exitCodeZeroIsNotIgnoredByItself() {
        TaskRun run = TaskRun.bridge(container("app").restarting(PERIOD)).up("app").later(PERIOD);

        run.exited("app", 0);
        assertThat(run.container("app").restarts()).isEqualTo(1);
    }

    @Test
    void anIgnoredExitCodeIsAnExitAsAnyOther() {
        TaskRun run =
                TaskRun.bridge(container("app").restarting(PERIOD, 0, 42)).up("app").later(PERIOD);

        run.exited("app", 42);
        assertThat(run.container("app").exitCode()).isEqualTo(42);
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
    }

    @Test
    void theAttemptPeriodCountsFromTheFirstStartToo() {
        TaskRun run =
                TaskRun.bridge(container("app").restarting(PERIOD))
                        .up("app")
                        .later(PERIOD.minusSeconds(2));

        run.exited("app", 1);
        assertThat(run.container("app").restarts()).isZero();
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
    }

    @Test
    void theAttemptPeriodCountsFromTheLastRestart() {
        TaskRun run =
                TaskRun.bridge(container("app").restarting(PERIOD))
                        .up("app")
                        .later(PERIOD)
                        .exited("app", 1)
                        .started("app")
                        .later(Duration.ofSeconds(30));

        run.exited("app", 1);
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(run.container("app").restarts()).isEqualTo(1);
    }

    @Test
    void withoutAnExitCodeThereIsNoRestart() {
        TaskRun run = TaskRun.bridge(container("app").restarting(PERIOD)).up("app").later(PERIOD);

        run.exited("app", null);
        assertThat(run.container("app").reason()).isEqualTo(TaskEvents.VANISHED);
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
    }

    @Test
    void aTaskThatStopsRestartsNothing() {
        TaskRun run =
                TaskRun.bridge(
                                container("app").restarting(PERIOD),
                                container("side").restarting(PERIOD).nonEssential())
                        .up("app")
                        .up("side")
                        .later(PERIOD)
                        .stop();

        run.exited("app", 143).exited("side", 143);
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(run.container("side").restarts()).isZero();
    }

    @Test
    void aRestartThatFailsIsAnExitOfAContainerThatRan() {
        TaskRun run =
                TaskRun.bridge(container("app").restarting(PERIOD))
                        .up("app")
                        .later(PERIOD)
                        .exited("app", 1)
                        .failed("app", "CannotStartContainerError: no such device");

        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(run.container("app").reason())
                .isEqualTo("CannotStartContainerError: no such device");
    }

    @Test
    void aMemoryLimitIsNamedAsTheReason() {
        TaskRun run = TaskRun.bridge(container("app")).up("app");

        run.exited("app", TaskRun.runtimeId("app"), 137, true);
        assertThat(run.container("app").reason())
                .isEqualTo("OutOfMemoryError: Container killed due to memory usage");
        assertThat(run.container("app").exitCode()).isEqualTo(137);
    }

    @Test
    void healthOfATaskIsTheWorstOfItsEssentialCheckedContainers() {
        TaskRun run =
                TaskRun.bridge(
                                container("a").checked(),
                                container("b").checked(),
                                container("unchecked"),
                                container("side").checked().nonEssential())
                        .up("a")
                        .up("b")
                        .up("unchecked")
                        .up("side");
        assertThat(run.task().health()).isEqualTo(HealthStatus.UNKNOWN);

        run.health("a", HealthStatus.HEALTHY);
        assertThat(run.task().health()).isEqualTo(HealthStatus.UNKNOWN);

        run.health("b", HealthStatus.HEALTHY);
        assertThat(run.task().health()).isEqualTo(HealthStatus.HEALTHY);

        run.health("side", HealthStatus.UNHEALTHY);
        assertThat(run.task().health()).isEqualTo(HealthStatus.HEALTHY);

        run.health("a", HealthStatus.UNHEALTHY);
        assertThat(run.task().health()).isEqualTo(HealthStatus.UNHEALTHY);
    }

    @Test
    void withoutAHealthCheckTheHealthOfATaskIsUnknown() {
        TaskRun run = TaskRun.bridge(container("app")).up("app");

        run.health("app", HealthStatus.HEALTHY);
        assertThat(run.task().health()).isEqualTo(HealthStatus.UNKNOWN);
    }

    @Test
    void aRestartedContainerMustProveItsHealthAgain() {
        TaskRun run =
                TaskRun.bridge(container("app").checked().restarting(PERIOD))
                        .up("app")
                        .health("app", HealthStatus.UNHEALTHY)
                        .later(PERIOD)
                        .exited("app", 1);

        assertThat(run.container("app").health()).isEqualTo(HealthStatus.UNKNOWN);
        assertThat(run.task().health()).isEqualTo(HealthStatus.UNKNOWN);
    }

    @Test
    void repeatedAndLateEventsChangeNothing() {
        TaskRun run = TaskRun.bridge(container("app").checked()).up("app");
        Task running = run.task();

        run.pulled("app").pullFailed("app", "late").started("app").failed("app", "late");
        run.exited("app", "docker-of-an-earlier-run", 1, false);
        run.change(t -> TaskEvents.health(t, "app", "docker-other", HealthStatus.HEALTHY));
        run.health("app", HealthStatus.UNKNOWN);
        assertThat(run.task()).isSameAs(running);

        run.exited("app", 3);
        Task stopped = run.task();
        run.exited("app", 4).started("app").health("app", HealthStatus.HEALTHY);
        run.change(t -> TaskEvents.networkFailed(t, "late", run.now()));
        assertThat(run.task()).isSameAs(stopped);
    }

    @Test
    void eventsOfAContainerThatDoesNotWaitForThemChangeNothing() {
        TaskRun run = TaskRun.bridge(container("app"));
        Task pulling = run.task();

        run.started("app").failed("app", "early").exited("app", 1);
        run.health("app", HealthStatus.HEALTHY);
        assertThat(run.task()).isSameAs(pulling);
    }

    @Test
    void reasonsAreCutToTheLengthAwsShows() {
        TaskRun run = TaskRun.fargate(container("app")).attached();

        run.pullFailed("app", "x".repeat(5_000));
        assertThat(run.container("app").reason()).hasSize(TaskEvents.MAX_REASON_LENGTH);
    }
}
