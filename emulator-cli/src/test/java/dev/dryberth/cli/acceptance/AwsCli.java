package dev.dryberth.cli.acceptance;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The stock AWS CLI's ECS commands, as its users type them, against one daemon. */
record AwsCli(URI endpoint) {

    /** So that nothing of the developer's own settings plays a part. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "AWS_ACCESS_KEY_ID", "test",
                    "AWS_SECRET_ACCESS_KEY", "test",
                    "AWS_DEFAULT_REGION", "us-east-1",
                    "AWS_CONFIG_FILE", "/dev/null",
                    "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
                    "AWS_PAGER", "");

    /** Runs {@code aws ecs} with more arguments. */
    Shell.Ended ecs(String... arguments) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("aws", "--endpoint-url", endpoint.toString()));
        command.addAll(List.of("--output", "json", "ecs"));
        command.addAll(List.of(arguments));
        return Shell.run(
                command, ENVIRONMENT, "install the AWS CLI (Debian: apt-get install awscli)");
    }
}
