package dev.dryberth.cli;

import dev.dryberth.cli.engine.EngineException;
import dev.dryberth.cli.engine.EngineFinder;
import dev.dryberth.core.runtime.journal.SqliteLibrary;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The last step of the build. Starts a daemon up to its first answer, while the JVM records which
 * classes to put into the AOT cache, and writes down how the launcher is to start this very JVM
 * again.
 *
 * <p>The JVM loads all that is in the cache before anything else and keeps it in memory, so only
 * what the first answer needs may get in: one operation and not all, a plain socket and not an HTTP
 * client, no picocli, and not Docker's client, which is loaded beside the first answer. And the
 * cache holds only for the same Java, the same options and the same jars in the same order, so the
 * command line is taken from this process rather than put together a second time elsewhere.
 */
final class Training {

    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    private static final String LIST_CLUSTERS =
            """
            POST / HTTP/1.1
            Host: localhost
            Connection: close
            X-Amz-Target: AmazonEC2ContainerServiceV20141113.ListClusters
            Content-Type: application/x-amz-json-1.1
            Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ecs/aws4_request, \
            SignedHeaders=host, Signature=0
            Content-Length: 2

            {}\
            """
                    .replace("\n", "\r\n");

    private static final String HEALTH =
            """
            GET /_dryberth/health HTTP/1.1
            Host: localhost
            Connection: close

            """
                    .replace("\n", "\r\n");

    private static final String OK = "HTTP/1.1 200";
    private static final int MAX_LOOKS = 1000;
    private static final int LOOK_AGAIN_MILLIS = 20;

    private Training() {}

    /** {@code module} is the directory of emulator-cli. */
    static void run(Path module) throws IOException {
        Path target = module.resolve("target");
        SqliteLibrary.unpack(target.resolve("native"));
        unpackTransports(target.resolve("native"));
        Path state = Files.createTempDirectory("dryberth");
        try {
            rehearse(options("--runtime", "simulated", "--state-dir", state.toString()));
            lookWhereEnginesUsuallyListen();
        } finally {
            delete(state);
        }
        Files.writeString(target.resolve("launch"), launch());
    }

    /** What is found does not matter: the search itself is part of every start. */
    private static void lookWhereEnginesUsuallyListen() {
        try {
            var _ = EngineFinder.ofThisMachine().find();
        } catch (EngineException e) {
            LOG.debug("DOCKER_HOST names no engine that answers", e);
        }
    }

    private static void rehearse(ServeOptions options) throws IOException {
        try (Daemon daemon = Main.start(options)) {
            if (!call(daemon.endpoint(), LIST_CLUSTERS).startsWith(OK)) {
                throw new CommandFailure("ListClusters failed");
            }
            for (int look = 0; !call(daemon.endpoint(), HEALTH).startsWith(OK); look++) {
                if (look == MAX_LOOKS) {
                    throw new CommandFailure("the daemon never was ready");
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted", e);
        }
    }

    private static ServeOptions options(String... arguments) {
        ServeOptions options = QuickArguments.parse(List.of(arguments)).orElseThrow();
        options.port = 0;
        return options;
    }

    private static String call(URI endpoint, String request) throws IOException {
        try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * Netty's native transports, put where the loader looks before it writes them to a temporary
     * file.
     */
    private static void unpackTransports(Path directory) throws IOException {
        for (String architecture : List.of("x86_64", "aarch_64")) {
            String name = "libnetty_transport_native_epoll_" + architecture + ".so";
            try (InputStream library =
                    Training.class.getResourceAsStream("/META-INF/native/" + name)) {
                if (library != null) {
                    Files.copy(
                            library, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /** Shell; the launcher sets {@code $home} to the repository, wherever that has moved since. */
    private static String launch() {
        return """
        java='%s'
        if [ ! -x "$java" ]; then
            build "again, because $java is gone"
            exec "$0" "$@"
        fi
        target=$home/emulator-cli/target
        # What is behind the one jar is for Docker's client and an engine behind TLS.
        exec "$java" "@$home/emulator-cli/src/main/launch/jvm.options" \\
            "-XX:AOTCache=$target/dryberth.aot" \\
            "-Dorg.sqlite.lib.path=$target/native" \\
            "-Djava.library.path=$target/native" \\
            "-Ddryberth.version=%s" \\
            -cp "$target/dryberth.jar${DOCKER_TLS_VERIFY:+:$target/lib-tls/*}" \\
            dev.dryberth.cli.Main "$@"
        """
                .formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"), Version.current());
    }
}
