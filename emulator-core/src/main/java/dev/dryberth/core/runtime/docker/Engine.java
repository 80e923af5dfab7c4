package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.SSLConfig;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;

import org.jspecify.annotations.Nullable;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The connections to one Docker engine and what had to be asked of it once.
 *
 * <p>There are two pools, because a long answer must never hold up a short request: {@link #calls}
 * for requests that end by themselves, and {@link #streams} for events and pulls.
 *
 * @param calls kept-alive connections, as many as effects run side by side
 * @param streams connections whose answers last
 * @param apiVersion the negotiated version of the engine's API, {@code 1.41}
 * @param architecture Go's name of the engine's processor, {@code amd64} or {@code arm64}
 * @param cores how many processors the engine has
 */
record Engine(
        DockerClient calls, DockerClient streams, String apiVersion, String architecture, int cores)
        implements AutoCloseable {

    /** The oldest API that knows all we ask for; Debian 12's engine speaks it. */
    static final ApiVersion OLDEST = new ApiVersion(1, 41);

    /** The newest API whose behaviour we rely on; an engine that has dropped it gets its oldest. */
    static final ApiVersion NEWEST = new ApiVersion(1, 43);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Events, and as many pulls as run at once. */
    private static final int STREAM_CONNECTIONS = 2 + Images.MAX_PULLS;

    static Engine connect(@Nullable String dockerHost, int parallelism) {
        DockerClientConfig config = configuration(dockerHost, null);
        Version version;
        int cores;
        try (DockerClient probe = client(config, 1)) {
            version = probe.versionCmd().exec();
            Integer found = probe.infoCmd().exec().getNCPU();
            cores = found == null ? 1 : Math.max(1, found);
        } catch (IOException | RuntimeException e) {
            throw new EngineUnavailableException(
                    "No Docker engine answers at "
                            + config.getDockerHost()
                            + " ("
                            + Reasons.rootMessage(e)
                            + "). Start one, or say where it is with DOCKER_HOST.",
                    e);
        }
        String negotiated =
                negotiate(
                                Objects.requireNonNullElse(version.getApiVersion(), "1.0"),
                                Objects.requireNonNullElse(version.getMinAPIVersion(), "1.0"))
                        .toString();
        DockerClientConfig versioned = configuration(dockerHost, negotiated);
        return new Engine(
                // Two more than effects run: SIGKILL timers and the resync have their own.
                client(versioned, parallelism + 2),
                client(versioned, STREAM_CONNECTIONS),
                negotiated,
                Objects.requireNonNullElse(version.getArch(), "amd64"),
                cores);
    }

    /**
     * Asks for what docker-java has no command for.
     *
     * @param path without the version in front
     * @return what was answered, to be closed; null: there is nothing of that name
     */
    @Nullable InputStream get(String path) throws IOException {
        DockerHttpClient.Response response =
                Objects.requireNonNull(((DockerClientImpl) calls).getHttpClient())
                        .execute(
                                DockerHttpClient.Request.builder()
                                        .method(DockerHttpClient.Request.Method.GET)
                                        .path("/v" + apiVersion + path)
                                        .build());
        int status = response.getStatusCode();
        if (status == OK) {
            return new FilterInputStream(response.getBody()) {
                @Override
                public void close() throws IOException {
                    response.close();
                }
            };
        }
        response.close();
        if (status == NOT_FOUND) {
            return null;
        }
        throw new DockerException("GET " + path + " was answered with " + status, status);
    }

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    /** The newest version both sides know. */
    static ApiVersion negotiate(String engineNewest, String engineOldest) {
        ApiVersion newest = ApiVersion.parse(engineNewest);
        ApiVersion oldest = ApiVersion.parse(engineOldest);
        if (newest.compareTo(OLDEST) < 0) {
            throw new EngineUnavailableException(
                    "The Docker engine speaks API "
                            + newest
                            + "; at least "
                            + OLDEST
                            + " (Docker 20.10) is needed.");
        }
        ApiVersion wanted = newest.compareTo(NEWEST) < 0 ? newest : NEWEST;
        return wanted.compareTo(oldest) < 0 ? oldest : wanted;
    }

    private static DockerClientConfig configuration(
            @Nullable String dockerHost, @Nullable String apiVersion) {
        DefaultDockerClientConfig.Builder builder =
                DefaultDockerClientConfig.createDefaultConfigBuilder();
        if (apiVersion != null) {
            builder.withApiVersion(apiVersion);
        }
        if (dockerHost != null) {
            return builder.withDockerHost(dockerHost).build();
        }
        DockerClientConfig found = builder.build();
        if (answersPerhaps(found.getDockerHost())) {
            return found;
        }
        for (Path socket : usualSockets()) {
            if (Files.exists(socket)) {
                return builder.withDockerHost("unix://" + socket).build();
            }
        }
        return found;
    }

    private static boolean answersPerhaps(URI host) {
        return !"unix".equals(host.getScheme()) || Files.exists(Path.of(host.getPath()));
    }

    /** Where rootless Docker, Docker Desktop and Colima put their sockets. */
    private static List<Path> usualSockets() {
        Path home = Path.of(System.getProperty("user.home", "/"));
        String runtime = Objects.requireNonNullElse(System.getenv("XDG_RUNTIME_DIR"), "/run");
        return List.of(
                Path.of("/var/run/docker.sock"),
                Path.of(runtime, "docker.sock"),
                home.resolve(".docker/run/docker.sock"),
                home.resolve(".docker/desktop/docker.sock"),
                home.resolve(".colima/default/docker.sock"));
    }

    private static DockerClient client(DockerClientConfig config, int connections) {
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(sslConfig(config))
                        .maxConnections(connections)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .build());
    }

    /**
     * Without a context of ours the transport reads all certificates the machine trusts, once for
     * each client, even for a socket file that never speaks TLS: half of its start.
     */
    private static @Nullable SSLConfig sslConfig(DockerClientConfig config) {
        SSLConfig chosen = config.getSSLConfig();
        return chosen == null && "unix".equals(config.getDockerHost().getScheme())
                ? Engine::trustNobody
                : chosen;
    }

    private static SSLContext trustNobody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK speaks TLS", e);
        }
    }

    /** Whether {@code failure} says that the engine could not be talked to at all. */
    static boolean unreachable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DockerException) {
                return false;
            }
            if (cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        for (DockerClient client : List.of(streams, calls)) {
            try {
                client.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** A version of the engine's API, ordered as versions are. */
    record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

        static ApiVersion parse(String text) {
            String[] parts = text.split("\\.", -1);
            return new ApiVersion(
                    Integer.parseInt(parts[0]), parts.length > 1 ? Integer.parseInt(parts[1]) : 0);
        }

        @Override
        public int compareTo(ApiVersion other) {
            return major != other.major
                    ? Integer.compare(major, other.major)
                    : Integer.compare(minor, other.minor);
        }

        @Override
        public String toString() {
            return major + "." + minor;
        }
    }
}
