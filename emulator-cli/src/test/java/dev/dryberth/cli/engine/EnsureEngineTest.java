package dev.dryberth.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class EnsureEngineTest {
    private static final String SOCKET = "unix:///var/run/docker.sock";

    private final FakeMachine machine = new FakeMachine();

    @Test
    void takesTheEngineThatAnswersAndDoesNothingElse() throws EngineException {
        machine.answering = true;

        assertThat(ensure()).isEqualTo(SOCKET);
        assertThat(machine.commands).isEmpty();
    }

    @Test
    void installsAndStartsOneAsRootOnDebian() throws EngineException {
        assertThat(ensure()).isEqualTo(SOCKET);
        assertThat(machine.commands)
                .containsExactly(
                        "apt-get -q update",
                        "apt-get -q install -y --no-install-recommends docker.io iptables busybox-static",
                        "detached: dockerd");
    }

    @Test
    void startsTheOneThatIsInstalled() throws EngineException {
        machine.installed.add("dockerd");

        assertThat(ensure()).isEqualTo(SOCKET);
        assertThat(machine.commands).containsExactly("detached: dockerd");
    }

    @Test
    void leavesTheStartToSystemdWhereItRuns() throws EngineException {
        machine.installed.add("dockerd");
        machine.systemd = true;

        assertThat(ensure()).isEqualTo(SOCKET);
        assertThat(machine.commands).containsExactly("systemctl start docker");
    }

    @Test
    void saysWhatToInstallWhenNotRoot() {
        machine.root = false;

        assertThatThrownBy(this::ensure)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("install Docker Engine or Docker Desktop");
        assertThat(machine.commands).isEmpty();
    }

    @Test
    void saysWhatToInstallWhereThereIsNoApt() {
        machine.apt = false;

        assertThatThrownBy(this::ensure)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("install Docker Engine")
                .hasMessageNotContaining("\n");
        assertThat(machine.commands).isEmpty();
    }

    @Test
    void saysWhereToLookWhenAptFails() {
        machine.broken = true;

        assertThatThrownBy(this::ensure)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("apt-get could not install docker.io")
                .hasMessageContaining("engine.log");
    }

    @Test
    void givesUpOnADaemonThatNeverAnswers() {
        machine.installed.add("dockerd");
        machine.broken = true;

        assertThatThrownBy(this::ensure)
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("did not answer within 60 s");
        assertThat(machine.waited).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void runsFromSourceBeforeAnythingIsBuilt() throws Exception {
        Path source = Path.of("src/main/java/dev/dryberth/cli/engine/EnsureEngine.java");
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        source.toString());
        // A DOCKER_HOST nobody answers at: what runs is all of it, and it changes nothing on this
        // machine.
        builder.environment().put("DOCKER_HOST", "unix:///nowhere/docker.sock");
        Process process =
                builder.redirectErrorStream(true).redirectInput(new File("/dev/null")).start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "dryberth: no Docker engine answers at DOCKER_HOST=unix:///nowhere/docker.sock: start it, or unset DOCKER_HOST\n");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    private String ensure() throws EngineException {
        EngineFinder finder =
                new EngineFinder(
                        Map.of(),
                        Path.of("/home/user"),
                        host -> machine.answering && host.equals(SOCKET));
        return new EnsureEngine(finder, machine, Path.of("/tmp/engine.log")).ensure();
    }

    /** A machine where every command does at once what it is for. */
    private static final class FakeMachine implements Machine {
        final List<String> commands = new ArrayList<>();
        final Set<String> installed = new HashSet<>();
        boolean root = true;
        boolean apt = true;
        boolean systemd;
        boolean broken;
        boolean answering;
        Duration waited = Duration.ZERO;

        @Override
        public boolean isRoot() {
            return root;
        }

        @Override
        public boolean hasApt() {
            return apt;
        }

        @Override
        public boolean hasCommand(String name) {
            return installed.contains(name);
        }

        @Override
        public boolean isRunBySystemd() {
            return systemd;
        }

        @Override
        public boolean run(Path log, List<String> command) {
            commands.add(String.join(" ", command));
            answering |= !broken && command.getFirst().equals("systemctl");
            return !broken;
        }

        @Override
        public void startDetached(Path log, List<String> command) {
            commands.add("detached: " + String.join(" ", command));
            answering |= !broken;
        }

        @Override
        public void pause(Duration duration) {
            waited = waited.plus(duration);
        }

        @Override
        public void say(String line) {}
    }
}
