package dev.dryberth.cli.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the Docker engine a user means: {@code DOCKER_HOST}, else the Docker CLI's current context,
 * else the sockets where engines usually listen. Only an engine that answers is found.
 *
 * <p>{@code DOCKER_HOST} is an order: when it is set and nothing answers there, no other engine is
 * taken in its place. A context is a preference, since the CLI remembers it long after its engine
 * is gone.
 *
 * <p>The Docker CLI's files are read with two patterns instead of a JSON parser: this class runs
 * before anything is built.
 */
public final class EngineFinder {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Pattern CURRENT_CONTEXT =
            Pattern.compile("\"currentContext\"\\s*:\\s*\"([^\"]+)\"");
    private static final Pattern ENDPOINT_HOST = Pattern.compile("\"Host\"\\s*:\\s*\"([^\"]+)\"");

    private final Map<String, String> environment;
    private final Path home;
    private final Predicate<String> answers;

    EngineFinder(Map<String, String> environment, Path home, Predicate<String> answers) {
        this.environment = environment;
        this.home = home;
        this.answers = answers;
    }

    /** The finder for this process's environment and user. */
    public static EngineFinder ofThisMachine() {
        return of(System.getenv());
    }

    /** The finder that finds an engine at {@code host} and nowhere else. */
    public static EngineFinder at(String host) {
        return of(Map.of("DOCKER_HOST", host));
    }

    private static EngineFinder of(Map<String, String> environment) {
        boolean tls = !environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty();
        return new EngineFinder(
                environment,
                Path.of(System.getProperty("user.home")),
                new EngineProbe(PATIENCE, tls)::answers);
    }

    /**
     * The address of the engine that answers, as {@code DOCKER_HOST} would hold it; empty when none
     * does.
     *
     * @throws EngineException if {@code DOCKER_HOST} names an engine that does not answer
     */
    public Optional<String> find() throws EngineException {
        String ordered = environment.getOrDefault("DOCKER_HOST", "");
        if (!ordered.isEmpty()) {
            if (answers.test(ordered)) {
                return Optional.of(ordered);
            }
            throw new EngineException(
                    "no Docker engine answers at DOCKER_HOST="
                            + ordered
                            + ": start it, or unset DOCKER_HOST");
        }
        for (String host : candidates()) {
            if (answers.test(host)) {
                return Optional.of(host);
            }
        }
        return Optional.empty();
    }

    private List<String> candidates() {
        List<String> hosts = new ArrayList<>();
        contextHost().ifPresent(hosts::add);
        hosts.add("unix:///var/run/docker.sock");
        String runtimeDirectory = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtimeDirectory.isEmpty()) {
            hosts.add("unix://" + runtimeDirectory + "/docker.sock"); // rootless
        }
        for (String socket :
                List.of(
                        ".docker/run/docker.sock", // Docker Desktop on macOS, and rootless without
                        // XDG_RUNTIME_DIR
                        ".docker/desktop/docker.sock", // Docker Desktop on Linux
                        ".colima/default/docker.sock",
                        ".rd/docker.sock", // Rancher Desktop
                        ".orbstack/run/docker.sock")) {
            hosts.add("unix://" + home.resolve(socket));
        }
        return hosts;
    }

    private Optional<String> contextHost() {
        Path configuration =
                Path.of(
                        environment.getOrDefault(
                                "DOCKER_CONFIG", home.resolve(".docker").toString()));
        String named = environment.getOrDefault("DOCKER_CONTEXT", "");
        Optional<String> context =
                named.isEmpty()
                        ? firstMatch(configuration.resolve("config.json"), CURRENT_CONTEXT)
                        : Optional.of(named);
        return context.filter(name -> !name.equals("default"))
                .flatMap(name ->
                        firstMatch(
                                configuration
                                        .resolve("contexts/meta")
                                        .resolve(sha256(name))
                                        .resolve("meta.json"),
                                ENDPOINT_HOST));
    }

    private static Optional<String> firstMatch(Path file, Pattern pattern) {
        try {
            Matcher matcher = pattern.matcher(Files.readString(file));
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException e) {
            // No such file, or one we may not read: the Docker CLI has no context to offer.
            return Optional.empty();
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
