package dev.dryberth.cli.acceptance;

import static dev.dryberth.cli.acceptance.TaskBench.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.HealthStatus;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

import java.time.Duration;

/** How tasks start, wait for one another's containers, and stop. */
class TaskLifecycleIT {

    private static DaemonUnderTest daemon;
    private static TaskBench bench;

    /** Ten times as fast, so that a health check comes round every half second. */
    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.241.0.0/16", "--speed", "10");
        bench = new TaskBench(daemon);
    }

    @AfterAll
    static void close() {
        daemon.close();
    }

    @Test
    void runsTwoTasksOnPort80SideBySide() {
        String one = bench.runFargate("one", bench.container("app", TaskBench.server("one", 80)));
        String two = bench.runFargate("two", bench.container("app", TaskBench.server("two", 80)));
        String addressOfOne = TaskBench.address(bench.awaitRunning(one));
        String addressOfTwo = TaskBench.address(bench.awaitRunning(two));

        assertThat(addressOfOne).startsWith("10.241.").isNotEqualTo(addressOfTwo);
        assertThat(Web.get(addressOfOne, 80)).isEqualTo("one");
        assertThat(Web.get(addressOfTwo, 80)).isEqualTo("two");

        bench.stop(one);
        bench.awaitStopped(one);
        assertThat(Web.get(addressOfTwo, 80)).isEqualTo("two");
        bench.stop(two);
    }

    /** The database is healthy from the moment the test knocks, and not before. */
    @Test
    void startsAContainerOnceWhatItDependsOnIsHealthy() {
        String task =
                bench.runFargate(
                        "healthy",
                        bench.container(
                                        "database",
                                        "trap 'exit 143' TERM; (nc -l -p 8080; touch /ready) & "
                                                + "sleep 1000 & wait")
                                .healthCheck(check ->
                                        check.command("CMD-SHELL", "test -f /ready")
                                                .interval(5)
                                                .retries(10)),
                        bench.container("app", TaskBench.IDLE)
                                .dependsOn(
                                        TaskBench.after("database", ContainerCondition.HEALTHY)));
        Task waiting =
                bench.await(
                        "a running database",
                        task,
                        seen -> container(seen, "database").lastStatus().equals("RUNNING"));

        assertThat(container(waiting, "app").lastStatus()).isEqualTo("PENDING");
        assertThat(waiting.lastStatus()).isEqualTo("ACTIVATING");
        assertThat(waiting.healthStatus()).isEqualTo(HealthStatus.UNKNOWN);

        Web.knock(TaskBench.address(waiting), 8080);
        Task running = bench.awaitRunning(task);

        assertThat(running.healthStatus()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(container(running, "database").healthStatus()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(container(running, "app").healthStatus()).isEqualTo(HealthStatus.UNKNOWN);
        bench.stop(task);
    }

    @Test
    void killsWhatDoesNotEndWithinItsStopTimeout() {
        String task =
                bench.runFargate(
                        "stubborn",
                        bench.container("stubborn", "trap '' TERM; while true; do sleep 0.1; done")
                                .stopTimeout(2),
                        bench.container("obedient", TaskBench.IDLE).stopTimeout(2));
        bench.awaitRunning(task);

        bench.stop(task);
        Task stopped = bench.awaitStopped(task);

        assertThat(container(stopped, "stubborn").exitCode()).isEqualTo(TaskBench.KILLED);
        assertThat(container(stopped, "obedient").exitCode()).isEqualTo(TaskBench.TERMINATED);
        assertThat(stopped.containers()).allMatch(each -> each.reason() == null);
        // stopTimeout is the developer's own code's time, not AWS's: --speed leaves it alone.
        assertThat(Duration.between(stopped.stoppingAt(), stopped.stoppedAt()))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void showsWhoStoppedATaskAndWhen() {
        String task = bench.runFargate("stopped", bench.container("app", TaskBench.IDLE));
        bench.awaitRunning(task);

        Task stopping =
                daemon.ecs()
                        .stopTask(request ->
                                request.cluster(TaskBench.CLUSTER).task(task).reason("enough"))
                        .task();
        Task stopped = bench.awaitStopped(task);

        assertThat(stopping.desiredStatus()).isEqualTo("STOPPED");
        assertThat(stopping.lastStatus()).isNotEqualTo("STOPPED");
        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.USER_INITIATED);
        assertThat(stopped.stoppedReason()).isEqualTo("enough");
        assertThat(stopped.createdAt()).isBeforeOrEqualTo(stopped.connectivityAt());
        assertThat(stopped.connectivityAt()).isBeforeOrEqualTo(stopped.pullStartedAt());
        assertThat(stopped.pullStartedAt()).isBeforeOrEqualTo(stopped.pullStoppedAt());
        assertThat(stopped.pullStoppedAt()).isBeforeOrEqualTo(stopped.startedAt());
        assertThat(stopped.startedAt()).isBeforeOrEqualTo(stopped.stoppingAt());
        assertThat(stopped.stoppingAt()).isBeforeOrEqualTo(stopped.executionStoppedAt());
        assertThat(stopped.executionStoppedAt()).isBeforeOrEqualTo(stopped.stoppedAt());
        assertThat(container(stopped, "app").exitCode()).isEqualTo(TaskBench.TERMINATED);
    }

    @Test
    void runsTheCommandAndEnvironmentOfTheOverride() {
        String definition =
                bench.fargate(
                        "overridden",
                        bench.container("app", "exit 1")
                                .environment(variable("KEPT", "yes"), variable("GREETING", "no")));
        ContainerOverride app =
                ContainerOverride.builder()
                        .name("app")
                        .command("sh", "-c", "test $KEPT-$GREETING = yes-hi && exit 42")
                        .environment(variable("GREETING", "hi"))
                        .build();
        String task =
                bench.run(
                        bench.fargateTask(definition)
                                .overrides(overrides -> overrides.containerOverrides(app))
                                .build());

        Task stopped = bench.awaitStopped(task);

        assertThat(container(stopped, "app").exitCode()).isEqualTo(42);
        assertThat(stopped.overrides().containerOverrides().getFirst().environment())
                .containsExactly(variable("GREETING", "hi"));
    }

    private static KeyValuePair variable(String name, String value) {
        return KeyValuePair.builder().name(name).value(value).build();
    }
}
