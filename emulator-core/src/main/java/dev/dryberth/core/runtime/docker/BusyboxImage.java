package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A small image with a shell, for the demo and the tests, that needs no internet: the engine's own
 * busybox if it has one, else one that can be pulled, else one built FROM scratch of the machine's
 * static busybox ({@code apt-get install busybox-static}).
 */
public final class BusyboxImage {

    /** The image that is built here. */
    public static final String BUILT = "dryberth/busybox:1";

    private static final Logger log = LoggerFactory.getLogger(BusyboxImage.class);
    private static final String PUBLIC = "busybox:latest";
    private static final Duration PULL_PATIENCE = Duration.ofSeconds(20);
    private static final List<Path> PLACES =
            List.of(
                    Path.of("/bin/busybox"),
                    Path.of("/usr/bin/busybox"),
                    Path.of("/bin/busybox.static"),
                    Path.of("/usr/lib/initramfs-tools/bin/busybox"));

    private final @Nullable String dockerHost;

    /** {@code dockerHost} as in {@link DockerSettings}. */
    public BusyboxImage(@Nullable String dockerHost) {
        this.dockerHost = dockerHost;
    }

    /**
     * Makes sure of the image and returns its reference. Talks to the engine on the caller's thread
     * and can take some seconds.
     *
     * @throws EngineUnavailableException when there is no engine, or no way to get the image
     */
    public String ensure() {
        try (Engine engine = Engine.connect(dockerHost, 1)) {
            String local = local(engine.calls());
            if (local != null) {
                return local;
            }
            if (pulled(engine)) {
                return PUBLIC;
            }
            build(engine, staticBusybox(engine.architecture()));
            return BUILT;
        }
    }

    /** Always the image built here, so that a test knows what is in it. */
    public String ensureBuilt() {
        try (Engine engine = Engine.connect(dockerHost, 1)) {
            if (!present(engine.calls(), BUILT)) {
                build(engine, staticBusybox(engine.architecture()));
            }
            return BUILT;
        }
    }

    private static @Nullable String local(DockerClient docker) {
        for (String reference : List.of(PUBLIC, BUILT)) {
            if (present(docker, reference)) {
                return reference;
            }
        }
        return docker.listImagesCmd().withReferenceFilter("busybox").exec().stream()
                .map(Image::getRepoTags)
                .filter(tags -> tags != null && tags.length > 0)
                .map(tags -> tags[0])
                .findFirst()
                .orElse(null);
    }

    private static boolean present(DockerClient docker, String reference) {
        try {
            docker.inspectImageCmd(reference).exec();
            return true;
        } catch (NotFoundException absent) {
            return false;
        }
    }

    private static boolean pulled(Engine engine) {
        try {
            return engine.streams()
                    .pullImageCmd("busybox")
                    .withTag("latest")
                    .exec(new PullImageResultCallback())
                    .awaitCompletion(PULL_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RuntimeException e) {
            log.debug("No busybox from a registry: {}", Reasons.message(e));
            return false;
        }
    }

    private static void build(Engine engine, Path busybox) {
        ImageArchive archive = new ImageArchive();
        try {
            archive.directory("bin", 0755)
                    .directory("etc", 0755)
                    .directory("root", 0700)
                    .directory("tmp", 01777)
                    .executable("bin/busybox", Files.readAllBytes(busybox));
            for (String applet : applets(busybox)) {
                if (!applet.equals("busybox")) {
                    archive.link("bin/" + applet, "busybox");
                }
            }
            try (InputStream image =
                    archive.finish(
                            BUILT,
                            engine.architecture(),
                            config -> {
                                config.putArray("Cmd").add("sh");
                                config.putArray("Env").add("PATH=/bin");
                            })) {
                engine.calls().loadImageCmd(image).exec();
            }
        } catch (IOException | DockerException e) {
            throw new EngineUnavailableException(
                    "No busybox image could be built: " + Reasons.message(e), e);
        }
    }

    private static Path staticBusybox(String engineArchitecture) {
        for (Path place : PLACES) {
            if (Files.isExecutable(place) && runsAlone(place, engineArchitecture)) {
                return place;
            }
        }
        throw new EngineUnavailableException(
                "There is no busybox image, no registry to pull it from and no static busybox on"
                        + " this machine to build one of: apt-get install busybox-static");
    }

    /** An ELF file for the engine's processor that asks for no dynamic loader. */
    static boolean runsAlone(Path file, String engineArchitecture) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] magic = {0x7F, 'E', 'L', 'F', 2, 1};
        if (bytes.length < 64 || !Arrays.equals(bytes, 0, 6, magic, 0, 6)) {
            return false;
        }
        ByteBuffer elf = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        short machine = PauseProgram.machine(engineArchitecture);
        if (elf.getShort(18) != machine) {
            return false;
        }
        int table = (int) elf.getLong(32);
        int size = elf.getShort(54);
        int count = elf.getShort(56);
        int interpreter = 3;
        for (int i = 0; i < count; i++) {
            if (elf.getInt(table + i * size) == interpreter) {
                return false;
            }
        }
        return true;
    }

    private static List<String> applets(Path busybox) throws IOException {
        Process list =
                new ProcessBuilder(busybox.toString(), "--list").redirectErrorStream(true).start();
        try (InputStream output = list.getInputStream()) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
