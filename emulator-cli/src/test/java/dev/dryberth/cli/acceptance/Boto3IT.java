package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A task's whole journey through Python's AWS SDK. */
class Boto3IT {

    @TempDir private Path directory;

    @Test
    void takesATaskFromRegistrationToItsExitCode() throws IOException {
        Path script = directory.resolve("journey.py");
        Files.writeString(script, Example.resource("/acceptance/journey.py"));
        Path definition = directory.resolve("task-definition.json");
        Files.writeString(definition, Example.taskDefinition());
        try (DaemonUnderTest daemon = DaemonUnderTest.startWithoutPool("10.245.0.0/16")) {
            List<String> journey =
                    List.of(
                            "python3",
                            script.toString(),
                            daemon.endpoint().toString(),
                            daemon.subnets().getFirst(),
                            TaskBench.busybox(),
                            definition.toString());

            Shell.Ended ended =
                    Shell.run(journey, Map.of(), "apt-get install python3 python3-boto3");

            assertThat(ended.output()).startsWith("Hello from ");
        }
    }
}
