package dev.dryberth.cli.acceptance;

import static dev.dryberth.cli.acceptance.TaskBench.container;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkBinding;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.Resource;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.RunTaskResponse;
import software.amazon.awssdk.services.ecs.model.Task;
import software.amazon.awssdk.services.ecs.model.TaskStopCode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

/** EC2 tasks on a registered container instance, in the network modes Fargate does not have. */
class ContainerInstancesIT {

    private static final int INSTANCE_MEMORY_MIB = 512;

    private static DaemonUnderTest daemon;
    private static TaskBench bench;
    private static String instanceArn;

    @BeforeAll
    static void start() {
        daemon = DaemonUnderTest.startWithoutPool("10.242.0.0/16");
        bench = new TaskBench(daemon);
        instanceArn =
                daemon.ecs()
                        .registerContainerInstance(request ->
                                request.cluster(TaskBench.CLUSTER)
                                        .totalResources(
                                                resource("CPU", 4096),
                                                resource("MEMORY", INSTANCE_MEMORY_MIB)))
                        .containerInstance()
                        .containerInstanceArn();
    }

    private static Resource resource(String name, int value) {
        return Resource.builder().name(name).type("INTEGER").integerValue(value).build();
    }

    @AfterAll
    static void close() {
        daemon.close();
    }

    private static String register(
            String family, NetworkMode mode, ContainerDefinition.Builder container) {
        return daemon.ecs()
                .registerTaskDefinition(request ->
                        request.family(family)
                                .networkMode(mode)
                                .containerDefinitions(TaskBench.built(container)))
                .taskDefinition()
                .taskDefinitionArn();
    }

    private static RunTaskRequest onInstances(String taskDefinition) {
        return RunTaskRequest.builder()
                .cluster(TaskBench.CLUSTER)
                .taskDefinition(taskDefinition)
                .launchType(LaunchType.EC2)
                .build();
    }

    @Test
    void givesEveryBridgeTaskAHostPortOfItsOwn() {
        String definition =
                register(
                        "bridge",
                        NetworkMode.BRIDGE,
                        bench.container("app", TaskBench.server("bridge", 80))
                                .memory(64)
                                .portMappings(TaskBench.port(80)));
        String one = bench.run(onInstances(definition));
        String two = bench.run(onInstances(definition));

        NetworkBinding first = onlyBinding(bench.awaitRunning(one));
        NetworkBinding second = onlyBinding(bench.awaitRunning(two));

        assertThat(first.containerPort()).isEqualTo(80);
        assertThat(first.hostPort()).isNotEqualTo(second.hostPort());
        assertThat(Web.get("127.0.0.1", first.hostPort())).isEqualTo("bridge");
        assertThat(Web.get("127.0.0.1", second.hostPort())).isEqualTo("bridge");
        assertThat(bench.describe(one).containerInstanceArn()).isEqualTo(instanceArn);
        assertThat(bench.describe(one).attachments()).isEmpty();
        end(one);
        end(two);
    }

    private static NetworkBinding onlyBinding(Task task) {
        List<NetworkBinding> bindings = container(task, "app").networkBindings();
        assertThat(bindings).hasSize(1);
        return bindings.getFirst();
    }

    @Test
    void runsAHostTaskOnTheHostsOwnPorts() throws IOException {
        int port = freePort();
        String task =
                bench.run(
                        onInstances(
                                register(
                                        "host",
                                        NetworkMode.HOST,
                                        bench.container("app", TaskBench.server("host", port))
                                                .memory(64)
                                                .portMappings(TaskBench.port(port)))));
        NetworkBinding binding = onlyBinding(bench.awaitRunning(task));

        assertThat(binding.bindIP()).isEqualTo("0.0.0.0");
        assertThat(binding.hostPort()).isEqualTo(port);
        assertThat(Web.get("127.0.0.1", port)).isEqualTo("host");
        end(task);
    }

    @Test
    void aHostPortIsTakenFromTheMomentATaskIsPlaced() throws IOException {
        int port = freePort();
        String definition =
                register(
                        "fixed-port",
                        NetworkMode.BRIDGE,
                        bench.container("app", TaskBench.IDLE)
                                .memory(64)
                                .portMappings(
                                        PortMapping.builder()
                                                .containerPort(80)
                                                .hostPort(port)
                                                .build()));

        RunTaskResponse answer =
                daemon.ecs().runTask(onInstances(definition).toBuilder().count(2).build());

        assertThat(answer.tasks()).hasSize(1);
        assertThat(answer.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.reason()).isEqualTo("RESOURCE:PORTS"));
        end(answer.tasks().getFirst().taskArn());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void givesATaskWithoutNetworkOnlyItsLoopback() {
        String task =
                bench.run(
                        onInstances(
                                register(
                                        "none",
                                        NetworkMode.NONE,
                                        bench.container(
                                                        "app",
                                                        "test \"$(ls /sys/class/net)\" = lo && exit 42")
                                                .memory(64))));

        assertThat(container(bench.awaitStopped(task), "app").exitCode()).isEqualTo(42);
    }

    @Test
    void refusesATaskThatNeedsAGpu() {
        String definition =
                register(
                        "gpu",
                        NetworkMode.NONE,
                        bench.container("app", TaskBench.IDLE)
                                .memory(64)
                                .resourceRequirements(
                                        ResourceRequirement.builder()
                                                .type("GPU")
                                                .value("1")
                                                .build()));

        RunTaskResponse answer = daemon.ecs().runTask(onInstances(definition));

        assertThat(answer.tasks()).isEmpty();
        assertThat(answer.failures())
                .containsExactly(Failure.builder().arn(instanceArn).reason("RESOURCE:GPU").build());
    }

    @Test
    void refusesATaskForWhichNoMemoryIsLeft() {
        EcsClient ecs = daemon.ecs();
        String definition =
                register(
                        "large",
                        NetworkMode.NONE,
                        bench.container("app", TaskBench.IDLE).memory(INSTANCE_MEMORY_MIB + 1));

        RunTaskResponse answer = ecs.runTask(onInstances(definition));

        assertThat(answer.tasks()).isEmpty();
        assertThat(answer.failures())
                .containsExactly(
                        Failure.builder().arn(instanceArn).reason("RESOURCE:MEMORY").build());
    }

    /** On instances AWS shows the reason of a failed pull on the container alone. */
    @Test
    void showsAFailedPullOnTheContainer() {
        String task =
                bench.run(
                        onInstances(
                                register(
                                        "no-image",
                                        NetworkMode.BRIDGE,
                                        bench.container("app", TaskBench.IDLE)
                                                .image("localhost:1/missing:1")
                                                .memory(64))));

        Task stopped = bench.awaitStopped(task);

        assertThat(stopped.stopCode()).isEqualTo(TaskStopCode.TASK_FAILED_TO_START);
        assertThat(stopped.stoppedReason()).isEqualTo("Task failed to start");
        assertThat(container(stopped, "app").reason()).startsWith("CannotPullContainerError: ");
    }

    private static void end(String task) {
        bench.stop(task);
        assertThat(container(bench.awaitStopped(task), "app").exitCode())
                .isEqualTo(TaskBench.TERMINATED);
    }
}
