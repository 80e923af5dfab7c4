package dev.dryberth.api.ecs;

import static dev.dryberth.api.ecs.EcsFixture.app;
import static dev.dryberth.api.ecs.EcsFixture.container;
import static dev.dryberth.api.ecs.EcsFixture.tag;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.ecs.model.Attribute;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.HealthCheck;
import software.amazon.awssdk.services.ecs.model.HostVolumeProperties;
import software.amazon.awssdk.services.ecs.model.MountPoint;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.Secret;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a registration is answered with: identity, defaults, computed members. */
class RegisterTaskDefinitionTest {

    private static final Consumer<RegisterTaskDefinitionRequest.Builder> FARGATE =
            request ->
                    request.requiresCompatibilitiesWithStrings("FARGATE")
                            .networkMode("awsvpc")
                            .cpu(".25 vCPU")
                            .memory("0.5GB");

    private final EcsFixture ecs = new EcsFixture();

    @Test
    void countsRevisionsOfAFamilyFromOne() {
        TaskDefinition first = ecs.register(request -> {});
        assertThat(first.revision()).isEqualTo(1);
        assertThat(first.taskDefinitionArn()).isEqualTo(EcsFixture.ARN + "task-definition/web:1");
        assertThat(first.statusAsString()).isEqualTo("ACTIVE");
        assertThat(first.registeredAt()).isEqualTo(EcsFixture.NOW);
        assertThat(first.registeredBy()).isEqualTo(EcsFixture.USER);
        assertThat(ecs.register(request -> {}).revision()).isEqualTo(2);
        assertThat(ecs.register(request -> request.family("api")).revision()).isEqualTo(1);
    }

    @Test
    void fillsInDefaultsOfContainers() {
        ContainerDefinition echoed =
                ecs.register(request ->
                                request.containerDefinitions(
                                        ContainerDefinition.builder()
                                                .name("app")
                                                .image("busybox")
                                                .memoryReservation(64)
                                                .build()))
                        .containerDefinitions()
                        .getFirst();
        assertThat(echoed.cpu()).isZero();
        assertThat(echoed.essential()).isTrue();
        assertThat(echoed.hasEnvironment()).isTrue();
        assertThat(echoed.hasMountPoints()).isTrue();
        assertThat(echoed.hasVolumesFrom()).isTrue();
        assertThat(echoed.hasPortMappings()).isTrue();
        assertThat(echoed.hasSystemControls()).isTrue();
        assertThat(echoed.hasCommand()).isFalse();
        assertThat(echoed.hasSecrets()).isFalse();
        assertThat(echoed.memory()).isNull();
    }

    @Test
    void fillsInListsOfTheDefinitionAndLeavesOutWhatWasNotGiven() {
        TaskDefinition echoed = ecs.register(request -> {});
        assertThat(echoed.hasVolumes()).isTrue();
        assertThat(echoed.hasPlacementConstraints()).isTrue();
        assertThat(echoed.hasRequiresCompatibilities()).isFalse();
        assertThat(echoed.networkModeAsString()).isNull();
        assertThat(echoed.cpu()).isNull();
        assertThat(echoed.memory()).isNull();
        assertThat(echoed.ephemeralStorage()).isNull();
    }

    @Test
    void keepsWhatWasGiven() {
        ContainerDefinition given =
                app(container ->
                        container
                                .command("sleep", "1")
                                .essential(true)
                                .cpu(64)
                                .user("nobody")
                                .workingDirectory("/tmp")
                                .dockerLabels(Map.of("a", "b"))
                                .readonlyRootFilesystem(true)
                                .stopTimeout(5));
        ContainerDefinition echoed =
                ecs.register(request -> request.containerDefinitions(given))
                        .containerDefinitions()
                        .getFirst();
        assertThat(echoed)
                .isEqualTo(
                        given.toBuilder()
                                .environment(List.of())
                                .mountPoints(List.of())
                                .volumesFrom(List.of())
                                .portMappings(List.of())
                                .systemControls(List.of())
                                .build());
    }

    @Test
    void writesFargateSizesAsIntegers() {
        TaskDefinition echoed = ecs.register(FARGATE);
        assertThat(echoed.cpu()).isEqualTo("256");
        assertThat(echoed.memory()).isEqualTo("512");
        assertThat(echoed.requiresCompatibilitiesAsStrings()).containsExactly("FARGATE");
        assertThat(echoed.compatibilitiesAsStrings()).containsExactly("EC2", "FARGATE");
    }

    @ParameterizedTest
    @CsvSource({"awsvpc, 80", "bridge, 0", "host, 80", ", 0"})
    void fillsInHostPortAndProtocolByNetworkMode(@Nullable String mode, int hostPort) {
        PortMapping echoed =
                ecs.register(request ->
                                request.networkMode(mode)
                                        .containerDefinitions(
                                                app(container -> container.portMappings(port(80)))))
                        .containerDefinitions()
                        .getFirst()
                        .portMappings()
                        .getFirst();
        assertThat(echoed.hostPort()).isEqualTo(hostPort);
        assertThat(echoed.protocolAsString()).isEqualTo("tcp");
    }

    @Test
    void keepsAPortRangeWithoutAHostPort() {
        PortMapping range = PortMapping.builder().containerPortRange("8000-8010").build();
        PortMapping echoed =
                ecs.register(request ->
                                request.containerDefinitions(
                                        app(container -> container.portMappings(range))))
                        .containerDefinitions()
                        .getFirst()
                        .portMappings()
                        .getFirst();
        assertThat(echoed.hostPort()).isNull();
        assertThat(echoed.containerPortRange()).isEqualTo("8000-8010");
    }

