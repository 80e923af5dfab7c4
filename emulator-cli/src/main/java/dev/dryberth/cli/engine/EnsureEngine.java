package dev.dryberth.cli.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes sure of a Docker engine: takes the one that answers; else, as root where apt-get is,
 * installs the distribution's engine and starts it; else says in one line what to install.
 *
 * <p>{@code dryberth demo} calls it, and so does the build before its integration tests, straight
 * from source ({@code java EnsureEngine.java target/engine.properties}), hence no imports beyond
 * the JDK in this package.
 *
 * <p>Whether this process is itself in a container is never asked: a container that is root and may
 * run an engine is as good as any machine, and one that may not finds out within {@link
 * #START_LIMIT} and says so.
 */
public final class EnsureEngine {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final Path LOG =
            Path.of(System.getProperty("java.io.tmpdir"), "dryberth-engine.log");
    private static final List<String> PACKAGES = List.of("docker.io", "iptables", "busybox-static");

    private final EngineFinder finder;
    private final Machine machine;
    private final Path log;

    EnsureEngine(EngineFinder finder, Machine machine, Path log) {
        this.finder = finder;
        this.machine = machine;
        this.log = log;
    }

    public static EnsureEngine onThisMachine() {
        return new EnsureEngine(EngineFinder.ofThisMachine(), new ThisMachine(), LOG);
    }

    /**
     * Writes {@code docker.host=<address>} to the file named first, for the build to hand to its
     * tests.
     */
    public static void main(String[] arguments) throws IOException {
        try {
            String host = onThisMachine().ensure();
            if (arguments.length > 0) {
                Path properties = Path.of(arguments[0]).toAbsolutePath();
                Files.createDirectories(properties.resolve("..").normalize());
                Files.writeString(properties, "docker.host=" + host + "\n");
            }
        } catch (EngineException e) {
            System.err.println("dryberth: " + e.getMessage());
            System.exit(1);
        }
    }

    /**
     * The address of an engine that answers, as {@code DOCKER_HOST} would hold it. Takes a minute
     * or more when it has to install one.
     *
     * @throws EngineException with the line to show when no engine can be had
     */
    public String ensure() throws EngineException {
        Optional<String> running = finder.find();
        if (running.isPresent()) {
            return running.get();
        }
        if (!machine.isRoot()) {
            throw new EngineException(
                    machine.hasCommand("dockerd")
                            ? "no Docker engine answers: start it (sudo systemctl start docker), or join its group (sudo usermod -aG docker $USER)"
                            : "no Docker engine answers: install Docker Engine or Docker Desktop (Debian and Ubuntu: sudo apt-get install docker.io busybox-static)");
        }
        if (!machine.hasCommand("dockerd")) {
            if (!machine.hasApt()) {
                throw new EngineException(
                        "no Docker engine answers and there is no apt-get to install one with: install Docker Engine (https://docs.docker.com/engine/install)");
            }
            install(PACKAGES);
        }
        return start();
    }

    /**
     * Installs a static busybox, from which an image can be built without a registry; false where
     * this process can't.
     */
    public boolean installBusybox() throws EngineException {
        if (!machine.isRoot() || !machine.hasApt()) {
            return false;
        }
        install(List.of("busybox-static"));
        return true;
    }

    private void install(List<String> packages) throws EngineException {
        machine.say(
                "installing " + String.join(", ", packages) + " with apt-get (log: " + log + ")");
        // A failed update is no reason to stop: the package lists may be there already, as in an
        // offline mirror.
        machine.run(log, List.of("apt-get", "-q", "update"));
        List<String> command =
                new ArrayList<>(
                        List.of("apt-get", "-q", "install", "-y", "--no-install-recommends"));
        command.addAll(packages);
        if (!machine.run(log, command)) {
            throw new EngineException(
                    "apt-get could not install " + String.join(" ", packages) + ": see " + log);
        }
    }

    private String start() throws EngineException {
        machine.say("starting dockerd (log: " + log + ")");
        if (machine.isRunBySystemd()) {
            machine.run(log, List.of("systemctl", "start", "docker"));
        } else {
            machine.startDetached(log, List.of("dockerd"));
        }
        for (Duration waited = Duration.ZERO;
                waited.compareTo(START_LIMIT) < 0;
                waited = waited.plus(LOOK_AGAIN)) {
            Optional<String> running = finder.find();
            if (running.isPresent()) {
                return running.get();
            }
            machine.pause(LOOK_AGAIN);
        }
        throw new EngineException(
                "dockerd did not answer within "
                        + START_LIMIT.toSeconds()
                        + " s: see "
                        + log
                        + " (in a container it needs --privileged)");
    }
}
