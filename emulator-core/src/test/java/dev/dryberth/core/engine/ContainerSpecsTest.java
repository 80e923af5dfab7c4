package dev.dryberth.core.engine;

import static dev.dryberth.core.task.Recipes.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskOrigin;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.task.Recipes;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.TaskOverride;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.List;

class ContainerSpecsTest {

    private static final ContainerDefinition APP =
            ContainerDefinition.builder()
                    .name("app")
                    .image("app:latest")
                    .command("serve")
                    .cpu(10)
                    .memory(20)
                    .memoryReservation(15)
                    .environment(pair("COLOUR", "red"), pair("SIZE", "big"))
                    .build();

    @Test
    void whatIsNotOverriddenStaysAsItWasRegistered() {
        ContainerSpec spec = ContainerSpecs.of(bridge(), definition(APP), "app", null);

        assertThat(spec.definition()).isEqualTo(APP);
        assertThat(spec.environment())
                .containsExactly("AWS_EXECUTION_ENV=AWS_ECS_EC2", "COLOUR=red", "SIZE=big");
        assertThat(spec.containerId()).isEqualTo("id-of-app");
        assertThat(spec.attempt()).isZero();
        assertThat(spec.volumes()).extracting(Volume::name).containsExactly("data");
    }

    @Test
    void overridesWinOverTheDefinition() {
        ContainerOverride override =
                ContainerOverride.builder()
                        .name("app")
                        .command("migrate", "--all")
                        .cpu(11)
                        .memory(22)
                        .memoryReservation(16)
                        .environment(pair("COLOUR", "blue"), pair("EMPTY", null))
                        .resourceRequirements(ResourceRequirement.builder().value("1").build())
                        .build();
        ContainerOverride other = ContainerOverride.builder().name("side").cpu(99).build();

        ContainerSpec spec =
                ContainerSpecs.of(
                        overridden(bridge(), other, override), definition(APP), "app", null);
        assertThat(spec.definition().command()).containsExactly("migrate", "--all");
        assertThat(spec.definition().cpu()).isEqualTo(11);
        assertThat(spec.definition().memory()).isEqualTo(22);
        assertThat(spec.definition().memoryReservation()).isEqualTo(16);
        assertThat(spec.definition().resourceRequirements()).hasSize(1);
        assertThat(spec.environment())
                .containsExactly(
                        "AWS_EXECUTION_ENV=AWS_ECS_EC2", "COLOUR=blue", "SIZE=big", "EMPTY=");
    }

    @Test
    void onABridgePortsArePublishedOnLoopbackOnly() {
        ContainerDefinition ports =
                APP.toBuilder()
                        .portMappings(
                                PortMapping.builder().containerPort(80).build(),
                                PortMapping.builder()
                                        .containerPort(53)
                                        .hostPort(5353)
                                        .protocol("udp")
                                        .build(),
                                PortMapping.builder().containerPortRange("8000-8002").build())
                        .build();

        ContainerSpec spec = ContainerSpecs.of(bridge(), definition(ports), "app", null);
        assertThat(spec.network())
                .isEqualTo(
                        new ContainerSpec.Network.Bridge(
                                List.of(
                                        new PortBinding("127.0.0.1", 80, 0, "tcp"),
                                        new PortBinding("127.0.0.1", 53, 5353, "udp"),
                                        new PortBinding("127.0.0.1", 8000, 0, "tcp"),
                                        new PortBinding("127.0.0.1", 8001, 0, "tcp"),
                                        new PortBinding("127.0.0.1", 8002, 0, "tcp"))));
    }

    @Test
    void onTheHostsNetworkAContainerPortIsTheHosts() {
        ContainerDefinition ports =
                APP.toBuilder()
                        .portMappings(
                                PortMapping.builder().containerPort(80).hostPort(80).build(),
                                PortMapping.builder().containerPort(53).protocol("udp").build())
                        .build();

        assertThat(ContainerSpecs.hostBindings(definition(ports), "app"))
                .containsExactly(
                        new PortBinding("0.0.0.0", 80, 80, "tcp"),
                        new PortBinding("0.0.0.0", 53, 53, "udp"));
        assertThat(ContainerSpecs.hostBindings(definition(ports), "other")).isEmpty();
    }

    @Test
    void hostAndNoneAreTakenAsTheyAre() {
        assertThat(specIn(NetworkMode.HOST).network()).isEqualTo(new ContainerSpec.Network.Host());
        assertThat(specIn(NetworkMode.NONE).network()).isEqualTo(new ContainerSpec.Network.None());
    }

    private static ContainerSpec specIn(NetworkMode mode) {
        Task task = Tasks.task(Tasks.arn("t"), LaunchType.EC2, mode, null, container("app"));
        return ContainerSpecs.of(task, definition(APP), "app", null);
    }

    @Test
    void anAwsvpcContainerJoinsTheNamespaceOfItsTask() {
        Eni eni = Tasks.eni("eni-1", Tasks.arn("t"));
        Task waiting = Tasks.fargate(Tasks.arn("t"), eni, container("app"));
        assertThatThrownBy(() -> ContainerSpecs.of(waiting, definition(APP), "app", null))
                .hasMessageContaining("has no network namespace yet");

        Task ready = waiting.withEni(eni.ready("pause"));
        assertThat(ContainerSpecs.of(ready, definition(APP), "app", null).network())
                .isEqualTo(new ContainerSpec.Network.Namespace("eni-1", "pause"));
    }

    @Test
    void aContainerKnowsItsSiblingsThatHaveStarted() {
        Task task =
                Tasks.bridge(Tasks.arn("t"), container("app"), container("db"), container("later"));
        Task started =
                task.withContainer(
                        task.container("db").running("docker-db", List.of(), Tasks.CREATED));

        assertThat(ContainerSpecs.of(started, definition(APP), "app", null).siblings())
                .containsExactly(new ContainerSpec.Sibling("db", "docker-db"));
    }

    private static Task bridge() {
        Recipes app = container("app");
        return Tasks.bridge(Tasks.arn("t"), app);
    }

    private static Task overridden(Task task, ContainerOverride... overrides) {
        TaskOrigin o = task.origin();
        TaskOrigin origin =
                new TaskOrigin(
                        o.taskDefinition(),
                        o.group(),
                        o.startedBy(),
                        o.launchType(),
                        o.capacityProvider(),
                        o.platformVersion(),
                        o.platformFamily(),
                        o.networkMode(),
                        null,
                        null,
                        o.ephemeralStorageGiB(),
                        o.availabilityZone(),
                        o.containerInstance(),
                        o.enableExecuteCommand(),
                        TaskOverride.builder().containerOverrides(overrides).build(),
                        o.attributes());
        return new Task(
                task.arn(),
                origin,
                task.lastStatus(),
                task.desiredStatus(),
                task.stop(),
                task.health(),
                task.containers(),
                task.eni(),
                task.times(),
                task.version(),
                task.cleaned(),
                task.tags(),
                task.membership());
    }

    private static TaskDefinition definition(ContainerDefinition container) {
        return new TaskDefinition(
                Tasks.DEFINITION,
                software.amazon.awssdk.services.ecs.model.TaskDefinition.builder()
                        .containerDefinitions(container)
                        .volumes(Volume.builder().name("data").build())
                        .build(),
                List.of());
    }

    private static KeyValuePair pair(String name, @Nullable String value) {
        return KeyValuePair.builder().name(name).value(value).build();
    }
}
