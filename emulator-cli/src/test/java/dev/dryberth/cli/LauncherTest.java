package dev.dryberth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;

/** The launcher script, in a repository of its own with a Maven that only pretends. */
final class LauncherTest {

    private static final Path LAUNCHER = Path.of("../dryberth");
    private static final String JAVA_25 = System.getProperty("java.home");

    @TempDir Path directory;
    private Path repository;
    private Path commands;

    @BeforeEach
    void aRepositoryThatIsNotBuilt() throws IOException {
        repository = Files.createDirectories(directory.resolve("with space"));
        commands = Files.createDirectories(directory.resolve("bin"));
        Files.copy(LAUNCHER, repository.resolve("dryberth"));
        executable(repository.resolve("dryberth"));
        source("pom.xml");
        source("emulator-cli/pom.xml");
        source("emulator-cli/src/main/java/Main.java");
        command(
                "java",
                "echo '    java.specification.version = 17'; echo '    java.home = /nowhere'");
        command(
                "mvn",
                """
                echo "mvn with $JAVA_HOME: $*" >&2
                mkdir -p "$(dirname "$0")/../with space/emulator-cli/target"
                echo 'exec echo "started in $home with" "$@"' \
                    > "$(dirname "$0")/../with space/emulator-cli/target/launch"
                """);
    }

    @Test
    void buildsWhatIsNotBuiltAndStarts() throws Exception {
        Run run = dryberth("serve", "--port", "0");

        assertThat(run.output()).contains("dryberth: building what is not built");
        assertThat(run.output())
                .contains("mvn with " + JAVA_25)
                .contains("-Dmaven.test.skip=true package");
        assertThat(run.output()).endsWith("started in " + repository + " with serve --port 0\n");
        assertThat(run.status()).isZero();
    }

    @Test
    void saysNothingWhenAllIsBuilt() throws Exception {
        dryberth();

        assertThat(dryberth("version").output())
                .isEqualTo("started in " + repository + " with version\n");
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        dryberth();
        Files.setLastModifiedTime(
                repository.resolve("emulator-cli/src/main/java/Main.java"),
                FileTime.from(Instant.now().plusSeconds(5)));

        assertThat(dryberth().output())
                .contains("because emulator-cli/src/main/java/Main.java changed");
    }

    @Test
    void saysInOneLineThatMavenIsMissing() throws Exception {
        Files.delete(commands.resolve("mvn"));
        for (String needed : new String[] {"sh", "sed", "find", "dirname"}) {
            command(needed, "exec /usr/bin/" + needed + " \"$@\"");
        }

        Run run = run(commands.toString());

        assertThat(run.output())
                .isEqualTo(
                        "dryberth: Maven is not installed: install it (Debian: apt-get install"
                                + " maven) and start again\n");
        assertThat(run.status()).isEqualTo(1);
    }

    private Run dryberth(String... arguments) throws Exception {
        return run(commands + ":/usr/bin:/bin", arguments);
    }

    private Run run(String path, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(repository.resolve("dryberth").toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("PATH", path);
        builder.environment().put("DRYBERTH_JAVA", JAVA_25);
        builder.redirectErrorStream(true).redirectInput(new File("/dev/null"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(output, process.waitFor());
    }

    private record Run(String output, int status) {}

    private void source(String name) throws IOException {
        Path file = repository.resolve(name);
        Files.createDirectories(directoryOf(file));
        Files.createFile(file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    }

    private void command(String name, String body) throws IOException {
        Path file = commands.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        executable(file);
    }

    private static Path directoryOf(Path file) {
        return file.resolve("..").normalize();
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
