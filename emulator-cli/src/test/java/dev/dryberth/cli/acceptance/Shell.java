package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assertions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs other people's programs as a user of the shell does. */
final class Shell {

    private static final int LIMIT_SECONDS = 180;

    private Shell() {}

    /** What a program that ended said. */
    record Ended(int status, String out, String err) {

        /** What a program that must have succeeded wrote. */
        String output() {
            assertThat(status).as("%s%s", out, err).isZero();
            return out;
        }
    }

    /**
     * Runs a program to its end.
     *
     * @param howToInstall what to do when the program is not there, which fails the test
     */
    static Ended run(List<String> command, Map<String, String> environment, String howToInstall) {
        try {
            Path out = Files.createTempFile("out-", ".txt");
            Path err = Files.createTempFile("err-", ".txt");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command)
                                .redirectInput(Path.of("/dev/null").toFile())
                                .redirectOutput(out.toFile())
                                .redirectError(err.toFile());
                builder.environment().putAll(environment);
                Process process = start(builder, howToInstall);
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    Assertions.fail(command + " did not end: " + Files.readString(err));
                }
                return new Ended(
                        process.exitValue(),
                        Files.readString(out, StandardCharsets.UTF_8),
                        Files.readString(err, StandardCharsets.UTF_8));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Process start(ProcessBuilder builder, String howToInstall) {
        try {
            return builder.start();
        } catch (IOException e) {
            return Assertions.fail(
                    builder.command().getFirst() + " can't be run: " + howToInstall, e);
        }
    }
}
