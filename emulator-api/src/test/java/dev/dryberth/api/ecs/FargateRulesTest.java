package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Device;
import software.amazon.awssdk.services.ecs.model.DockerVolumeConfiguration;
import software.amazon.awssdk.services.ecs.model.HostVolumeProperties;
import software.amazon.awssdk.services.ecs.model.KernelCapabilities;
import software.amazon.awssdk.services.ecs.model.LinuxParameters;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionPlacementConstraint;

import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What FARGATE refuses when it is required, and what only costs the compatibility when not. */
class FargateRulesTest {

    private final EcsFixture ecs = new EcsFixture();

    static Stream<Arguments> offences() {
        return Stream.of(
                of("Fargate only supports network mode ‘awsvpc’.", r -> r.networkMode("bridge")),
                of(
                        "Fargate only supports network mode ‘awsvpc’.",
                        r -> r.networkMode((String) null)),
                of("Fargate requires that 'cpu' be defined at the task level.", r -> r.cpu(null)),
                of(
                        "Fargate requires that 'memory' be defined at the task level.",
                        r -> r.memory(null)),
                of(
                        "No Fargate configuration exists for given values: 256 CPU, 4096 memory."
                                + " See the Amazon ECS documentation for the valid values.",
                        r -> r.memory("4096")),
                of(
                        "Tasks using the Fargate launch type do not support pidMode 'host'. The"
                                + " supported value for pidMode is 'task'.",
                        r -> r.pidMode("host")),
                of(
                        "Tasks using the Fargate launch type do not support ipcMode.",
                        r -> r.ipcMode("task")),
                of(
                        "Fargate compatible task definitions do not support placementConstraints",
                        r ->
                                r.placementConstraints(
                                        TaskDefinitionPlacementConstraint.builder()
                                                .type("memberOf")
                                                .expression("true")
                                                .build())),
                of(
                        "ephemeralStorage.sizeInGiB must be between 21 and 200",
                        r -> r.ephemeralStorage(storage -> storage.sizeInGiB(20))),
                of(
                        "Fargate compatible task definitions do not support sourcePath",
                        r ->
                                r.volumes(
                                        TaskDefinitionRulesTest.volume("a").toBuilder()
                                                .host(
                                                        HostVolumeProperties.builder()
                                                                .sourcePath("/tmp")
                                                                .build())
                                                .build())),
                of(
                        "Fargate compatible task definitions do not support"
                                + " dockerVolumeConfiguration",
                        r ->
                                r.volumes(
                                        TaskDefinitionRulesTest.volume("a").toBuilder()
                                                .dockerVolumeConfiguration(
                                                        DockerVolumeConfiguration.builder().build())
                                                .build())),
                ofApp(
                        "Fargate compatible task definitions do not support privileged",
                        c -> c.privileged(true)),
                ofApp(
                        "Fargate compatible task definitions do not support dockerSecurityOptions",
                        c -> c.dockerSecurityOptions("no-new-privileges")),
                ofApp(
                        "Tasks using the Fargate launch type do not support GPU resource"
                                + " requirements.",
                        c ->
                                c.resourceRequirements(
                                        ResourceRequirement.builder()
                                                .type("GPU")
                                                .value("1")
                                                .build())),
                ofApp(
                        "Fargate requires startTimeout to be between 2 and 120",
                        c -> c.startTimeout(121)),
                ofApp("Fargate requires stopTimeout to be at most 120", c -> c.stopTimeout(121)),
                ofApp(
                        "Fargate compatible task definitions do not support devices",
                        c ->
                                c.linuxParameters(linux ->
                                        linux.devices(
                                                Device.builder().hostPath("/dev/kvm").build()))),
                ofApp(
                        "Fargate compatible task definitions do not support sharedMemorySize",
                        c -> c.linuxParameters(linux -> linux.sharedMemorySize(64))),
                ofApp(
                        "Fargate compatible task definitions do not support maxSwap",
                        c -> c.linuxParameters(linux -> linux.maxSwap(64))),
                ofApp(
                        "Fargate compatible task definitions do not support swappiness",
                        c -> c.linuxParameters(linux -> linux.swappiness(60))),
                ofApp(
                        "Fargate compatible task definitions only support adding the capability"
                                + " SYS_PTRACE, but not NET_ADMIN",
                        c ->
                                c.linuxParameters(linux ->
                                        linux.capabilities(caps -> caps.add("NET_ADMIN")))),
                ofApp(
                        "Fargate requires task definition to have execution role ARN to support ECR"
                                + " images.",
                        c -> c.image("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app")),
                ofApp(
                        "Fargate requires task definition to have execution role ARN to support log"
                                + " driver awslogs.",
                        c -> c.logConfiguration(logs -> logs.logDriver("awslogs").options(LOGS))),
                ofApp(
                        "Fargate requires log configuration options to include"
                                + " awslogs-stream-prefix to support log driver awslogs.",
                        c -> c.logConfiguration(logs -> logs.logDriver("awslogs").options(LOGS)),
                        r -> r.executionRoleArn("arn:aws:iam::1:role/exec")),
                ofApp(
                        "Fargate only supports the log drivers awslogs, splunk and awsfirelens, but"
                                + " not json-file",
                        c -> c.logConfiguration(logs -> logs.logDriver("json-file"))));
    }

    private static final Map<String, String> LOGS =
            Map.of("awslogs-group", "g", "awslogs-region", "eu-west-1");

    @ParameterizedTest
    @MethodSource("offences")
    void refusesWhenFargateIsRequired(
            String message, Consumer<RegisterTaskDefinitionRequest.Builder> offence) {
        assertThatThrownBy(() ->
                        ecs.register(
                                fargate()
                                        .andThen(offence)
                                        .andThen(r ->
                                                r.requiresCompatibilitiesWithStrings("FARGATE"))))
                .isInstanceOf(ClientException.class)
                .hasMessage(message);
    }

    @Test
    void onlyLosesTheCompatibilityWhenFargateIsNotRequired() {
        TaskDefinition echoed = ecs.register(fargate().andThen(r -> r.ipcMode("task")));
        assertThat(echoed.compatibilitiesAsStrings()).containsExactly("EC2");
    }

    @Test
    void takesPidModeTaskAndSysPtrace() {
        LinuxParameters trace =
                LinuxParameters.builder()
                        .capabilities(KernelCapabilities.builder().add("SYS_PTRACE").build())
                        .build();
        TaskDefinition echoed =
                ecs.register(
                        fargate()
                                .andThen(request -> request.pidMode("task"))
                                .andThen(
                                        TaskDefinitionRulesTest.withApp(
                                                app -> app.linuxParameters(trace))));
        assertThat(echoed.compatibilitiesAsStrings()).containsExactly("EC2", "FARGATE");
    }

    private static Consumer<RegisterTaskDefinitionRequest.Builder> fargate() {
        return request -> request.networkMode("awsvpc").cpu("256").memory("512");
    }

    private static Arguments of(
            String message, Consumer<RegisterTaskDefinitionRequest.Builder> offence) {
        return Arguments.of(message, offence);
    }

    private static Arguments ofApp(String message, Consumer<ContainerDefinition.Builder> offence) {
        return ofApp(message, offence, request -> {});
    }

    private static Arguments ofApp(
            String message,
            Consumer<ContainerDefinition.Builder> offence,
            Consumer<RegisterTaskDefinitionRequest.Builder> more) {
        return Arguments.of(message, TaskDefinitionRulesTest.withApp(offence).andThen(more));
    }
}
