package dev.dryberth.cli.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.runtime.docker.BusyboxImage;

import org.awaitility.Awaitility;

import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.ContainerCondition;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerDependency;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Registers, runs and watches tasks of a daemon through the AWS SDK. */
final class TaskBench {

    static final String CLUSTER = "acceptance";

    /** Does nothing until SIGTERM, which ends it with 143 at once. */
    static final String IDLE = "trap 'exit 143' TERM; sleep 1000 & wait";

    static final int KILLED = 137;
    static final int TERMINATED = 143;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final DaemonUnderTest daemon;
    private final EcsClient ecs;
    private final String image;

    TaskBench(DaemonUnderTest daemon) {
        this.daemon = daemon;
        this.ecs = daemon.ecs();
        this.image = busybox();
        ecs.createCluster(request -> request.clusterName(CLUSTER));
    }

    /** The name of an image with a shell that the engine has. */
    static String busybox() {
        return new BusyboxImage(System.getenv("DOCKER_HOST")).ensure();
    }

    /** Serves one page until SIGTERM, which ends it with 143 at once. */
    static String server(String text, int port) {
        return ("mkdir -p /www; echo '%s' > /www/index.html; httpd -f -p %d -h /www & "
                        + "trap 'kill $!' TERM; wait $!")
                .formatted(text, port);
    }

    /** A container that runs a shell script. */
    ContainerDefinition.Builder container(String name, String script) {
        return ContainerDefinition.builder().name(name).image(image).command("sh", "-c", script);
    }

    static ContainerDependency after(String container, ContainerCondition condition) {
        return ContainerDependency.builder().containerName(container).condition(condition).build();
    }

    static PortMapping port(int containerPort) {
        return PortMapping.builder().containerPort(containerPort).build();
    }

    /** Registers a task definition of the smallest Fargate size. */
    String fargate(String family, ContainerDefinition.Builder... containers) {
        return ecs.registerTaskDefinition(request ->
                        request.family(family)
                                .requiresCompatibilitiesWithStrings("FARGATE")
                                .networkMode(NetworkMode.AWSVPC)
                                .cpu("256")
                                .memory("512")
                                .containerDefinitions(built(containers)))
                .taskDefinition()
                .taskDefinitionArn();
    }

    static List<ContainerDefinition> built(ContainerDefinition.Builder... containers) {
        return List.of(containers).stream().map(ContainerDefinition.Builder::build).toList();
    }

    /** A request for one Fargate task in the first subnet. */
    RunTaskRequest.Builder fargateTask(String taskDefinition) {
        return RunTaskRequest.builder()
                .cluster(CLUSTER)
                .taskDefinition(taskDefinition)
                .launchType(LaunchType.FARGATE)
                .networkConfiguration(network ->
                        network.awsvpcConfiguration(
                                vpc -> vpc.subnets(daemon.subnets().getFirst())));
    }

    /** Registers and runs; the task's ARN. */
    String runFargate(String family, ContainerDefinition.Builder... containers) {
        return run(fargateTask(fargate(family, containers)).build());
    }

    /** Runs one task; its ARN. */
    String run(RunTaskRequest request) {
        RunTaskResponse answer = ecs.runTask(request);
        assertThat(answer.failures()).isEmpty();
        assertThat(answer.tasks()).hasSize(1);
        return answer.tasks().getFirst().taskArn();
    }

    void stop(String taskArn) {
        ecs.stopTask(request -> request.cluster(CLUSTER).task(taskArn));
    }

    Task describe(String taskArn) {
        return ecs.describeTasks(request -> request.cluster(CLUSTER).tasks(taskArn))
                .tasks()
                .getFirst();
    }

    /** Waits until a task is as wanted; fails at once when it stops without being so. */
    Task await(String what, String taskArn, Predicate<Task> wanted) {
        Task task =
                Awaitility.await(what)
                        .pollInterval(LOOK_AGAIN)
                        .atMost(PATIENCE)
                        .until(
                                () -> describe(taskArn),
                                seen -> wanted.test(seen) || seen.lastStatus().equals("STOPPED"));
        assertThat(task).as(what).matches(wanted);
        return task;
    }

    Task awaitRunning(String taskArn) {
        return await("a running task", taskArn, task -> task.lastStatus().equals("RUNNING"));
    }

    Task awaitStopped(String taskArn) {
        return await("a stopped task", taskArn, task -> task.lastStatus().equals("STOPPED"));
    }

    static Container container(Task task, String name) {
        return task.containers().stream()
                .filter(container -> container.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The task's own address, from the details of its network interface. */
    static String address(Task task) {
        return detail(task, "privateIPv4Address");
    }

    static String detail(Task task, String name) {
        return task.attachments().getFirst().details().stream()
                .filter(detail -> detail.name().equals(name))
                .map(KeyValuePair::value)
                .findFirst()
                .orElseThrow();
    }
}
