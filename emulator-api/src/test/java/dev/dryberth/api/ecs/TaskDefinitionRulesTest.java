package dev.dryberth.api.ecs;

import static dev.dryberth.api.ecs.EcsFixture.app;
import static dev.dryberth.api.ecs.EcsFixture.container;
import static dev.dryberth.api.ecs.EcsFixture.tag;
import static dev.dryberth.api.ecs.RegisterTaskDefinitionTest.mount;
import static dev.dryberth.api.ecs.RegisterTaskDefinitionTest.port;
import static dev.dryberth.api.ecs.RegisterTaskDefinitionTest.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.DockerVolumeConfiguration;
import software.amazon.awssdk.services.ecs.model.EnvironmentFile;
import software.amazon.awssdk.services.ecs.model.HealthCheck;
import software.amazon.awssdk.services.ecs.model.HostEntry;
import software.amazon.awssdk.services.ecs.model.HostVolumeProperties;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.TaskDefinitionPlacementConstraint;
import software.amazon.awssdk.services.ecs.model.Tmpfs;
import software.amazon.awssdk.services.ecs.model.Ulimit;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Every refusal of RegisterTaskDefinition, with its text. */
class TaskDefinitionRulesTest {

    private final EcsFixture ecs = new EcsFixture();

    static Stream<Arguments> offencesOfTheDocument() {
        return Stream.of(
                of("Family should not be null or empty.", request -> request.family(null)),
                of("Family contains invalid characters.", request -> request.family("we b")),
                of("Family contains invalid characters.", r -> r.family("a".repeat(256))),
                of(
                        "Container list cannot be empty.",
                        request -> request.containerDefinitions(List.of())),
                of(
                        "Too many containers: 11 (expected: at most 10)",
                        request ->
                                request.containerDefinitions(
                                        IntStream.range(0, 11)
                                                .mapToObj(i -> container("c" + i, c -> {}))
                                                .toList())),
                of("Tags can not be empty.", request -> request.tags(List.of())),
                of(
                        "containerDefinitions can not contain null.",
                        request ->
                                request.containerDefinitions(
                                        Collections.<ContainerDefinition>singletonList(null))),
                of(
                        "Container names must be unique within a Task Definition.",
                        request -> request.containerDefinitions(app(c -> {}), app(c -> {}))),
                of(
                        "Task definition must have at least one essential container.",
                        withApp(container -> container.essential(false))),
                of(
                        "Invalid 'cpu' setting for task. For more information, see the"
                                + " Troubleshooting section of the Amazon ECS Developer Guide.",
                        request -> request.cpu("one")),
                of(
                        "Invalid 'memory' setting for task. For more information, see the"
                                + " Troubleshooting section of the Amazon ECS Developer Guide.",
                        request -> request.memory("lots")),
                of(
                        "The 'memory' setting for container is greater than for the task.",
                        request -> request.memory("64")),
                of(
                        "The memory settings of the containers add up to 256, which is greater than"
                                + " for the task.",
                        request ->
                                request.memory("200")
                                        .containerDefinitions(
                                                app(c -> {}), container("b", c -> {}))),
                of(
                        "The 'cpu' settings of the containers add up to 300, which is greater than"
                                + " for the task.",
                        withApp(container -> container.cpu(300)).andThen(r -> r.cpu("256"))),
                of(
                        "When you are specifying container secrets, you must also specify a value"
                                + " for 'executionRoleArn'.",
                        withApp(container -> container.secrets(secret("A", "b")))),
                of(
                        "placementConstraints.expression should not be null or empty.",
                        request -> request.placementConstraints(memberOf(null))));
    }

