package dev.dryberth.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.dryberth.cli.acceptance.DaemonUnderTest;
import dev.dryberth.cli.acceptance.DockerView;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.Task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The daemon is killed whatever it is doing, and started again on the same state. */
@Order(2)
class KillIT {

    private static final int RUN_TASKS = Thorough.count(10, 30);
    private static final int LEAST_KILLS = Thorough.count(2, 5);
    private static final int LONGEST_LIFE_MILLIS = 2500;

    /** So many tasks go on from one life of the daemon to the next; more would only take time. */
    private static final int KEPT = 5;

    /** One namespace stands ready in each of three subnets. */
    private static final int POOL = 3;

    private static final String ROLE = "dev.dryberth.role";
    private static final int KILLED = 137;
    private static final int SIGTERM_STATUS = 143;

    private static Seed seed;
    private static DaemonUnderTest daemon;
    private static DockerView docker;

    @BeforeAll
    static void start() {
        seed = Seed.draw("KillIT");
        daemon = DaemonUnderTest.start("10.228.0.0/16", "--pause-pool", "1");
        docker = new DockerView(daemon.instance());
    }

    @AfterAll
    static void close() {
        docker.close();
        daemon.close();
    }

    @Test
    void nothingAcknowledgedIsLostAndNothingUnknownStays() throws InterruptedException {
        daemon.reset();
        Work work = new Work(daemon);
        Acknowledged acknowledged = new Acknowledged();
        Set<String> removed = new TreeSet<>();
        for (int kill = 0; kill < LEAST_KILLS || acknowledged.runs() < RUN_TASKS; kill++) {
            SplittableRandom random = seed.random(kill);
            String moment = "kill %d, seed %d".formatted(kill, seed.value());
            Clients clients = Clients.busy(daemon.ecs(), work, acknowledged, random.split());
            Work.pass(Duration.ofMillis(random.nextInt(LONGEST_LIFE_MILLIS)));
            Map<String, Task> before = acknowledged.described(work);
            daemon.kill9();
            clients.end();
            List<Task> undisturbed = undisturbed(before, acknowledged);
            removed.addAll(removeFrom(undisturbed, work, random));

            daemon.restart();

            acknowledged.assertKnown(daemon.ecs(), work, moment);
            Map<String, Task> after = settle(work, moment);
            for (Task task : undisturbed) {
                Task now = Objects.requireNonNull(after.get(task.taskArn()), moment);
                if (removed.contains(task.taskArn())) {
                    stoppedWithAReason(now, moment);
                } else {
                    goesOn(task, now, moment);
                }
            }
            for (String stopped : acknowledged.stopped()) {
                assertThat(after.get(stopped)).as(moment).matches(Work::stopped);
            }
            onlyWhatTasksOwnIsLeft(after, work, moment);
            stopAllBut(KEPT, after, acknowledged, work);
        }
    }

    /** The tasks that ran and that nobody asked to stop. */
    private static List<Task> undisturbed(Map<String, Task> before, Acknowledged acknowledged) {
        return before.values().stream()
                .filter(Work::running)
                .filter(task -> task.desiredStatus().equals(Work.RUNNING))
                .filter(task -> !acknowledged.mayBeStopped(task.taskArn()))
                .toList();
    }

    /** While the daemon is away, one task loses a container and another its network. */
    private static Set<String> removeFrom(List<Task> tasks, Work work, SplittableRandom random) {
        Set<String> removed = new HashSet<>();
        if (!tasks.isEmpty() && random.nextBoolean()) {
            Task task = tasks.getFirst();
            docker.remove(task.containers().getFirst().runtimeId());
            removed.add(task.taskArn());
        }
        if (random.nextBoolean()) {
            tasks.reversed().stream()
                    .filter(task -> work.namespaceOf(task).isPresent())
                    .filter(task -> !removed.contains(task.taskArn()))
                    .findFirst()
                    .ifPresent(task -> {
                        docker.remove(work.namespaceOf(task).orElseThrow());
                        removed.add(task.taskArn());
                    });
        }
        return removed;
    }

    private static Map<String, Task> settle(Work work, String moment) {
        return await("all tasks to be where they are to be, " + moment)
                .pollInterval(Work.LOOK_AGAIN)
                .atMost(Work.PATIENCE)
                .until(work::all, all -> all.values().stream().allMatch(Work::settled));
    }

    private static void stoppedWithAReason(Task task, String moment) {
        assertThat(task).as(moment).matches(Work::stopped);
        assertThat(task.stopCodeAsString()).as(moment).isEqualTo("EssentialContainerExited");
        assertThat(task.stoppedReason()).as(moment).isNotEmpty();
    }

