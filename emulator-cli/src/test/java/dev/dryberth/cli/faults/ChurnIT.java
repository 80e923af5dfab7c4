package dev.dryberth.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dryberth.cli.acceptance.DaemonUnderTest;
import dev.dryberth.cli.acceptance.DockerView;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Tasks of all kinds are started and ended at random moments, by their own fault, by request, or by
 * somebody who removes their containers from the engine. In the end nothing of them is left.
 */
@Order(1)
class ChurnIT {

    private static final int CYCLES = Thorough.count(60, 200);
    private static final int AT_ONCE = 8;

    /** One namespace stands ready in each of three subnets. */
    private static final int POOL = 3;

    private static final int LONGEST_MOMENT_MILLIS = 600;

    private final Seed seed = Seed.draw("ChurnIT");

    /** What ends a task, unless it ends by itself. */
    private enum Ending {
        STOP_AT_ONCE,
        STOP_EARLY,
        STOP,
        REMOVE_CONTAINERS,
        REMOVE_NAMESPACE
    }

    private record Cycle(Recipe recipe, NetworkMode mode, Ending ending, Task task) {}

    @Test
    void tasksWithFaultsLeaveNothingBehind() throws Exception {
        try (DaemonUnderTest daemon = DaemonUnderTest.start("10.227.0.0/16", "--pause-pool", "1");
                DockerView docker = new DockerView(daemon.instance())) {
            Work work = new Work(daemon);

            List<Cycle> cycles = run(work, docker);

            assertThat(cycles)
                    .as("seed %d", seed.value())
                    .allSatisfy(ChurnIT::endedWithAReason)
                    .hasSize(CYCLES);
            assertThat(work.all().values()).hasSize(CYCLES).allMatch(Work::stopped);
            await("only the ready pool to be left, seed " + seed.value())
                    .atMost(Work.PATIENCE)
                    .untilAsserted(() -> onlyThePoolIsLeft(docker));

            daemon.reset();
            assertThat(docker.everything()).as("after the reset, seed %d", seed.value()).isEmpty();
        }
    }

    private List<Cycle> run(Work work, DockerView docker) throws InterruptedException {
        List<Future<Cycle>> under = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int i = 0; i < CYCLES; i++) {
                SplittableRandom random = seed.random(i);
                under.add(threads.submit(() -> cycle(work, docker, random)));
            }
        }
        List<Cycle> done = new ArrayList<>();
        for (Future<Cycle> each : under) {
            try {
                done.add(each.get());
            } catch (ExecutionException e) {
                throw new AssertionError("seed " + seed.value(), e.getCause());
            }
        }
        return done;
    }

    private static Cycle cycle(Work work, DockerView docker, SplittableRandom random) {
        Recipe recipe = Seed.oneOf(random, List.of(Recipe.values()));
        Ending ending = Seed.oneOf(random, List.of(Ending.values()));
        Duration moment = Duration.ofMillis(random.nextInt(LONGEST_MOMENT_MILLIS));
        NetworkMode mode = recipe.someMode(random);
        String task = work.run(recipe, mode);
        switch (ending) {
            case STOP_AT_ONCE -> work.stop(task);
            case STOP_EARLY -> {
                Work.pass(moment);
                work.stop(task);
            }
            case STOP -> {
                awaitUp(work, task);
                Work.pass(moment);
                work.stop(task);
            }
            case REMOVE_CONTAINERS ->
                    awaitUp(work, task).containers().stream()
                            .map(Container::runtimeId)
                            .filter(Objects::nonNull)
                            .forEach(docker::remove);
            case REMOVE_NAMESPACE ->
                    work.namespaceOf(awaitUp(work, task))
                            .ifPresentOrElse(docker::remove, () -> work.stop(task));
        }
        Task stopped = work.await(recipe + " " + mode + " " + ending, task, Work::stopped);
        return new Cycle(recipe, mode, ending, stopped);
    }

    private static Task awaitUp(Work work, String task) {
        return work.await("up", task, seen -> Work.running(seen) || Work.stopped(seen));
    }

    private static void endedWithAReason(Cycle cycle) {
        Task task = cycle.task();
        assertThat(task.desiredStatus()).isEqualTo(Work.STOPPED);
        assertThat(task.stopCodeAsString()).isNotEmpty();
        assertThat(task.stoppedReason()).isNotEmpty();
        assertThat(task.stoppedAt()).isNotNull();
        assertThat(task.containers())
                .allMatch(container -> container.lastStatus().equals(Work.STOPPED));
        if (cycle.ending() == Ending.STOP) {
            assertThat(task.stopCodeAsString()).isEqualTo(expectedStopCode(cycle));
        }
    }

    /** Who came first, when a task that ends by itself is stopped too, is anybody's guess. */
    private static String expectedStopCode(Cycle cycle) {
        return switch (cycle.recipe()) {
            case STEADY, SIDECAR, VOLUME, INIT, IGNORES_SIGTERM, BRIDGE -> "UserInitiated";
            case MISSING_IMAGE, CREATE_FAILURE, START_FAILURE -> "TaskFailedToStart";
            case CRASH, QUICK_EXIT -> cycle.task().stopCodeAsString();
        };
    }

    private static void onlyThePoolIsLeft(DockerView docker) {
        assertThat(docker.containers())
                .hasSize(POOL)
                .allMatch(
                        container -> "pause".equals(container.getLabels().get("dev.dryberth.role")))
                .allMatch(container -> container.getState().equals("running"));
        assertThat(docker.connected()).as("endpoints in our networks").hasSize(POOL);
        assertThat(docker.everything()).noneMatch(line -> line.startsWith("volume "));
    }
}
