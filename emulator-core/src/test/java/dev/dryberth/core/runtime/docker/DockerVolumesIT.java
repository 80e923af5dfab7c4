package dev.dryberth.core.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectVolumeResponse;

import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerExited;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerFailed;
import dev.dryberth.core.runtime.RuntimeEvent.ContainerStarted;
import dev.dryberth.core.runtime.RuntimeEvent.Inventory;
import dev.dryberth.core.runtime.RuntimeEvent.TaskRemoved;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.ecs.model.MountPoint;
import software.amazon.awssdk.services.ecs.model.Scope;
import software.amazon.awssdk.services.ecs.model.Volume;
import software.amazon.awssdk.services.ecs.model.VolumeFrom;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Volumes on the real engine: who sees them and how long they live. */
class DockerVolumesIT {

    private static final String INSTANCE = "it-volumes";

    private static Engine engine;
    private static String image;
    @TempDir private Path allowed;
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
        probe = RuntimeProbe.start(INSTANCE, new HostAccess(List.of(allowed.toString()), false), 1);
        probe.await(Inventory.class);
    }

    @AfterEach
    void clean() throws InterruptedException {
        probe.removeAll();
        probe.close();
        assertThat(volumes()).isEmpty();
    }

    private static List<String> volumes() {
        return engine
                .calls()
                .listVolumesCmd()
                .withFilter("label", List.of(Labels.filter(Labels.INSTANCE, INSTANCE)))
                .exec()
                .getVolumes()
                .stream()
                .map(InspectVolumeResponse::getName)
                .toList();
    }

    private int exitCode(ContainerSpec spec) throws InterruptedException {
        probe.run(new Effect.StartContainer(spec));
        Integer code =
                probe.await(ContainerExited.class, e -> e.container().equals(spec.name()))
                        .exitCode();
        return code == null ? -1 : code;
    }

    private static MountPoint at(String volume, String path) {
        return MountPoint.builder().sourceVolume(volume).containerPath(path).build();
    }

    @Test
    void aTasksVolumeIsSharedByItsContainersAndGoesWithIt() throws InterruptedException {
        Volume scratch = Volume.builder().name("scratch").build();
        assertThat(
                        exitCode(
                                Specs.shell(image, "echo hello > /data/file")
                                        .named("writer")
                                        .define(d -> d.mountPoints(at("scratch", "/data")))
                                        .volumes(scratch)
                                        .build()))
                .isZero();
        assertThat(
                        exitCode(
                                Specs.shell(image, "grep -q hello /in/file && exit 4")
                                        .named("reader")
                                        .define(d -> d.mountPoints(at("scratch", "/in")))
                                        .volumes(scratch)
                                        .build()))
                .isEqualTo(4);
        assertThat(volumes()).hasSize(1);

        probe.run(new Effect.RemoveTask(Specs.task("0af0")));
        probe.await(TaskRemoved.class);
        assertThat(volumes()).isEmpty();
    }

    @Test
    void aSharedVolumeOutlivesTheTask() throws InterruptedException {
        exitCode(
                Specs.of(image, "true")
                        .define(d -> d.mountPoints(at("it-volumes-shared", "/data")))
                        .volumes(
                                Volume.builder()
                                        .name("it-volumes-shared")
                                        .dockerVolumeConfiguration(
                                                c -> c.scope(Scope.SHARED).autoprovision(true))
                                        .build())
                        .build());
        probe.run(new Effect.RemoveTask(Specs.task("0af0")));
        probe.await(TaskRemoved.class);
        assertThat(volumes()).containsExactly("it-volumes-shared");
    }

    @Test
    void volumesFromASiblingAreSeen() throws InterruptedException {
        probe.run(
                new Effect.StartContainer(
                        Specs.shell(image, "echo hi > /data/file; sleep 300")
                                .define(d -> d.mountPoints(at("v", "/data")))
                                .volumes(Volume.builder().name("v").build())
                                .build()));
        String app = probe.await(ContainerStarted.class).runtimeId();
        assertThat(
                        exitCode(
                                Specs.shell(image, "until [ -f /data/file ]; do sleep 0.1; done")
                                        .named("other")
                                        .define(d ->
                                                d.volumesFrom(
                                                        VolumeFrom.builder()
                                                                .sourceContainer("app")
                                                                .readOnly(true)
                                                                .build()))
                                        .siblings(new ContainerSpec.Sibling("app", app))
                                        .build()))
                .isZero();
    }

    @Test
    void mountsADirectoryThatIsAllowed() throws InterruptedException, IOException {
        Files.writeString(allowed.resolve("file"), "from the host");
        assertThat(
                        exitCode(
                                Specs.shell(image, "grep -q host /in/file && exit 11")
                                        .define(d -> d.mountPoints(at("v", "/in")))
                                        .volumes(
                                                Volume.builder()
                                                        .name("v")
                                                        .host(h -> h.sourcePath(allowed.toString()))
                                                        .build())
                                        .build()))
                .isEqualTo(11);
    }

    @Test
    void aLinkDoesNotLeadOutOfTheAllowedDirectory() throws InterruptedException, IOException {
        Path link = Files.createSymbolicLink(allowed.resolve("etc"), Path.of("/etc"));
        probe.run(
                new Effect.StartContainer(
                        Specs.of(image, "true")
                                .define(d -> d.mountPoints(at("v", "/in")))
                                .volumes(
                                        Volume.builder()
                                                .name("v")
                                                .host(h -> h.sourcePath(link.toString()))
                                                .build())
                                .build()));
        assertThat(probe.await(ContainerFailed.class).reason())
                .startsWith("CannotCreateContainerError: Host path '" + link + "' (really '/etc')")
                .contains("--allow-mount");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "local"})
    void aVolumeBoundToALinkDoesNotLeadOutOfItEither(String driver)
            throws InterruptedException, IOException {
        Path link = Files.createSymbolicLink(allowed.resolve("etc"), Path.of("/etc"));
        probe.run(
                new Effect.StartContainer(
                        Specs.of(image, "true")
                                .define(d -> d.mountPoints(at("v", "/in")))
                                .volumes(
                                        Volume.builder()
                                                .name("v")
                                                .dockerVolumeConfiguration(c ->
                                                        c.driver(driver)
                                                                .driverOpts(
                                                                        Map.of(
                                                                                "type",
                                                                                "none",
                                                                                "o",
                                                                                "bind",
                                                                                "device",
                                                                                link.toString())))
                                                .build())
                                .build()));
        assertThat(probe.await(ContainerFailed.class).reason()).contains("really '/etc'");
    }

    @Test
    void aSharedVolumeThatNobodyMadeIsRefused() throws InterruptedException {
        probe.run(
                new Effect.StartContainer(
                        Specs.of(image, "true")
                                .define(d -> d.mountPoints(at("it-volumes-absent", "/data")))
                                .volumes(
                                        Volume.builder()
                                                .name("it-volumes-absent")
                                                .dockerVolumeConfiguration(
                                                        c -> c.scope(Scope.SHARED))
                                                .build())
                                .build()));
        assertThat(probe.await(ContainerFailed.class).reason())
                .isEqualTo(
                        "CannotCreateVolumeError: volume 'it-volumes-absent' does not exist"
                                + " (expected: one that was made before, or autoprovision)");
    }
}