    static Stream<Arguments> offencesOfAContainer() {
        return Stream.of(
                ofApp("Container.name should not be null or empty.", c -> c.name(null)),
                ofApp("Container.name should not be null or empty.", c -> c.name("")),
                ofApp("Container.name contains invalid characters.", c -> c.name("a b")),
                ofApp("Container.image should not be null or empty.", c -> c.image(null)),
                ofApp("Container.image contains invalid characters.", c -> c.image("a b")),
                ofApp(
                        "Container.image should not be longer than 255",
                        c -> c.image("a".repeat(256))),
                ofApp(
                        "Invalid setting for container 'app'. At least one of 'memory' or"
                                + " 'memoryReservation' must be specified.",
                        c -> c.memory(null)),
                ofApp(
                        "Invalid setting for container 'app'. 'memoryReservation' must be less than"
                                + " 'memory'.",
                        c -> c.memoryReservation(128)),
                ofApp(
                        "Invalid setting for container 'app'. 'memory' and 'memoryReservation' must"
                                + " be at least 4.",
                        c -> c.memory(3)),
                ofApp(
                        "Invalid setting for container 'app'. 'cpu' must not be negative.",
                        c -> c.cpu(-1)),
                ofApp(
                        "environment.name should not be null or empty.",
                        c -> c.environment(KeyValuePair.builder().value("x").build())),
                ofApp(
                        "environmentFiles.type should be one of [s3]",
                        c -> c.environmentFiles(file("ftp", "arn:aws:s3:::b/a.env"))),
                ofApp(
                        "environmentFiles.value should be the ARN of an S3 object whose name ends"
                                + " in .env, but was arn:aws:s3:::b/a.txt",
                        c -> c.environmentFiles(file("s3", "arn:aws:s3:::b/a.txt"))),
                ofApp(
                        "A container can not have more than 10 environmentFiles.",
                        c ->
                                c.environmentFiles(
                                        Collections.nCopies(
                                                11, file("s3", "arn:aws:s3:::b/.env")))),
                ofApp(
                        "Duplicate secret names found: A. Each secret name must be unique.",
                        c -> c.secrets(secret("A", "b"), secret("A", "c"))),
                ofApp(
                        "The secret name must be unique and not shared with any new or existing"
                                + " environment variables set on the container, such as 'A'.",
                        c ->
                                c.secrets(secret("A", "b"))
                                        .environment(
                                                KeyValuePair.builder()
                                                        .name("A")
                                                        .value("x")
                                                        .build())),
                ofApp(
                        "healthCheck.command should not be null or empty.",
                        c -> c.healthCheck(HealthCheck.builder().build())),
                ofApp(
                        "healthCheck.interval must be between 5 and 300, but was 4",
                        c -> c.healthCheck(check().interval(4).build())),
                ofApp(
                        "healthCheck.timeout must be between 2 and 60, but was 61",
                        c -> c.healthCheck(check().timeout(61).build())),
                ofApp(
                        "healthCheck.retries must be between 1 and 10, but was 0",
                        c -> c.healthCheck(check().retries(0).build())),
                ofApp(
                        "healthCheck.startPeriod must be between 0 and 300, but was 301",
                        c -> c.healthCheck(check().startPeriod(301).build())),
                ofApp("startTimeout must be at least 2", c -> c.startTimeout(1)),
                ofApp("stopTimeout must not be negative.", c -> c.stopTimeout(-1)),
                ofApp(
                        "restartPolicy.enabled should not be null.",
                        c -> c.restartPolicy(policy -> policy.restartAttemptPeriod(60))),
                ofApp(
                        "restartPolicy.restartAttemptPeriod must be between 60 and 1800, but was"
                                + " 59",
                        c ->
                                c.restartPolicy(
                                        policy -> policy.enabled(true).restartAttemptPeriod(59))),
                ofApp(
                        "restartPolicy.ignoredExitCodes can not have more than 50 elements",
                        c ->
                                c.restartPolicy(policy ->
                                        policy.enabled(true)
                                                .ignoredExitCodes(Collections.nCopies(51, 1)))),
                ofApp(
                        "logConfiguration.logDriver should not be null.",
                        c -> c.logConfiguration(logs -> logs.options(Map.of()))),
                ofApp(
                        "Log driver awslogs requires options: awslogs-group",
                        c -> c.logConfiguration(logs -> logs.logDriver("awslogs"))),
                ofApp(
                        "Ulimits need a softLimit and a hardLimit.",
                        c -> c.ulimits(Ulimit.builder().name("nofile").hardLimit(1).build())),
                ofApp(
                        "The softLimit of ulimit nofile must not be greater than its hardLimit.",
                        c ->
                                c.ulimits(
                                        Ulimit.builder()
                                                .name("nofile")
                                                .softLimit(2)
                                                .hardLimit(1)
                                                .build())),
                ofApp(
                        "Invalid setting for container 'app'. 'sharedMemorySize' must be greater"
                                + " than 0.",
                        c -> c.linuxParameters(linux -> linux.sharedMemorySize(0))),
                ofApp(
                        "Invalid setting for container 'app'. 'maxSwap' must not be negative.",
                        c -> c.linuxParameters(linux -> linux.maxSwap(-1))),
                ofApp(
                        "linuxParameters.swappiness must be between 0 and 100, but was 101",
                        c -> c.linuxParameters(linux -> linux.swappiness(101))),
                ofApp(
                        "tmpfs.size must be greater than 0.",
                        c ->
                                c.linuxParameters(linux ->
                                        linux.tmpfs(Tmpfs.builder().containerPath("/x").build()))),
                ofApp(
                        "resourceRequirements.value of type GPU must be a number of GPUs, but was"
                                + " two",
                        c ->
                                c.resourceRequirements(
                                        ResourceRequirement.builder()
                                                .type("GPU")
                                                .value("two")
                                                .build())),
                ofApp(
                        "extraHosts.ipAddress should not be null or empty.",
                        c -> c.extraHosts(HostEntry.builder().hostname("db").build())));
    }

