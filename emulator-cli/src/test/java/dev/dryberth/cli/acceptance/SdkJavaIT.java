package dev.dryberth.cli.acceptance;

import static dev.dryberth.cli.acceptance.TaskBench.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.ConflictException;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.DescribeTasksRequest;
import software.amazon.awssdk.services.ecs.model.DescribeTasksResponse;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.waiters.EcsWaiter;

import java.time.Duration;
import java.util.List;

/** The AWS SDK for Java, with its waiters and typed exceptions. */
class SdkJavaIT {

    private static final int WAITER_ATTEMPTS = 600;

    private static DaemonUnderTest daemon;
    private static EcsClient ecs;
    private static TaskBench bench;
    private static EcsWaiter waiter;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.247.0.0/16");
        ecs = daemon.ecs();
        bench = new TaskBench(daemon);
        waiter =
                EcsWaiter.builder()
                        .client(ecs)
                        .overrideConfiguration(
                                WaiterOverrideConfiguration.builder()
                                        .maxAttempts(WAITER_ATTEMPTS)
                                        .backoffStrategyV2(
                                                BackoffStrategy.fixedDelay(Duration.ofMillis(100)))
                                        .build())
                        .build();
    }

    @AfterAll
    static void close() {
        waiter.close();
        daemon.close();
    }

    private static DescribeTasksRequest those(List<String> taskArns) {
        return DescribeTasksRequest.builder().cluster(TaskBench.CLUSTER).tasks(taskArns).build();
    }

    @Test
    void takesATaskFromRegistrationToItsExitCode() {
        String task =
                bench.runFargate(
                        "journey",
                        bench.container("init", "echo ready").essential(false),
                        bench.container("app", TaskBench.server("hello", 80))
                                .dependsOn(TaskBench.after("init", ContainerCondition.SUCCESS))
                                .portMappings(TaskBench.port(80)),
                        bench.container(
                                        "sidecar",
                                        "until printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc 127.0.0.1 80"
                                                + " | grep hello; do sleep 0.1; done")
                                .essential(false)
                                .dependsOn(TaskBench.after("app", ContainerCondition.START)));

        waiter.waitUntilTasksRunning(those(List.of(task)));

        Task running = bench.describe(task);
        assertThat(container(running, "init").exitCode()).isZero();
        assertThat(container(running, "app").networkInterfaces().getFirst().privateIpv4Address())
                .isEqualTo(TaskBench.address(running));
        assertThat(Web.get(TaskBench.address(running), 80)).isEqualTo("hello");
        bench.await(
                "the sidecar to have reached the app",
                task,
                seen -> Integer.valueOf(0).equals(container(seen, "sidecar").exitCode()));

        bench.stop(task);
        waiter.waitUntilTasksStopped(those(List.of(task)));

        Task stopped = bench.describe(task);
        assertThat(stopped.stopCodeAsString()).isEqualTo("UserInitiated");
        assertThat(container(stopped, "app").exitCode()).isEqualTo(TaskBench.TERMINATED);
    }

    @Test
    void runsTenTasksOnceForOneClientToken() {
        RunTaskRequest ten =
                bench.fargateTask(bench.fargate("ten", bench.container("app", TaskBench.IDLE)))
                        .count(10)
                        .clientToken("run-these-once")
                        .build();

        List<String> first = arns(ecs.runTask(ten).tasks());
        List<String> again = arns(ecs.runTask(ten).tasks());

        assertThat(first).hasSize(10).doesNotHaveDuplicates();
        assertThat(again).containsExactlyInAnyOrderElementsOf(first);
        assertThatExceptionOfType(ConflictException.class)
                .isThrownBy(() -> ecs.runTask(ten.toBuilder().count(9).build()))
                .satisfies(refused ->
                        assertThat(refused.resourceIds())
                                .containsExactlyInAnyOrderElementsOf(first));

        waiter.waitUntilTasksRunning(those(first));

        assertThat(ecs.describeTasks(those(first)).tasks().stream().map(TaskBench::address))
                .hasSize(10)
                .doesNotHaveDuplicates();
        first.forEach(bench::stop);
        waiter.waitUntilTasksStopped(those(first));
        assertThat(ecs.describeTasks(those(first)).tasks())
                .allMatch(task -> container(task, "app").exitCode() == TaskBench.TERMINATED);
    }

    private static List<String> arns(List<Task> tasks) {
        return tasks.stream().map(Task::taskArn).toList();
    }

    @Test
    void throwsAwsTypedExceptions() {
        String definition = bench.fargate("typed", bench.container("app", TaskBench.IDLE));

        assertThatExceptionOfType(ClusterNotFoundException.class)
                .isThrownBy(() -> ecs.listTasks(request -> request.cluster("nowhere")))
                .satisfies(refused -> {
                    assertThat(refused.awsErrorDetails().errorMessage())
                            .isEqualTo("Cluster not found.");
                    assertThat(refused.statusCode()).isEqualTo(400);
                    assertThat(refused.requestId()).isNotBlank();
                });
        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(() ->
                        ecs.runTask(request ->
                                request.cluster(TaskBench.CLUSTER)
                                        .taskDefinition(definition)
                                        .launchType("FARGATE")))
                .withMessageContaining(
                        "Network Configuration must be provided when networkMode 'awsvpc' is"
                                + " specified.");
        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(
                        () -> ecs.describeTaskDefinition(request -> request.taskDefinition("none")))
                .withMessageContaining("Unable to describe task definition.");
    }

    @Test
    void namesWhatIsMissingInsteadOfThrowing() {
        String unknown = "0".repeat(32);

        DescribeTasksResponse answer = ecs.describeTasks(those(List.of(unknown)));

        assertThat(answer.tasks()).isEmpty();
        assertThat(answer.failures())
                .singleElement()
                .satisfies(failure -> {
                    assertThat(failure.reason()).isEqualTo("MISSING");
                    assertThat(failure.arn()).endsWith("task/" + TaskBench.CLUSTER + "/" + unknown);
                });
    }
}
