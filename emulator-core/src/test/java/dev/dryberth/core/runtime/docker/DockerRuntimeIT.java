package dev.dryberth.core.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Frame;

import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerExited;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerFailed;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerHealth;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerStarted;
import dev.dryberth.core.runtime.RuntimeEvent.ImagePullFailed;
import dev.dryberth.core.runtime.RuntimeEvent.ImagePulled;
import dev.dryberth.core.runtime.RuntimeEvent.Inventory;
import dev.dryberth.core.runtime.RuntimeEvent.ObservedContainer;
import dev.dryberth.core.runtime.RuntimeEvent.TaskMeasured;
import dev.dryberth.core.runtime.RuntimeEvent.TaskRemoved;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.ecs.model.HealthCheck;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Life and death of containers on the real engine. */
class DockerRuntimeIT {

    private static final String INSTANCE = "it-life";

    private static Engine engine;
    private static String image;
    private RuntimeProbe probe;

    @BeforeAll
    static void engine() {
        image = new BusyboxImage(null).ensureBuilt();
        engine = Engine.connect(null, 2);
    }

    @AfterAll
    static void closeEngine() {
        engine.close();
    }

    @BeforeEach
    void start() throws InterruptedException {
        probe = RuntimeProbe.start(INSTANCE, dev.dryberth.core.model.HostAccess.NONE, 20);
        probe.await(Inventory.class);
    }

    @AfterEach
    void clean() throws InterruptedException {
        probe.removeAll();
        probe.close();
    }

    private ContainerStarted run(ContainerSpec spec) throws InterruptedException {
        probe.run(new Effect.StartContainer(spec));
        return probe.await(ContainerStarted.class, e -> e.container().equals(spec.name()));
    }

    private ContainerExited exit(String runtimeId) throws InterruptedException {
        return probe.await(ContainerExited.class, e -> e.runtimeId().equals(runtimeId));
    }

    private void stop(ContainerStarted container, Duration timeout) {
        probe.run(
                new Effect.StopContainer(
                        container.task(), container.container(), container.runtimeId(), timeout));
    }

    /** Until the container has written something: it has set its traps by then. */
    private static void awaitOutput(ContainerStarted container) throws InterruptedException {
        CountDownLatch written = new CountDownLatch(1);
        ResultCallback.Adapter<Frame> output =
                new ResultCallback.Adapter<>() {
                    @Override
                    public void onNext(Frame frame) {
                        written.countDown();
                    }
                };
        engine.calls()
                .logContainerCmd(container.runtimeId())
                .withStdOut(true)
                .withFollowStream(true)
                .exec(output);
        assertThat(written.await(20, TimeUnit.SECONDS)).as("the container wrote a line").isTrue();
    }