    static Stream<Arguments> offencesOfPortsAndVolumes() {
        return Stream.of(
                of(
                        "When networkMode=awsvpc, the host ports and container ports in port"
                                + " mappings must match.",
                        withApp(c -> c.portMappings(port(80).toBuilder().hostPort(81).build()))
                                .andThen(r -> r.networkMode("awsvpc"))),
                of(
                        "When networkMode=host, the host ports and container ports in port mappings"
                                + " must match.",
                        withApp(c -> c.portMappings(port(80).toBuilder().hostPort(81).build()))
                                .andThen(r -> r.networkMode("host"))),
                of(
                        "Port mappings are not supported when networkMode=none.",
                        withApp(c -> c.portMappings(port(80))).andThen(r -> r.networkMode("none"))),
                ofApp(
                        "containerPort must be between 1 and 65535, but was 65536",
                        c -> c.portMappings(port(65536))),
                ofApp(
                        "containerPort must be between 1 and 65535, but was null",
                        c -> c.portMappings(PortMapping.builder().build())),
                ofApp(
                        "hostPort must be between 0 and 65535, but was -1",
                        c -> c.portMappings(port(80).toBuilder().hostPort(-1).build())),
                ofApp(
                        "Container port 80/tcp of container 'app' is mapped more than once.",
                        c -> c.portMappings(port(80), port(80).toBuilder().hostPort(81).build())),
                ofApp(
                        "Container port 85/tcp of container 'app' is mapped more than once.",
                        c -> c.portMappings(port(85), range("80-90"))),
                ofApp("Invalid containerPortRange: 90-80", c -> c.portMappings(range("90-80"))),
                ofApp("Invalid containerPortRange: 80", c -> c.portMappings(range("80"))),
                ofApp("Invalid containerPortRange: 1-65536", c -> c.portMappings(range("1-65536"))),
                ofApp(
                        "containerPort and hostPort can not be set together with"
                                + " containerPortRange.",
                        c -> c.portMappings(range("1-2").toBuilder().containerPort(1).build())),
                of(
                        "containerPortRange is only supported when networkMode is awsvpc or"
                                + " bridge.",
                        withApp(c -> c.portMappings(range("1-2")))
                                .andThen(r -> r.networkMode("host"))),
                ofApp(
                        "A container can not have more than 100 containerPortRange mappings.",
                        c ->
                                c.portMappings(
                                        IntStream.range(0, 101)
                                                .mapToObj(
                                                        i -> range((2 * i + 1) + "-" + (2 * i + 2)))
                                                .toList())),
                ofApp(
                        "Invalid port mapping name: -web",
                        c -> c.portMappings(port(80).toBuilder().name("-web").build())),
                ofApp(
                        "Port mapping names must be unique within a Task Definition: web",
                        c ->
                                c.portMappings(
                                        port(80).toBuilder().name("web").build(),
                                        port(81).toBuilder().name("web").build())),
                of(
                        "Links are not supported when networkMode=awsvpc.",
                        withApp(c -> c.links("db")).andThen(r -> r.networkMode("awsvpc"))),
                of(
                        "Hostname is not supported when networkMode=awsvpc.",
                        withApp(c -> c.hostname("x")).andThen(r -> r.networkMode("awsvpc"))),
                of(
                        "Extra hosts are not supported when networkMode=awsvpc.",
                        withApp(c ->
                                        c.extraHosts(
                                                HostEntry.builder()
                                                        .hostname("a")
                                                        .ipAddress("10.0.0.1")
                                                        .build()))
                                .andThen(r -> r.networkMode("awsvpc"))),
                ofApp("Unknown volume 'data'.", c -> c.mountPoints(mount("data", "/data"))),
                of(
                        "mountPoints.containerPath should not be null or empty.",
                        withApp(c -> c.mountPoints(mount("data", "")))
                                .andThen(r -> r.volumes(volume("data")))),
                of(
                        "Volume.name contains invalid characters.",
                        request -> request.volumes(volume("a/b"))),
                of(
                        "Volume names must be unique within a Task Definition.",
                        request -> request.volumes(volume("a"), volume("a"))),
                of(
                        "host.sourcePath should not be blank.",
                        request ->
                                request.volumes(
                                        volume("a").toBuilder()
                                                .host(
                                                        HostVolumeProperties.builder()
                                                                .sourcePath(" ")
                                                                .build())
                                                .build())),
                of(
                        "autoprovision is only valid for docker volumes of scope shared.",
                        request ->
                                request.volumes(
                                        volume("a").toBuilder()
                                                .dockerVolumeConfiguration(
                                                        DockerVolumeConfiguration.builder()
                                                                .autoprovision(true)
                                                                .build())
                                                .build())));
    }

