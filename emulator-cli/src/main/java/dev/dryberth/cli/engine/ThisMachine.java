package dev.dryberth.cli.engine;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The machine this process runs on. */
final class ThisMachine implements Machine {
    @Override
    public boolean isRoot() {
        try {
            // The owner of a process's own entry in /proc is its effective user, with no native
            // call and no `id`.
            return Files.isDirectory(Path.of("/proc/self"))
                    && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean hasApt() {
        return hasCommand("apt-get");
    }

    @Override
    public boolean hasCommand(String name) {
        return Stream.concat(
                        Stream.of(
                                System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/sbin"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    @Override
    public boolean isRunBySystemd() {
        return Files.isDirectory(Path.of("/run/systemd/system"));
    }

    @Override
    public boolean run(Path log, List<String> command) {
        try {
            return builder(log, command).start().waitFor() == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void startDetached(Path log, List<String> command) {
        List<String> detached = new ArrayList<>(List.of("setsid", "--fork"));
        detached.addAll(command);
        run(log, detached);
    }

    @Override
    public void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void say(String line) {
        System.err.println("dryberth: " + line);
    }

    private static ProcessBuilder builder(Path log, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
        builder.redirectInput(new File("/dev/null"));
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.redirectErrorStream(true);
        return builder;
    }
}