    private static List<String> left() {
        return engine
                .calls()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(Labels.filter(Labels.INSTANCE, INSTANCE)))
                .exec()
                .stream()
                .map(c -> c.getNames()[0] + " " + c.getState())
                .toList();
    }

    @Test
    void tellsStartBeforeExitAndTheExitCode() throws InterruptedException {
        ContainerStarted started = run(Specs.shell(image, "exit 7").build());
        ContainerExited exited = exit(started.runtimeId());

        assertThat(exited.exitCode()).isEqualTo(7);
        assertThat(exited.outOfMemory()).isFalse();
        assertThat(exited.at()).isAfterOrEqualTo(started.at());
        List<RuntimeEvent> told = probe.events();
        assertThat(told.indexOf(started)).isLessThan(told.indexOf(exited));
        assertThat(probe.count(ContainerExited.class)).isEqualTo(1);
    }

    @Test
    void stopsWithTheStopSignalAndGives143() throws InterruptedException {
        // A shell as first process must ask for SIGTERM, or the kernel keeps it from it.
        ContainerStarted started =
                run(
                        Specs.shell(
                                        image,
                                        "trap 'exit 143' TERM; echo ready;"
                                                + " while :; do sleep 0.05; done")
                                .build());
        awaitOutput(started);
        stop(started, Duration.ofSeconds(30));
        assertThat(exit(started.runtimeId()).exitCode()).isEqualTo(143);
    }

    @Test
    void stopsWithTheSignalTheImageNames(@TempDir Path directory) throws Exception {
        Path dockerfile = directory.resolve("Dockerfile");
        Files.writeString(dockerfile, "FROM " + image + "\nSTOPSIGNAL SIGUSR1\n");
        String built =
                engine.calls()
                        .buildImageCmd(dockerfile.toFile())
                        .exec(new BuildImageResultCallback())
                        .awaitImageId();
        ContainerStarted started =
                run(
                        Specs.shell(
                                        built,
                                        "trap 'exit 42' USR1; trap 'exit 43' TERM; echo ready;"
                                                + " while :; do sleep 0.05; done")
                                .build());
        awaitOutput(started);
        stop(started, Duration.ofSeconds(30));
        assertThat(exit(started.runtimeId()).exitCode()).isEqualTo(42);
        probe.removeAll();
        engine.calls().removeImageCmd(built).exec();
    }

    @Test
    void killsWhatIgnoresItsStopSignalAfterTheTimeout() throws InterruptedException {
        ContainerStarted started = run(Specs.of(image, "sleep", "300").build());
        stop(started, Duration.ofMillis(700));
        ContainerExited exited = exit(started.runtimeId());
        assertThat(exited.exitCode()).isEqualTo(137);
        assertThat(exited.outOfMemory()).isFalse();
    }

    @Test
    void aStopOfManyDoesNotHoldUpAStart() throws InterruptedException {
        TaskArn many = Specs.task("0d0d");
        for (int i = 0; i < 12; i++) {
            String name = "stubborn-" + i;
            run(Specs.of(image, "sleep", "300").named(name).task(many).build());
        }
        probe.events().stream()
                .filter(ContainerStarted.class::isInstance)
                .map(ContainerStarted.class::cast)
                .toList()
                .forEach(started -> stop(started, Duration.ofSeconds(60)));

        run(Specs.of(image, "sleep", "300").named("late").task(Specs.task("0e0e")).build());

        assertThat(probe.count(ContainerExited.class)).isZero();
        probe.run(new Effect.RemoveTask(many));
        probe.await(TaskRemoved.class);
    }

    @Test
    void answersAStopOfWhatEndedAlready() throws InterruptedException {
        ContainerStarted started = run(Specs.shell(image, "exit 3").build());
        exit(started.runtimeId());
        probe.clear();

        stop(started, Duration.ofSeconds(1));

        assertThat(exit(started.runtimeId()).exitCode()).isEqualTo(3);
    }

    @Test
    void answersAStopOfWhatIsGoneWithoutAnExitCode() throws InterruptedException {
        probe.run(
                new Effect.StopContainer(
                        Specs.task("0af0"), "app", "f".repeat(64), Duration.ofSeconds(1)));
        assertThat(exit("f".repeat(64)).exitCode()).isNull();
    }

    @Test
    void tellsAnOutOfMemoryKill() throws InterruptedException {
        ContainerStarted started =
                run(Specs.of(image, "tail", "/dev/zero").define(d -> d.memory(16)).build());
        ContainerExited exited = exit(started.runtimeId());
        assertThat(exited.outOfMemory()).isTrue();
        assertThat(exited.exitCode()).isEqualTo(137);
    }

    @Test
    void tellsHealthAsItChanges() throws InterruptedException {
        ContainerStarted started =
                run(
                        Specs.shell(
                                        image,
                                        "touch /up; until [ -f /seen ]; do sleep 0.1; done; rm /up; sleep 300")
                                .define(d ->
                                        d.healthCheck(
                                                HealthCheck.builder()
                                                        .command(
                                                                "CMD-SHELL",
                                                                "test -f /up && touch /seen")
                                                        .interval(10)
                                                        .retries(2)
                                                        .build()))
                                .build());
        probe.await(ContainerHealth.class, e -> e.health() == HealthStatus.HEALTHY);
        ContainerHealth sick =
                probe.await(ContainerHealth.class, e -> e.health() == HealthStatus.UNHEALTHY);
        assertThat(sick.runtimeId()).isEqualTo(started.runtimeId());
    }

    @Test
    void aMissingImageCannotBePulled() throws InterruptedException {
        probe.run(new Effect.PullImage(Specs.task("0af0"), "app", "127.0.0.1:9/none/such:1", null));
        assertThat(probe.await(ImagePullFailed.class).reason())
                .startsWith(
                        "CannotPullContainerError: pull image manifest has been retried 1 time(s):"
                                + " failed to resolve ref 127.0.0.1:9/none/such:1: ");
        assertThat(left()).isEmpty();
    }

    @Test
    void aLocalImageIsUsedAndRemembered() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            probe.clear();
            probe.run(new Effect.PullImage(Specs.task("0af0"), "app", image, null));
            assertThat(probe.await(ImagePulled.class).digest()).isNull();
        }
    }

    @Test
    void aPinnedImageIsFoundByItsIdUnderAnyName() throws InterruptedException {
        String id = Objects.requireNonNull(engine.calls().inspectImageCmd(image).exec().getId());
        String moved = "127.0.0.1:9/none/such:1";
        probe.run(
                new Effect.PullImage(
                        Specs.task("0af0"), "app", moved, new PinnedImage("app", id, null)));
        assertThat(probe.await(ImagePulled.class).imageId()).isEqualTo(id);
    }

    @Test
    void aPinnedImageThatIsGoneIsAskedForByItsDigestOnly() throws InterruptedException {
        String gone = "sha256:" + "0".repeat(64);
        String name = "127.0.0.1:9/none/such:1";
        probe.run(
                new Effect.PullImage(
                        Specs.task("0af0"), "app", name, new PinnedImage("app", gone, gone)));
        assertThat(probe.await(ImagePullFailed.class).reason())
                .startsWith("CannotPullContainerError: ")
                .contains("failed to resolve ref 127.0.0.1:9/none/such@" + gone + ": ");

        probe.clear();
        probe.run(
                new Effect.PullImage(
                        Specs.task("0af0"), "app", name, new PinnedImage("app", gone, null)));
        assertThat(probe.await(ImagePullFailed.class).reason())
                .startsWith("CannotPullContainerError: image " + gone)
                .contains(name);
    }

    @Test
    void aContainerThatCannotStartLeavesNothing() throws InterruptedException {
        probe.run(new Effect.StartContainer(Specs.of(image, "/no/such/program").build()));
        assertThat(probe.await(ContainerFailed.class).reason())
                .startsWith("CannotStartContainerError: Error response from daemon: ")
                .contains("/no/such/program");
        assertThat(left()).isEmpty();
        assertThat(probe.count(ContainerExited.class)).isZero();
    }

    @Test
    void aContainerThatCannotBeCreatedLeavesNothing() throws InterruptedException {
        probe.run(new Effect.StartContainer(Specs.of("dryberth-test/none:1").build()));
        assertThat(probe.await(ContainerFailed.class).reason())
                .startsWith("CannotCreateContainerError: Error response from daemon: ")
                .contains("dryberth-test/none:1");
        assertThat(left()).isEmpty();
    }

    @Test
    void aRepeatedStartMeetsTheFirst() throws InterruptedException {
        ContainerSpec spec = Specs.of(image, "sleep", "300").build();
        ContainerStarted first = run(spec);
        probe.clear();
        ContainerStarted second = run(spec);
        assertThat(second.runtimeId()).isEqualTo(first.runtimeId());
        assertThat(left()).hasSize(1);
    }

    @Test
    void aRepeatedStartOfWhatEndedTellsItsEnd() throws InterruptedException {
        ContainerSpec spec = Specs.shell(image, "exit 5").build();
        exit(run(spec).runtimeId());
        probe.clear();
        ContainerStarted again = run(spec);
        assertThat(exit(again.runtimeId()).exitCode()).isEqualTo(5);
    }

    @Test
    void aRestartIsANewContainerInPlaceOfTheOld() throws InterruptedException {
        ContainerStarted first = run(Specs.shell(image, "exit 1").build());
        exit(first.runtimeId());
        probe.clear();

        ContainerStarted second = run(Specs.of(image, "sleep", "300").attempt(1).build());

        assertThat(second.runtimeId()).isNotEqualTo(first.runtimeId());
        probe.run(new Effect.RemoveUnknown("no-such-container"));
        org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(left()).hasSize(1));
        assertThat(probe.count(ContainerExited.class)).isZero();
    }

    @Test
    void removingATaskWaitsForItsStarts() throws InterruptedException {
        TaskArn task = Specs.task("0b0b");
        IntStream.range(0, 6)
                .mapToObj(i -> Specs.of(image, "sleep", "300").named("c" + i).task(task).build())
                .forEach(spec -> probe.run(new Effect.StartContainer(spec)));
        probe.run(new Effect.RemoveTask(task));
        probe.await(TaskRemoved.class);
        assertThat(left()).isEmpty();
        assertThat(probe.count(ContainerStarted.class)).isEqualTo(6);
        assertThat(probe.count(ContainerExited.class)).isZero();
    }

    @Test
    void aContainerRemovedByHandHasExited() throws InterruptedException {
        ContainerStarted started = run(Specs.of(image, "sleep", "300").build());
        engine.calls().removeContainerCmd(started.runtimeId()).withForce(true).exec();
        assertThat(exit(started.runtimeId()).exitCode()).isEqualTo(137);
    }

    @Test
    void aBrokenEventStreamIsFollowedByAnInventory() throws InterruptedException {
        ContainerStarted kept = run(Specs.of(image, "sleep", "300").build());
        ContainerStarted ended = run(Specs.shell(image, "exit 9").named("ended").build());
        exit(ended.runtimeId());
        probe.clear();

        probe.runtime().cutEvents();

        Inventory inventory = probe.await(Inventory.class);
        assertThat(inventory.containers())
                .extracting(
                        ObservedContainer::runtimeId,
                        ObservedContainer::running,
                        ObservedContainer::exitCode)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(kept.runtimeId(), true, null),
                        org.assertj.core.groups.Tuple.tuple(ended.runtimeId(), false, 9));
        stop(kept, Duration.ZERO);
        assertThat(exit(kept.runtimeId()).exitCode()).isEqualTo(137);
    }

    @Test
    void aNewRuntimeFindsWhatTheOldOneLeft() throws InterruptedException {
        ContainerStarted started = run(Specs.of(image, "sleep", "300").build());
        probe.close();

        probe = RuntimeProbe.start(INSTANCE);
        Inventory inventory = probe.await(Inventory.class);

        assertThat(inventory.containers())
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.runtimeId()).isEqualTo(started.runtimeId());
                    assertThat(found.task()).isEqualTo(started.task());
                    assertThat(found.container()).isEqualTo("app");
                    assertThat(found.running()).isTrue();
                    assertThat(found.startedAt()).isNotNull();
                });
        probe.run(new Effect.RemoveUnknown(started.runtimeId()));
        org.awaitility.Awaitility.await().untilAsserted(() -> assertThat(left()).isEmpty());
    }

    @Test
    void measuresWhatATasksContainersUse() throws InterruptedException {
        ContainerStarted busy = run(Specs.shell(image, "while :; do :; done").build());
        List<String> ids = List.of(busy.runtimeId(), "none");
        TaskMeasured first = measured(busy.task(), ids);
        TaskMeasured second = measured(busy.task(), ids);

        assertThat(second.cpuNanos()).isGreaterThan(first.cpuNanos());
        assertThat(second.at()).isAfter(first.at());
        assertThat(second.memoryBytes()).isBetween(1L, 100L << 20);
    }

    private TaskMeasured measured(TaskArn task, List<String> ids) throws InterruptedException {
        probe.clear();
        probe.run(new Effect.MeasureTask(task, ids));
        return probe.await(TaskMeasured.class);
    }

    @Test
    void limitsAndSettingsReachTheContainer() throws InterruptedException {
        ContainerStarted started =
                run(
                        Specs.of(image, "sleep", "300")
                                .define(d ->
                                        d.cpu(256)
                                                .memory(64)
                                                .memoryReservation(32)
                                                .readonlyRootFilesystem(true)
                                                .user("1000:1000")
                                                .workingDirectory("/tmp"))
                                .environment("A=1", "B=two words")
                                .taskLimits(512, 128)
                                .build());
        InspectContainerResponse found =
                engine.calls().inspectContainerCmd(started.runtimeId()).exec();
        assertThat(found.getHostConfig().getCpuShares()).isEqualTo(256);
        assertThat(found.getHostConfig().getMemory()).isEqualTo(64L << 20);
        assertThat(found.getHostConfig().getMemoryReservation()).isEqualTo(32L << 20);
        assertThat(found.getHostConfig().getNanoCPUs()).isEqualTo(500_000_000L);
        assertThat(found.getHostConfig().getReadonlyRootfs()).isTrue();
        assertThat(found.getConfig().getUser()).isEqualTo("1000:1000");
        assertThat(found.getConfig().getWorkingDir()).isEqualTo("/tmp");
        assertThat(found.getConfig().getEnv()).contains("A=1", "B=two words");
        assertThat(found.getConfig().getLabels())
                .containsEntry("com.amazonaws.ecs.task-arn", started.task().text())
                .containsEntry("com.amazonaws.ecs.task-definition-version", "3");
    }
}
