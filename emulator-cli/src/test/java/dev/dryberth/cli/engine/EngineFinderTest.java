package dev.dryberth.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

final class EngineFinderTest {
    @TempDir Path home;

    @Test
    void takesDockerHostWhenItAnswers() throws EngineException {
        assertThat(
                        find(
                                Map.of("DOCKER_HOST", "tcp://engine:2375"),
                                "tcp://engine:2375",
                                "unix:///var/run/docker.sock"))
                .contains("tcp://engine:2375");
    }

    @Test
    void takesNoOtherEngineInPlaceOfASilentDockerHost() {
        assertThatThrownBy(() ->
                        find(
                                Map.of("DOCKER_HOST", "tcp://engine:2375"),
                                "unix:///var/run/docker.sock"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("DOCKER_HOST=tcp://engine:2375");
    }

    @Test
    void takesTheCurrentContextOfTheDockerCli() throws Exception {
        context("desktop", "unix:///run/desktop.sock");

        assertThat(find(Map.of(), "unix:///run/desktop.sock", "unix:///var/run/docker.sock"))
                .contains("unix:///run/desktop.sock");
    }

    @Test
    void prefersTheContextNamedInTheEnvironment() throws Exception {
        context("desktop", "unix:///run/desktop.sock");
        context("other", "unix:///run/other.sock");

        assertThat(
                        find(
                                Map.of("DOCKER_CONTEXT", "desktop"),
                                "unix:///run/desktop.sock",
                                "unix:///run/other.sock"))
                .contains("unix:///run/desktop.sock");
    }

    @Test
    void goesOnToTheUsualSocketsWhenTheContextIsSilent() throws Exception {
        context("desktop", "unix:///run/desktop.sock");

        assertThat(find(Map.of(), "unix:///var/run/docker.sock"))
                .contains("unix:///var/run/docker.sock");
    }

    @Test
    void findsRootlessEnginesAndDockerDesktop() throws EngineException {
        String rootless = "unix:///run/user/1000/docker.sock";
        String desktop = "unix://" + home + "/.docker/run/docker.sock";

        assertThat(find(Map.of("XDG_RUNTIME_DIR", "/run/user/1000"), rootless)).contains(rootless);
        assertThat(find(Map.of(), desktop)).contains(desktop);
    }

    @Test
    void findsNothingWhereNothingAnswers() throws EngineException {
        assertThat(find(Map.of())).isEmpty();
    }

    @Test
    void anEngineIsWhatAnswersAPingOnItsSocket() throws Exception {
        Path socket = home.resolve("engine.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> answerOnce(server));

            assertThat(probe().answers("unix://" + socket)).isTrue();
        }
    }

    @Test
    void silenceRefusalAndNonsenseAreNoAnswer() throws Exception {
        Path socket = home.resolve("silent.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));

            assertThat(probe().answers("unix://" + socket)).isFalse();
        }
        assertThat(probe().answers("unix://" + home + "/nobody.sock")).isFalse();
        assertThat(probe().answers("ssh://somewhere")).isFalse();
    }

    private static EngineProbe probe() {
        return new EngineProbe(Duration.ofMillis(500), false);
    }

    private static void answerOnce(ServerSocketChannel server) {
        try (SocketChannel client = server.accept()) {
            client.read(ByteBuffer.allocate(1024));
            client.write(
                    ByteBuffer.wrap(
                            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
                                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Optional<String> find(Map<String, String> environment, String... answering)
            throws EngineException {
        return new EngineFinder(environment, home, Set.of(answering)::contains).find();
    }

    private void context(String name, String host) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        String id = HexFormat.of().formatHex(sha256.digest(name.getBytes(StandardCharsets.UTF_8)));
        Path meta = home.resolve(".docker/contexts/meta").resolve(id);
        Files.createDirectories(meta);
        Files.writeString(
                meta.resolve("meta.json"),
                "{\"Name\":\"%s\",\"Endpoints\":{\"docker\":{\"Host\":\"%s\"}}}"
                        .formatted(name, host));
        Files.writeString(
                home.resolve(".docker/config.json"),
                "{\"currentContext\": \"%s\"}".formatted(name));
    }
}
