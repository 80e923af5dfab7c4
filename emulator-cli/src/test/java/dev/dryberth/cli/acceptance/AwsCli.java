package dev.dryberth.cli.acceptance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The stock AWS CLI, as its users type it, against one daemon. Where it is version 1, whose code
 * can be reached from Python, the commands run one after the other in one process, because starting
 * Python takes many times as long as they do; {@link #typed} always starts {@code aws}.
 */
final class AwsCli implements AutoCloseable {

    /** So that nothing of the developer's own settings plays a part. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "AWS_ACCESS_KEY_ID", "test",
                    "AWS_SECRET_ACCESS_KEY", "test",
                    "AWS_DEFAULT_REGION", "us-east-1",
                    "AWS_CONFIG_FILE", "/dev/null",
                    "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
                    "AWS_PAGER", "");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> first = new ArrayList<>();
    private final Map<String, String> environment;
    private @Nullable Resident resident;
    private boolean asked;

    /**
     * Runs nothing yet.
     *
     * @param first what every command begins with
     */
    AwsCli(DaemonUnderTest daemon, String... first) {
        this.first.addAll(List.of("--endpoint-url", daemon.endpoint().toString()));
        this.first.addAll(List.of(first));
        environment = new HashMap<>(ENVIRONMENT);
        // For commands that speak to more than one service.
        environment.put("AWS_ENDPOINT_URL", daemon.endpoint().toString());
    }

    /** A process that runs commands until its input ends. */
    private record Resident(Process process, Path script, Writer in, BufferedReader out) {}

    /** Runs {@code aws} with these arguments. */
    Shell.Ended run(String... arguments) {
        List<String> all = arguments(arguments);
        if (!asked) {
            asked = true;
            resident = start();
        }
        return resident == null ? command(all) : ask(resident, all);
    }

    /** The same in a process of its own. */
    Shell.Ended typed(String... arguments) {
        return command(arguments(arguments));
    }

    /** The JSON that a command which must have succeeded writes; nothing is an empty object. */
    JsonNode json(String... arguments) {
        return parsed(run(arguments).output());
    }

    static JsonNode parsed(String output) {
        try {
            return JSON.readTree(output.isEmpty() ? "{}" : output);
        } catch (JsonProcessingException e) {
            throw new AssertionError(output, e);
        }
    }

    private List<String> arguments(String... arguments) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(arguments));
        return all;
    }

    private Shell.Ended command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("aws"));
        command.addAll(arguments);
        return Shell.run(
                command, environment, "install the AWS CLI (Debian: apt-get install awscli)");
    }

    private static Shell.Ended ask(Resident resident, List<String> arguments) {
        try {
            resident.in().write(JSON.writeValueAsString(arguments) + "\n");
            resident.in().flush();
            JsonNode ended =
                    JSON.readTree(Objects.requireNonNull(resident.out().readLine(), "it ended"));
            return new Shell.Ended(
                    ended.path(0).asInt(), ended.path(1).asText(), ended.path(2).asText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null where the CLI can't be reached from Python. */
    private static @Nullable Resident start() {
        try {
            Path script = Files.createTempFile("aws-cli-", ".py");
            Files.writeString(script, Example.resource("/acceptance/aws-cli.py"));
            ProcessBuilder builder =
                    new ProcessBuilder("python3", script.toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().putAll(ENVIRONMENT);
            Process process = builder.start();
            Resident resident =
                    new Resident(process, script, process.outputWriter(), process.inputReader());
            if ("ready".equals(resident.out().readLine())) {
                return resident;
            }
            end(resident);
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    private static void end(Resident resident) throws IOException {
        try (resident.in;
                resident.out) {
            resident.process().destroy();
            Files.delete(resident.script());
        }
    }

    @Override
    public void close() {
        if (resident != null) {
            try {
                end(resident);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
