package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.cli.faults.Thorough;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.Task;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Services whose containers, or whose daemon, are killed, or that are deleted while in use. */
class RolloutFaultsIT {

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration KILLING = Duration.ofSeconds(Thorough.count(10, 60));
    private static final int LEAST_KILLS = 10;
    private static final int KILL_EVERY_MILLIS = 600;
    private static final int DESIRED = 5;

    private static DaemonUnderTest daemon;
    private static TaskBench bench;
    private static DockerView docker;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.250.0.0/16", "--speed", FrontedService.SPEED);
        bench = new TaskBench(daemon);
        docker = new DockerView(daemon.instance());
    }

    @AfterAll
    static void close() {
        docker.close();
        daemon.close();
    }

    private static FrontedService service(String name, int desiredCount, int least, int most) {
        FrontedService service =
                FrontedService.create(
                        daemon,
                        bench,
                        name,
                        FrontedService.server("one"),
                        desiredCount,
                        FrontedService.rules(least, most),
                        "/");
        assertThat(service.answers()).containsExactly("200 one");
        return service;
    }

    @Test
    void fiveStayFiveWhileContainersAreKilled() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        FrontedService service = service("killed", DESIRED, 100, 200);
        long end = System.nanoTime() + KILLING.toNanos();
        int kills = 0;
        long limit = System.nanoTime() + KILLING.multipliedBy(10).toNanos();
        while ((kills < LEAST_KILLS && System.nanoTime() < limit) || System.nanoTime() < end) {
            List<String> containers = service.containers();
            if (!containers.isEmpty()) {
                docker.kill(containers.get(random.nextInt(containers.size())));
                kills++;
            }
            Service now = service.describe();
            assertThat(now.desiredCount()).isEqualTo(DESIRED);
            assertThat(now.runningCount() + now.pendingCount())
                    .as("within maximumPercent, seed %d", seed)
                    .isLessThanOrEqualTo(2 * DESIRED);
            LockSupport.parkNanos(
                    Duration.ofMillis(random.nextInt(2 * KILL_EVERY_MILLIS)).toNanos());
        }

        assertThat(kills).as("seed %d", seed).isGreaterThanOrEqualTo(LEAST_KILLS);
        service.awaits(
                "five healthy tasks",
                () -> {
                    List<Task> tasks = service.tasks();
                    return tasks.size() == DESIRED
                            && tasks.stream().allMatch(task -> task.lastStatus().equals("RUNNING"));
                });
        for (Task task : service.tasks()) {
            assertThat(Web.get(TaskBench.address(task), FrontedService.CONTAINER_PORT))
                    .isEqualTo("one");
        }
        service.awaitOnly("one");
    }

    @Test
    void aRollGoesOnAfterTheDaemonWasKilledInItsMiddle() {
        FrontedService service = service("interrupted", 4, 50, 100);
        String two = service.define(FrontedService.server("two"));
        String old = TaskBench.address(service.tasks().getFirst());
        service.update(two);
        service.awaits("both to answer", () -> service.answers().contains("200 two"));

        daemon.kill9();

        List<String> left =
                docker.containers().stream()
                        .map(container -> container.getState())
                        .filter("running"::equals)
                        .toList();
        assertThat(left).as("tasks need no daemon").isNotEmpty();
        daemon.restart();

        service.awaitOnly("two");
        assertThat(service.primary().taskDefinition()).isEqualTo(two);
        assertThat(service.tasks()).hasSize(4).extracting(TaskBench::address).doesNotContain(old);
        assertThat(service.rollouts().getFirst().statusAsString()).isEqualTo("SUCCESSFUL");
    }

    @Test
    void deletionDrainsBeforeItStops() {
        FrontedService service = service("deleted", 2, 100, 200);
        List<String> containers = service.containers();
        assertThat(containers).hasSize(2);
        try (Visitors visitors = service.visitors(4, PAUSE)) {
            service.awaits("visits", () -> visitors.count("200 one") > 50);
            service.delete();
            service.awaits("its end", () -> service.describe().status().equals("INACTIVE"));

            assertThat(service.answers()).containsExactly("503");
            assertThat(visitors.leave()).containsOnlyKeys("200 one", "503");
        }
        service.awaits(
                "its containers to be gone",
                () ->
                        docker.containers().stream()
                                .noneMatch(each -> containers.contains(each.getId())));
    }
}
