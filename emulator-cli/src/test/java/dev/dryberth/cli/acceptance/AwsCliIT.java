package dev.dryberth.cli.acceptance;

import static dev.dryberth.cli.acceptance.TaskBench.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The stock AWS CLI, version 1 or 2, as its users type it. It looks at a task every six seconds
 * when it waits for one; the other tests go on meanwhile, each with a cluster of its own.
 */
@Order(Integer.MAX_VALUE - 1)
@Execution(ExecutionMode.CONCURRENT)
class AwsCliIT {

    /** So that nothing of the developer's own settings plays a part. */
    @TempDir private static Path directory;

    private static DaemonUnderTest daemon;
    private static AwsCli cli;

    /** Whether each command is a process of its own, as when somebody types it. */
    private boolean typed;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.246.0.0/16");
        cli = new AwsCli(daemon, "--output", "json", "ecs");
    }

    @AfterAll
    static void close() {
        cli.close();
        daemon.close();
    }

    private Shell.Ended aws(String... arguments) {
        return typed ? cli.typed(arguments) : cli.run(arguments);
    }

    private JsonNode json(String... arguments) {
        return AwsCli.parsed(aws(arguments).output());
    }

    /** The one line in which the CLI shows an error. */
    private String refusal(String... arguments) {
        Shell.Ended ended = aws(arguments);
        assertThat(ended.status()).as(ended.out()).isNotZero();
        return ended.err().strip();
    }

    private static Path exampleDefinition() throws IOException {
        Path file = directory.resolve("task-definition.json");
        Files.writeString(file, Example.taskDefinition().replace("busybox", TaskBench.busybox()));
        return file;
    }

    @Test
    void takesATaskFromRegistrationToItsExitCode() throws IOException {
        typed = true;
        assertThat(
                        json("create-cluster", "--cluster-name", TaskBench.CLUSTER)
                                .at("/cluster/status")
                                .asText())
                .isEqualTo("ACTIVE");
        JsonNode registered =
                json(
                                "register-task-definition",
                                "--cli-input-json",
                                "file://" + exampleDefinition())
                        .path("taskDefinition");
        assertThat(registered.path("revision").asInt()).isEqualTo(1);
        JsonNode run =
                json(
                        "run-task",
                        "--cluster",
                        TaskBench.CLUSTER,
                        "--task-definition",
                        Example.FAMILY,
                        "--launch-type",
                        "FARGATE",
                        "--network-configuration",
                        "awsvpcConfiguration={subnets=[" + daemon.subnets().getFirst() + "]}");
        assertThat(run.path("failures")).isEmpty();
        String task = run.at("/tasks/0/taskArn").asText();

        aws("wait", "tasks-running", "--cluster", TaskBench.CLUSTER, "--tasks", task).output();

        JsonNode running = describe(task);
        String address = address(running);
        assertThat(Web.get(address, 80)).startsWith("Hello from ");
        assertThat(exitCode(running, "init")).isZero();
        new TaskBench(daemon)
                .await(
                        "the sidecar to have reached the app",
                        task,
                        seen -> Integer.valueOf(0).equals(container(seen, "sidecar").exitCode()));

        assertThat(
                        json(
                                        "list-tasks",
                                        "--cluster",
                                        TaskBench.CLUSTER,
                                        "--family",
                                        Example.FAMILY)
                                .at("/taskArns/0")
                                .asText())
                .isEqualTo(task);
        assertThat(
                        json(
                                        "stop-task",
                                        "--cluster",
                                        TaskBench.CLUSTER,
                                        "--task",
                                        task,
                                        "--reason",
                                        "seen enough")
                                .at("/task/desiredStatus")
                                .asText())
                .isEqualTo("STOPPED");
        aws("wait", "tasks-stopped", "--cluster", TaskBench.CLUSTER, "--tasks", task).output();

        JsonNode stopped = describe(task);
        assertThat(stopped.path("stopCode").asText()).isEqualTo("UserInitiated");
        assertThat(stopped.path("stoppedReason").asText()).isEqualTo("seen enough");
        assertThat(exitCode(stopped, "app")).isEqualTo(TaskBench.TERMINATED);
        assertThat(exitCode(stopped, "sidecar")).isZero();
    }

    private JsonNode describe(String task) {
        return json("describe-tasks", "--cluster", TaskBench.CLUSTER, "--tasks", task)
                .at("/tasks/0");
    }

    private static String address(JsonNode task) {
        for (JsonNode detail : task.at("/attachments/0/details")) {
            if (detail.path("name").asText().equals("privateIPv4Address")) {
                return detail.path("value").asText();
            }
        }
        throw new AssertionError("no address in " + task);
    }

    private static int exitCode(JsonNode task, String name) {
        for (JsonNode container : task.path("containers")) {
            if (container.path("name").asText().equals(name)) {
                return container.path("exitCode").asInt(-1);
            }
        }
        throw new AssertionError("no container " + name + " in " + task);
    }

    @Test
    void listsWhatThereIs() {
        aws("create-cluster", "--cluster-name", "listed").output();
        aws(
                        "register-task-definition",
                        "--family",
                        "listed",
                        "--container-definitions",
                        "[{\"name\": \"app\", \"image\": \"busybox\", \"memory\": 64}]")
                .output();

        assertThat(aws("list-clusters").output()).contains("cluster/listed");
        assertThat(aws("list-task-definition-families", "--family-prefix", "list").output())
                .contains("listed");
        assertThat(
                        json("list-task-definitions", "--family-prefix", "listed")
                                .at("/taskDefinitionArns/0")
                                .asText())
                .endsWith("task-definition/listed:1");
        assertThat(
                        json("list-container-instances", "--cluster", "listed")
                                .path("containerInstanceArns"))
                .isEmpty();
    }

    @Test
    void showsAwsOwnWordsForWrongCalls() {
        aws("create-cluster", "--cluster-name", "wrong").output();

        assertThat(refusal("describe-tasks", "--cluster", "nowhere", "--tasks", "0".repeat(32)))
                .isEqualTo(
                        "An error occurred (ClusterNotFoundException) when calling the DescribeTasks"
                                + " operation: Cluster not found.");
        assertThat(refusal("run-task", "--cluster", "wrong", "--task-definition", "none"))
                .contains("(ClientException)", "RunTask", "TaskDefinition not found.");
        assertThat(refusal("stop-task", "--cluster", "wrong", "--task", "0".repeat(32)))
                .contains("(InvalidParameterException)", "The referenced task was not found.");
        assertThat(
                        refusal(
                                "register-task-definition",
                                "--family",
                                "odd",
                                "--requires-compatibilities",
                                "FARGATE",
                                "--network-mode",
                                "awsvpc",
                                "--cpu",
                                "256",
                                "--memory",
                                "8192",
                                "--container-definitions",
                                "[{\"name\": \"app\", \"image\": \"busybox\"}]"))
                .contains("(ClientException)", "No Fargate configuration exists for given values");
    }

    @Test
    void tagsAndUntags() {
        String cluster =
                json("create-cluster", "--cluster-name", "tagged", "--tags", "key=a,value=1")
                        .at("/cluster/clusterArn")
                        .asText();

        aws("tag-resource", "--resource-arn", cluster, "--tags", "key=b,value=2").output();
        aws("untag-resource", "--resource-arn", cluster, "--tag-keys", "a").output();

        assertThat(json("list-tags-for-resource", "--resource-arn", cluster).path("tags"))
                .hasToString("[{\"key\":\"b\",\"value\":\"2\"}]");
    }

    @Test
    void keepsAccountSettings() {
        aws("put-account-setting-default", "--name", "containerInsights", "--value", "enabled")
                .output();

        assertThat(
                        json(
                                        "list-account-settings",
                                        "--name",
                                        "containerInsights",
                                        "--effective-settings")
                                .at("/settings/0/value")
                                .asText())
                .isEqualTo("enabled");
    }
}