    static Stream<Arguments> unknownNames() {
        return Stream.of(
                of(
                        "networkMode should be one of [bridge,host,awsvpc,none]",
                        request -> request.networkMode("vpc")),
                of(
                        "requiresCompatibilities should be one of"
                                + " [EC2,FARGATE,EXTERNAL,MANAGED_INSTANCES]",
                        request -> request.requiresCompatibilitiesWithStrings("LAMBDA")),
                of("pidMode should be one of [host,task]", request -> request.pidMode("x")),
                of("ipcMode should be one of [host,task,none]", request -> request.ipcMode("x")),
                of(
                        "cpuArchitecture should be one of [X86_64,ARM64]",
                        request -> request.runtimePlatform(p -> p.cpuArchitecture("RISC"))),
                of(
                        "placementConstraints.type should be one of [memberOf]",
                        request ->
                                request.placementConstraints(
                                        TaskDefinitionPlacementConstraint.builder()
                                                .type("distinctInstance")
                                                .build())),
                of(
                        "protocol should be one of [tcp,udp]",
                        withApp(c ->
                                c.portMappings(port(80).toBuilder().protocol("sctp").build()))),
                of(
                        "appProtocol should be one of [http,http2,grpc]",
                        withApp(c ->
                                c.portMappings(port(80).toBuilder().appProtocol("smtp").build()))),
                of(
                        "logDriver should be one of"
                                + " [awsfirelens,awslogs,fluentd,gelf,journald,json-file,splunk,syslog]",
                        withApp(c -> c.logConfiguration(logs -> logs.logDriver("papyrus")))),
                of(
                        "dockerVolumeConfiguration.scope should be one of [task,shared]",
                        request ->
                                request.volumes(
                                        volume("a").toBuilder()
                                                .dockerVolumeConfiguration(
                                                        DockerVolumeConfiguration.builder()
                                                                .scope("world")
                                                                .build())
                                                .build())));
    }

    @ParameterizedTest
    @MethodSource({"offencesOfTheDocument", "offencesOfAContainer", "offencesOfPortsAndVolumes"})
    void refuses(String message, Consumer<RegisterTaskDefinitionRequest.Builder> offence) {
        assertThatThrownBy(() -> ecs.register(offence))
                .isInstanceOf(ClientException.class)
                .hasMessage(message);
        assertThat(ecs.world.taskDefinitions().size()).isZero();
        assertThat(ecs.world.families().size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("unknownNames")
    void refusesUnknownNames(
            String message, Consumer<RegisterTaskDefinitionRequest.Builder> offence) {
        assertThatThrownBy(() -> ecs.register(offence))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessage(message);
    }

    @Test
    void refusesADocumentOfMoreThan64KiBAndTakesOneOfJustThat() {
        RegisterTaskDefinitionRequest empty =
                EcsFixture.request(withApp(container -> container.command("")));
        int room = (int) (TaskDefinitionRules.MAX_BYTES - DocumentSize.bytes(empty));
        assertThatCode(() -> ecs.register(withApp(c -> c.command("x".repeat(room)))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ecs.register(withApp(c -> c.command("x".repeat(room + 1)))))
                .isInstanceOf(ClientException.class)
                .hasMessage("Actual length: '65537'. Max allowed length is '65536' bytes.");
    }

    @Test
    void takesTcpAndUdpOnOnePort() {
        assertThatCode(() ->
                        ecs.register(
                                withApp(c ->
                                        c.portMappings(
                                                port(53),
                                                port(53).toBuilder().protocol("udp").build()))))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesBadTags() {
        assertThatThrownBy(() -> ecs.register(request -> request.tags(tag("aws:a", "b"))))
                .isInstanceOf(InvalidParameterException.class);
        assertThat(ecs.world.families().size()).isZero();
    }

    private static Arguments of(
            String message, Consumer<RegisterTaskDefinitionRequest.Builder> offence) {
        return Arguments.of(message, offence);
    }

    private static Arguments ofApp(String message, Consumer<ContainerDefinition.Builder> offence) {
        return Arguments.of(message, withApp(offence));
    }

    static Consumer<RegisterTaskDefinitionRequest.Builder> withApp(
            Consumer<ContainerDefinition.Builder> changes) {
        return request -> request.containerDefinitions(app(changes));
    }

    private static TaskDefinitionPlacementConstraint memberOf(@Nullable String expression) {
        return TaskDefinitionPlacementConstraint.builder()
                .type("memberOf")
                .expression(expression)
                .build();
    }

    private static HealthCheck.Builder check() {
        return HealthCheck.builder().command("CMD", "true");
    }

    private static PortMapping range(String range) {
        return PortMapping.builder().containerPortRange(range).build();
    }

    private static EnvironmentFile file(String type, String value) {
        return EnvironmentFile.builder().type(type).value(value).build();
    }

    static Volume volume(String name) {
        return Volume.builder().name(name).build();
    }
}