    @Test
    void fillsInHealthChecks() {
        HealthCheck echoed =
                ecs.register(request ->
                                request.containerDefinitions(
                                        app(container ->
                                                container.healthCheck(check("CMD", "true")))))
                        .containerDefinitions()
                        .getFirst()
                        .healthCheck();
        assertThat(echoed.interval()).isEqualTo(30);
        assertThat(echoed.timeout()).isEqualTo(5);
        assertThat(echoed.retries()).isEqualTo(3);
        assertThat(echoed.startPeriod()).isNull();
    }

    @Test
    void showsABareVolumeAsOneOfTheHost() {
        Volume volume = Volume.builder().name("data").build();
        TaskDefinition echoed =
                ecs.register(request ->
                        request.volumes(volume)
                                .containerDefinitions(
                                        app(container ->
                                                container.mountPoints(mount("data", "/data")))));
        assertThat(echoed.volumes())
                .containsExactly(
                        volume.toBuilder().host(HostVolumeProperties.builder().build()).build());
    }

    @Test
    void answersTagsBesideTheDefinition() {
        RegisterTaskDefinitionResponse response =
                ecs.call(tx ->
                        ecs.taskDefinitions.registerTaskDefinition(
                                tx, EcsFixture.request(request -> request.tags(tag("a", "1")))));
        assertThat(response.tags()).containsExactly(tag("a", "1"));
    }

    @ParameterizedTest
    @CsvSource({
        "bridge, 'EXTERNAL,EC2'",
        "host, 'EXTERNAL,EC2'",
        "none, 'EXTERNAL,EC2'",
        "awsvpc, 'EC2'"
    })
    void isCompatibleByNetworkMode(String mode, String expected) {
        assertThat(ecs.register(request -> request.networkMode(mode)).compatibilitiesAsStrings())
                .containsExactly(expected.split(","));
    }

    @Test
    void isCompatibleWithFargateWithoutRequiringIt() {
        assertThat(
                        ecs.register(request ->
                                        request.networkMode("awsvpc").cpu("256").memory("512"))
                                .compatibilitiesAsStrings())
                .containsExactly("EC2", "FARGATE");
        assertThat(
                        ecs.register(request ->
                                        request.networkMode("awsvpc").cpu("256").memory("9999"))
                                .compatibilitiesAsStrings())
                .containsExactly("EC2");
    }

    @Test
    void computesTheAttributesOfAPlainDefinition() {
        assertThat(attributes(request -> {}))
                .containsExactly("com.amazonaws.ecs.capability.docker-remote-api.1.18");
    }

    @Test
    void computesTheAttributesOfAFargateServiceWithLogsAndSecrets() {
        ContainerDefinition container =
                app(builder ->
                        builder.image("123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1")
                                .healthCheck(check("CMD-SHELL", "true"))
                                .secrets(
                                        secret("A", "arn:aws:secretsmanager:x:y:secret:z"),
                                        secret("B", "/plain/parameter"))
                                .logConfiguration(logs ->
                                        logs.logDriver("awslogs")
                                                .options(
                                                        Map.of(
                                                                "awslogs-group",
                                                                "g",
                                                                "awslogs-region",
                                                                "eu-west-1",
                                                                "awslogs-stream-prefix",
                                                                "p"))));
        assertThat(
                        attributes(
                                FARGATE.andThen(request ->
                                        request.taskRoleArn("arn:aws:iam::1:role/task")
                                                .executionRoleArn("arn:aws:iam::1:role/exec")
                                                .containerDefinitions(container))))
                .containsExactlyInAnyOrder(
                        "com.amazonaws.ecs.capability.docker-remote-api.1.18",
                        "com.amazonaws.ecs.capability.docker-remote-api.1.19",
                        "com.amazonaws.ecs.capability.docker-remote-api.1.29",
                        "com.amazonaws.ecs.capability.ecr-auth",
                        "com.amazonaws.ecs.capability.logging-driver.awslogs",
                        "com.amazonaws.ecs.capability.task-iam-role",
                        "ecs.capability.container-health-check",
                        "ecs.capability.execution-role-awslogs",
                        "ecs.capability.execution-role-ecr-pull",
                        "ecs.capability.secrets.asm.environment-variables",
                        "ecs.capability.secrets.ssm.environment-variables",
                        "ecs.capability.task-eni");
    }

    @Test
    void computesTheAttributeOfDependencies() {
        assertThat(
                        attributes(request ->
                                request.containerDefinitions(
                                        app(app ->
                                                app.dependsOn(
                                                        DependencyRulesTest.dependency(
                                                                "db", "START"))),
                                        container("db", db -> db.memoryReservation(32)))))
                .contains(
                        "ecs.capability.container-ordering",
                        "com.amazonaws.ecs.capability.docker-remote-api.1.21");
    }

    private List<String> attributes(Consumer<RegisterTaskDefinitionRequest.Builder> changes) {
        return ecs.register(changes).requiresAttributes().stream().map(Attribute::name).toList();
    }

    static PortMapping port(int containerPort) {
        return PortMapping.builder().containerPort(containerPort).build();
    }

    static HealthCheck check(String... command) {
        return HealthCheck.builder().command(command).build();
    }

    static MountPoint mount(String volume, String path) {
        return MountPoint.builder().sourceVolume(volume).containerPath(path).build();
    }

    static Secret secret(String name, String from) {
        return Secret.builder().name(name).valueFrom(from).build();
    }
}
