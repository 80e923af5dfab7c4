package dev.dryberth.cli.acceptance;

import static dev.dryberth.cli.acceptance.TaskBench.after;
import static dev.dryberth.cli.acceptance.TaskBench.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

import java.time.Duration;
import java.time.Instant;

/** What is shown of tasks that fail, and what is left of them. */
@Isolated("It measures how long a task takes to stop.")
class TaskFailuresIT {

    /** Nothing listens on port 1, so this fails at once, with or without an internet. */
    private static final String MISSING_IMAGE = "localhost:1/missing:1";

    private static DaemonUnderTest daemon;
    private static TaskBench bench;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.240.0.0/16");
        bench = new TaskBench(daemon);
    }

    @AfterAll
    static void close() {
        daemon.close();
    }

    @Test
    void neverStartsAContainerWhoseInitContainerFailed() {
        String task =
                bench.runFargate(
                        "init-fails",
                        bench.container("init", "exit 7").essential(false),
                        bench.container("app", TaskBench.IDLE)
                                .dependsOn(after("init", ContainerCondition.SUCCESS)));

        Task stopped = bench.awaitStopped(task);

        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
        assertThat(stopped.stoppedReason()).contains("init", "SUCCESS", "7");
        assertThat(stopped.startedAt()).isNull();
        assertThat(container(stopped, "init").exitCode()).isEqualTo(7);
        assertThat(container(stopped, "app"))
                .satisfies(app -> {
                    assertThat(app.lastStatus()).isEqualTo("STOPPED");
                    assertThat(app.exitCode()).isNull();
                    assertThat(app.runtimeId()).isNull();
                    assertThat(app.reason()).contains("init", "SUCCESS", "7");
                });
    }

    /**
     * The app lets the test knock once the server listens (on port 9000, which the kernel's table
     * shows as 2328), and exits when it does. The client, which depends on the server, is stopped
     * first and says so to the server; the server exits with 9 if it is stopped before it heard
     * that.
     */
    @Test
    void stopsTheSiblingsInReverseOrderWhenAnEssentialContainerExits() {
        String task =
                bench.runFargate(
                        "essential-exits",
                        bench.container(
                                "app",
                                "until grep -q :2328 /proc/net/tcp /proc/net/tcp6; do sleep 0.1; done; "
                                        + "nc -l -p 8080 > /dev/null; exit 3"),
                        bench.container(
                                        "server",
                                        "nc -l -p 9000 > /heard & "
                                                + "trap 'grep -q bye /heard && exit 4; exit 9' TERM; "
                                                + "sleep 1000 & wait; wait")
                                .essential(false),
                        bench.container(
                                        "client",
                                        "trap 'echo bye | nc 127.0.0.1 9000; exit 5' TERM; "
                                                + "sleep 1000 & wait")
                                .essential(false)
                                .dependsOn(after("server", ContainerCondition.START)));
        String address = TaskBench.address(bench.awaitRunning(task));

        Web.knock(address, 8080);
        Instant exit = Instant.now();
        Task stopped = bench.awaitStopped(task);

        assertThat(Duration.between(exit, stopped.stoppedAt())).isLessThan(Duration.ofSeconds(2));
        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
        assertThat(stopped.stoppedReason()).isEqualTo("Essential container in task exited");
        assertThat(container(stopped, "app").exitCode()).isEqualTo(3);
        assertThat(container(stopped, "client").exitCode()).isEqualTo(5);
        assertThat(container(stopped, "server").exitCode()).isEqualTo(4);
    }

    @Test
    void leavesNothingBehindWhenTheImageIsMissing() {
        String task =
                bench.runFargate(
                        "no-image", bench.container("app", TaskBench.IDLE).image(MISSING_IMAGE));

        Task stopped = bench.awaitStopped(task);

        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
        assertThat(stopped.stoppedReason())
                .startsWith("CannotPullContainerError: ")
                .contains(MISSING_IMAGE);
        assertThat(container(stopped, "app").reason()).isEqualTo(stopped.stoppedReason());
        assertThat(container(stopped, "app").exitCode()).isNull();
        assertThat(stopped.attachments().getFirst().status()).isEqualTo("DELETED");
        String eni = TaskBench.detail(stopped, "networkInterfaceId");
        try (DockerView docker = new DockerView(daemon.instance())) {
            await().untilAsserted(() -> {
                assertThat(docker.containersOf(task)).isEmpty();
                assertThat(docker.everything()).noneMatch(line -> line.contains(eni));
            });
        }
    }

    @Test
    void saysThatAContainerRanOutOfMemory() {
        String task =
                bench.runFargate(
                        "oom", bench.container("app", "head -c 64m /dev/zero | tail").memory(16));

        Task stopped = bench.awaitStopped(task);

        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.ESSENTIAL_CONTAINER_EXITED);
        assertThat(container(stopped, "app").exitCode()).isEqualTo(TaskBench.KILLED);
        assertThat(container(stopped, "app").reason())
                .isEqualTo("OutOfMemoryError: Container killed due to memory usage");
    }
}