    private static void goesOn(Task before, Task after, String moment) {
        assertThat(after).as(moment).matches(Work::running);
        assertThat(runtimeIds(after)).as(moment).isEqualTo(runtimeIds(before));
        assertThat(after.startedAt()).as(moment).isEqualTo(before.startedAt());
    }

    private static List<String> runtimeIds(Task task) {
        return task.containers().stream().map(Container::runtimeId).toList();
    }

    private static void onlyWhatTasksOwnIsLeft(Map<String, Task> tasks, Work work, String moment) {
        List<Task> running = tasks.values().stream().filter(Work::running).toList();
        Set<String> owned =
                running.stream()
                        .flatMap(task -> runtimeIds(task).stream())
                        .collect(Collectors.toCollection(TreeSet::new));
        long namespaces =
                running.stream().filter(task -> work.namespaceOf(task).isPresent()).count();
        await("nothing but what tasks own, " + moment)
                .pollInterval(Work.LOOK_AGAIN)
                .atMost(Work.PATIENCE)
                .untilAsserted(() -> {
                    assertThat(ids("app")).isEqualTo(owned);
                    assertThat(ids("pause")).hasSize((int) namespaces + POOL);
                    assertThat(docker.connected()).isEqualTo(ids("pause"));
                    assertThat(docker.containers())
                            .extracting(container -> container.getState())
                            .containsOnly("running");
                });
    }

    private static Set<String> ids(String role) {
        return docker.containers().stream()
                .filter(container -> role.equals(container.getLabels().get(ROLE)))
                .map(com.github.dockerjava.api.model.Container::getId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void stopAllBut(
            int kept, Map<String, Task> tasks, Acknowledged acknowledged, Work work) {
        tasks.values().stream()
                .filter(Work::running)
                .skip(kept)
                .map(Task::taskArn)
                .forEach(task -> acknowledged.stopping(task, () -> work.stop(task)));
    }

    @Test
    void aTaskThatWasBeingStoppedIsStoppedByTheNextDaemon() {
        Work work = new Work(daemon);
        String task = work.run(Recipe.IGNORES_SIGTERM);
        work.await("running", task, Work::running);
        work.stop(task);
        daemon.kill9();

        daemon.restart();

        Task stopped = work.await("stopped", task, Work::stopped);
        assertThat(stopped.stopCodeAsString()).isEqualTo("UserInitiated");
        assertThat(stopped.containers().getFirst().exitCode()).isEqualTo(KILLED);
        await("its containers to be gone")
                .atMost(Work.PATIENCE)
                .until(() -> docker.containersOf(task).isEmpty());
    }

    @Test
    void namespacesThatWereBeingMadeReadyAreAdoptedOrRemoved() {
        SplittableRandom random = seed.random(-1);
        for (int i = 0; i < Thorough.count(1, 3); i++) {
            daemon.reset();
            Work work = new Work(daemon);
            String task = work.run(Recipe.STEADY);
            int some = 1 + random.nextInt(POOL);
            await("some namespaces")
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(Work.PATIENCE)
                    .until(() -> ids("pause").size() >= some);
            daemon.kill9();

            daemon.restart();

            assertThat(work.await("running", task, Work::settled)).matches(Work::running);
            onlyWhatTasksOwnIsLeft(work.all(), work, "seed " + seed.value());
        }
    }

    @Test
    void tasksGoOnWhileTheDaemonIsAwayInAnOrderlyWay() {
        daemon.reset();
        Work work = new Work(daemon);
        List<Task> before = new ArrayList<>();
        for (Recipe recipe : List.of(Recipe.STEADY, Recipe.SIDECAR, Recipe.BRIDGE)) {
            before.add(work.await("running", work.run(recipe), Work::running));
        }

        assertThat(daemon.terminate()).isEqualTo(SIGTERM_STATUS);

        List<String> owned =
                before.stream().flatMap(task -> runtimeIds(task).stream()).sorted().toList();
        assertThat(ids("app")).containsExactlyElementsOf(owned);
        assertThat(ids("pause")).as("only those of tasks are kept").hasSize(2);
        daemon.restart();
        for (Task task : before) {
            Task after = work.describe(task.taskArn());
            goesOn(task, after, "after SIGTERM");
            assertThat(after.containers().getFirst().networkBindings())
                    .isEqualTo(task.containers().getFirst().networkBindings());
        }
    }
}
