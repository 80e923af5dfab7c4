package dev.dryberth.core.task;

import static dev.dryberth.core.model.Dependency.Condition.COMPLETE;
import static dev.dryberth.core.model.Dependency.Condition.HEALTHY;
import static dev.dryberth.core.model.Dependency.Condition.START;
import static dev.dryberth.core.model.Dependency.Condition.SUCCESS;
import static dev.dryberth.core.task.Recipes.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.TaskStatus;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Objects;

class TaskLifecycleTest {

    private static final Stop ESSENTIAL_EXITED =
            new Stop(StopCode.ESSENTIAL_CONTAINER_EXITED, "Essential container in task exited");

    @Test
    void anAwsvpcTaskGoesThroughEveryStatusInOrder() {
        TaskRun run = TaskRun.fargate(container("app"));
        assertThat(run.takeActions()).isEmpty();

        run.attached();
        assertThat(run.takeActions()).containsExactly("pull app");
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.ACTIVATING);

        run.up("app");
        assertThat(run.takeActions()).containsExactly("start app");
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.RUNNING);

        run.stop();
        assertThat(run.takeActions()).containsExactly("stop app");
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPING);

        run.exited("app", 143);
        assertThat(run.takeActions()).containsExactly("clean", "release");
        assertThat(run.statuses()).containsExactly(TaskStatus.values());
        assertThat(run.container("app").exitCode()).isEqualTo(143);
        assertThat(run.container("app").reason()).isNull();
        assertThat(run.task().stop())
                .isEqualTo(new Stop(StopCode.USER_INITIATED, "Task stopped by user"));
        assertThat(run.task().times()).hasNoNullFieldsOrProperties();
    }

    @Test
    void aBridgeTaskSkipsTheStatusesOfAnInterface() {
        TaskRun run = TaskRun.bridge(container("app")).up("app").stop().exited("app", 143);

        assertThat(run.statuses())
                .containsExactly(
                        TaskStatus.PENDING,
                        TaskStatus.RUNNING,
                        TaskStatus.STOPPING,
                        TaskStatus.STOPPED);
        assertThat(run.takeActions()).containsExactly("pull app", "start app", "stop app", "clean");
        assertThat(run.task().times()).hasNoNullFieldsOrProperties();
    }

    @Test
    void aContainerIsNotPulledBeforeItsDependencyIsMet() {
        TaskRun run =
                TaskRun.bridge(
                        container("app").after("init", SUCCESS), container("init").nonEssential());
        assertThat(run.takeActions()).containsExactly("pull init");

        run.up("init");
        assertThat(run.takeActions()).containsExactly("start init");

        run.exited("init", 0);
        assertThat(run.takeActions()).containsExactly("pull app");

        run.up("app");
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.RUNNING);
    }

    @Test
    void initThatFailsKeepsAppFromEverStarting() {
        TaskRun run =
                TaskRun.fargate(
                                container("init").nonEssential(),
                                container("app").after("init", SUCCESS))
                        .attached()
                        .up("init")
                        .exited("init", 7);

        String reason =
                "CannotStartContainerError: container ordering dependency [init SUCCESS] cannot be"
                        + " met: it exited with 7";
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(run.task().stop()).isEqualTo(new Stop(StopCode.TASK_FAILED_TO_START, reason));
        assertThat(run.container("app").reason()).isEqualTo(reason);
        assertThat(run.container("app").everRan()).isFalse();
        assertThat(run.container("app").exitCode()).isNull();
        assertThat(run.container("init").exitCode()).isEqualTo(7);
        assertThat(run.task().times().startedAt()).isNull();
        assertThat(run.takeActions())
                .containsExactly("pull init", "start init", "clean", "release");
    }

    @Test
    void completeIsContentWithAnyExitCode() {
        TaskRun run =
                TaskRun.bridge(
                                container("init").nonEssential(),
                                container("app").after("init", COMPLETE))
                        .up("init")
                        .exited("init", 7);

        assertThat(run.takeActions()).contains("pull app");
    }

    @Test
    void successOfAContainerThatVanishedIsNeverKnown() {
        TaskRun run =
                TaskRun.bridge(
                                container("init").nonEssential(),
                                container("app").after("init", SUCCESS))
                        .up("init")
                        .exited("init", null);

        assertThat(run.container("init").reason()).isEqualTo(TaskEvents.VANISHED);
        assertThat(run.container("app").reason()).endsWith("cannot be met: it is gone");
    }

    @Test
    void startIsContentWithAContainerThatHasRunAndStopped() {
        TaskRun run =
                TaskRun.bridge(
                        container("first").nonEssential(),
                        container("slow").after("first", COMPLETE),
                        container("app").after("first", START).after("slow", START));
        run.up("first").exited("first", 1);
        run.takeActions();

        run.up("slow");
        assertThat(run.takeActions()).containsExactly("start slow", "pull app");
    }

    @Test
    void healthyWaitsForTheHealthCheckToPass() {
        TaskRun run =
                TaskRun.bridge(container("db").checked(), container("app").after("db", HEALTHY))
                        .up("db");
        run.takeActions();

        run.health("db", HealthStatus.UNHEALTHY);
        assertThat(run.takeActions()).isEmpty();

        run.health("db", HealthStatus.HEALTHY);
        assertThat(run.takeActions()).containsExactly("pull app");
    }

    @Test
    void aDependencyThatNeverStartedTakesItsDependantsWithIt() {
        TaskRun run =
                TaskRun.bridge(
                                container("agent").nonEssential(),
                                container("helper").nonEssential().after("agent", START),
                                container("app"))
                        .up("app")
                        .pullFailed("agent", "CannotPullContainerError: no such image");

        assertThat(run.container("helper").reason()).endsWith("cannot be met: it never started");
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.RUNNING);
    }

    @Test
    void theTaskSaysWhyTheFirstOfAChainOfDependenciesNeverStarted() {
        TaskRun run =
                TaskRun.fargate(
                                container("pull").nonEssential(),
                                container("init").nonEssential().after("pull", SUCCESS),
                                container("app").after("init", SUCCESS))
                        .attached()
                        .pullFailed("pull", "CannotPullContainerError: no such image");

        assertThat(run.task().stop())
                .isEqualTo(
                        new Stop(
                                StopCode.TASK_FAILED_TO_START,
                                "CannotPullContainerError: no such image"));
        assertThat(run.container("app").reason()).endsWith("cannot be met: it never started");
    }

    @Test
    void dependantsGiveUpWhenTheStartTimeoutOfTheDependencyIsOver() {
        TaskRun run =
                TaskRun.fargate(
                                container("db").checked().startTimeout(Duration.ofSeconds(20)),
                                container("app").after("db", HEALTHY))
                        .attached()
                        .up("db");
        assertThat(run.wakeAt())
                .isEqualTo(Objects.requireNonNull(run.container("db").startedAt()).plusSeconds(20));

        run.later(Duration.ofSeconds(19));
        assertThat(run.task().stopping()).isFalse();

        run.later(Duration.ofSeconds(1));
        assertThat(run.task().stop())
                .isEqualTo(
                        new Stop(
                                StopCode.TASK_FAILED_TO_START,
                                "CannotStartContainerError: container ordering dependency [db"
                                        + " HEALTHY] cannot be met: it timed out"));
        assertThat(run.takeActions()).contains("stop db");
    }

    @Test
    void theEarliestStartTimeoutWakesTheTask() {
        TaskRun run =
                TaskRun.bridge(
                                container("slow")
                                        .nonEssential()
                                        .startTimeout(Duration.ofSeconds(90)),
                                container("quick")
                                        .nonEssential()
                                        .startTimeout(Duration.ofSeconds(30)),
                                container("patient").nonEssential(),
                                container("app")
                                        .after("slow", COMPLETE)
                                        .after("quick", COMPLETE)
                                        .after("patient", COMPLETE))
                        .up("slow")
                        .up("patient")
                        .up("quick");

        assertThat(run.wakeAt())
                .isEqualTo(
                        Objects.requireNonNull(run.container("quick").startedAt()).plusSeconds(30));
    }

    @Test
    void startTimeoutDoesNotConcernStart() {
        TaskRun run =
                TaskRun.bridge(
                                container("db").startTimeout(Duration.ofSeconds(2)),
                                container("app").after("db", START))
                        .pulled("db");
        run.takeActions();

        run.later(Duration.ofHours(1)).started("db");
        assertThat(run.takeActions()).containsExactly("pull app");
        assertThat(run.wakeAt()).isNull();
    }

    @Test
    void essentialExitStopsTheSiblingsInReverseOrderOfDependency() {
        TaskRun run =
                TaskRun.bridge(
                                container("db"),
                                container("web").after("db", START),
                                container("proxy").after("web", START),
                                container("job"))
                        .up("db")
                        .up("job")
                        .up("web")
                        .up("proxy");
        run.takeActions();

        run.exited("job", 3);
        assertThat(run.task().stop()).isEqualTo(ESSENTIAL_EXITED);
        assertThat(run.takeActions()).containsExactly("stop proxy");

        run.exited("proxy", 143);
        assertThat(run.takeActions()).containsExactly("stop web");

        run.exited("web", 137);
        assertThat(run.takeActions()).containsExactly("stop db");
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPING);

        run.exited("db", 0);
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(run.container("job").exitCode()).isEqualTo(3);
        assertThat(run.container("web").exitCode()).isEqualTo(137);
    }

    @Test
    void siblingsThatNobodyNeedsStopTogether() {
        TaskRun run = TaskRun.bridge(container("a"), container("b")).up("a").up("b");
        run.takeActions();

        run.stop();
        assertThat(run.takeActions()).containsExactly("stop a", "stop b");
    }

    @Test
    void aNonEssentialExitChangesNothingForTheTask() {
        TaskRun run =
                TaskRun.bridge(container("app"), container("log").nonEssential())
                        .up("app")
                        .up("log");
        run.takeActions();

        run.exited("log", 1);
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.RUNNING);
        assertThat(run.task().stop()).isNull();
        assertThat(run.task().stopping()).isFalse();
        assertThat(run.takeActions()).isEmpty();
        assertThat(run.container("log").phase()).isEqualTo(ContainerPhase.STOPPED);
    }

    @Test
    void aTaskRunsWithoutANonEssentialContainerThatCouldNotStart() {
        TaskRun run =
                TaskRun.bridge(container("app"), container("log").nonEssential())
                        .up("app")
                        .pulled("log")
                        .failed("log", "CannotStartContainerError: no such file");

        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.RUNNING);
        assertThat(run.container("log").reason())
                .isEqualTo("CannotStartContainerError: no such file");
    }

    @Test
    void anEssentialExitBeforeTheOthersAreUpStopsATaskThatNeverRan() {
        TaskRun run = TaskRun.fargate(container("app"), container("side")).attached().up("app");

        run.exited("app", 1);
        assertThat(run.task().stop()).isEqualTo(ESSENTIAL_EXITED);
        assertThat(run.task().times().startedAt()).isNull();
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
    }

    @Test
    void fargateShowsWhyTheImageCouldNotBePulled() {
        String reason = "CannotPullContainerError: no such image";
        TaskRun run =
                TaskRun.fargate(container("app"), container("side"))
                        .attached()
                        .pullFailed("app", reason);

        assertThat(run.task().stop()).isEqualTo(new Stop(StopCode.TASK_FAILED_TO_START, reason));
        assertThat(run.container("app").reason()).isEqualTo(reason);
        assertThat(run.container("side").reason()).isNull();
        assertThat(run.statuses())
                .containsExactly(
                        TaskStatus.PROVISIONING,
                        TaskStatus.PENDING,
                        TaskStatus.ACTIVATING,
                        TaskStatus.DEPROVISIONING,
                        TaskStatus.STOPPED);
    }

    @Test
    void onInstancesTheReasonStandsOnTheContainerAlone() {
        String reason = "CannotPullContainerError: no such image";
        TaskRun run =
                TaskRun.awsvpc(LaunchType.EC2, container("app"))
                        .attached()
                        .pullFailed("app", reason);

        assertThat(run.task().stop())
                .isEqualTo(new Stop(StopCode.TASK_FAILED_TO_START, "Task failed to start"));
        assertThat(run.container("app").reason()).isEqualTo(reason);
    }

    @Test
    void withoutAReasonFargateSaysThatTheTaskFailedToStart() {
        assertThat(TaskLifecycle.failedToStart(TaskRun.fargate(container("app")).task(), null))
                .isEqualTo(new Stop(StopCode.TASK_FAILED_TO_START, "Task failed to start"));
    }

    @Test
    void stopWhileProvisioningGivesTheInterfaceBack() {
        TaskRun run = TaskRun.fargate(container("app")).stop();

        assertThat(run.statuses())
                .containsExactly(
                        TaskStatus.PROVISIONING, TaskStatus.DEPROVISIONING, TaskStatus.STOPPED);
        assertThat(run.takeActions()).containsExactly("clean", "release");
        assertThat(run.phases()).containsExactly("app STOPPED");
        assertThat(run.task().times().startedAt()).isNull();
        assertThat(run.task().times().executionStoppedAt()).isNotNull();
    }

    @Test
    void stopWhilePendingOnABridgeStopsOnTheSpot() {
        TaskRun run = TaskRun.bridge(container("app")).stop();

        assertThat(run.statuses()).containsExactly(TaskStatus.PENDING, TaskStatus.STOPPED);
        assertThat(run.takeActions()).containsExactly("pull app", "clean");
    }

    @Test
    void stopWhilePullingForgetsThePull() {
        TaskRun run = TaskRun.fargate(container("app")).attached().stop();
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
        run.takeActions();

        run.pulled("app").pullFailed("app", "late");
        assertThat(run.takeActions()).isEmpty();
        assertThat(run.container("app").reason()).isNull();
    }

    @Test
    void stopWhileStartingWaitsForTheStartAndThenStops() {
        TaskRun run =
                TaskRun.fargate(container("app"), container("late").after("app", START))
                        .attached()
                        .pulled("app");
        run.takeActions();

        run.stop();
        assertThat(run.takeActions()).isEmpty();
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPING);
        assertThat(run.phases()).containsExactly("app STARTING", "late STOPPED");

        run.started("app");
        assertThat(run.takeActions()).containsExactly("stop app");

        run.exited("app", 143);
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(run.task().times().startedAt()).isNull();
    }

    @Test
    void stopWhileStartingEndsWhenTheStartFails() {
        TaskRun run =
                TaskRun.bridge(container("app"))
                        .pulled("app")
                        .stop()
                        .failed("app", "CannotStartContainerError: no such file");

        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
        assertThat(Objects.requireNonNull(run.task().stop()).code())
                .isEqualTo(StopCode.USER_INITIATED);
    }

    @Test
    void theFirstCauseToStopStays() {
        TaskRun run = TaskRun.bridge(container("app")).up("app").exited("app", 1);
        long version = run.task().version();

        run.stop();
        assertThat(run.task().stop()).isEqualTo(ESSENTIAL_EXITED);
        assertThat(run.task().version()).isEqualTo(version);
    }

    @Test
    void aLostNetworkStopsARunningTask() {
        TaskRun run = TaskRun.fargate(container("app")).attached().up("app");
        run.takeActions();

        run.change(t -> TaskEvents.networkFailed(t, "the namespace is gone", run.now()));
        assertThat(run.takeActions()).containsExactly("stop app");
        assertThat(run.task().stop())
                .isEqualTo(new Stop(StopCode.ESSENTIAL_CONTAINER_EXITED, "the namespace is gone"));
    }

    @Test
    void withoutANetworkATaskFailsToStart() {
        TaskRun run = TaskRun.fargate(container("app"));

        run.change(t -> TaskEvents.networkFailed(t, "no address", run.now()));
        assertThat(run.task().stop())
                .isEqualTo(new Stop(StopCode.TASK_FAILED_TO_START, "no address"));
        assertThat(run.task().lastStatus()).isEqualTo(TaskStatus.STOPPED);
    }

    @Test
    void pullTimesSpanTheFirstAndTheLastPull() {
        TaskRun run = TaskRun.bridge(container("a"), container("b").after("a", START));
        var pullStartedAt = run.task().times().pullStartedAt();

        run.up("a").later(Duration.ofMinutes(1)).pulled("b");
        assertThat(run.task().times().pullStartedAt()).isEqualTo(pullStartedAt);
        assertThat(run.task().times().pullStoppedAt()).isEqualTo(run.now());
    }

    @Test
    void aTaskHeadedForRunningCannotBeInAStatusOfStopping() {
        for (TaskStatus status :
                new TaskStatus[] {
                    TaskStatus.DEACTIVATING, TaskStatus.STOPPING, TaskStatus.DEPROVISIONING
                }) {
            var task = TaskRun.bridge(container("app")).task();
            var broken = task.inStatus(status, task.times());
            assertThatThrownBy(() -> TaskLifecycle.step(broken, Tasks.CREATED))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(status + " but headed for RUNNING");
        }
    }
}
