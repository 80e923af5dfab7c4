package dev.dryberth.api.ecs;

import static dev.dryberth.api.ecs.EcsFixture.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskDefinitionArn;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.placement.InstanceResources;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.PortMapping;

import java.util.List;

/** What tasks leave of a container instance. */
class InstanceResourcesTest {

    private static final InstanceResources.Need SMALL = new InstanceResources.Need(0, 128);

    private final EcsFixture ecs = new EcsFixture();
    private final ContainerInstance instance =
            ecs.addInstance("default", EcsFixture.ID, ContainerInstance.Status.ACTIVE);

    private static ContainerDefinition publishing(int hostPort, String protocol) {
        return app(container ->
                container.portMappings(
                        PortMapping.builder()
                                .containerPort(80)
                                .hostPort(hostPort)
                                .protocol(protocol)
                                .build()));
    }

    private String lack(ContainerDefinition container) {
        return String.valueOf(
                InstanceResources.remaining(ecs.world, instance)
                        .lacks(SMALL, List.of(container), false));
    }

    @Test
    void aFixedHostPortIsTakenFromTheMomentATaskIsPlaced() {
        ecs.register(request -> request.containerDefinitions(publishing(8080, "tcp")));

        assertThat(lack(publishing(8080, "tcp"))).isEqualTo("null");
        Task placed =
                ecs.addTaskOn(
                        instance,
                        new TaskDefinitionArn(EcsFixture.SCOPE, "web", 1),
                        "a".repeat(32));

        assertThat(lack(publishing(8080, "tcp"))).isEqualTo("RESOURCE:PORTS");
        assertThat(lack(publishing(8081, "tcp"))).isEqualTo("null");
        assertThat(lack(publishing(0, "tcp"))).isEqualTo("null");
        assertThat(lack(publishing(8080, "udp"))).isEqualTo("null");
        assertThat(InstanceResources.remaining(ecs.world, instance).tcp()).contains(8080);

        ecs.write(tx -> tx.delete(ecs.world.tasks(), placed.arn()));
        assertThat(lack(publishing(8080, "tcp"))).isEqualTo("null");
    }

    @Test
    void aTaskWithItsOwnInterfaceNeedsNoHostPort() {
        ecs.register(request -> request.containerDefinitions(publishing(8080, "tcp")));
        ecs.addTaskOn(instance, new TaskDefinitionArn(EcsFixture.SCOPE, "web", 1), "a".repeat(32));

        assertThat(
                        InstanceResources.remaining(ecs.world, instance)
                                .lacks(SMALL, List.of(publishing(8080, "tcp")), true))
                .isNull();
    }

    @Test
    void portsOfTheInstanceItselfAreTaken() {
        assertThat(lack(publishing(22, "tcp"))).isEqualTo("null");
        assertThat(
                        new InstanceResources(
                                        1024,
                                        1024,
                                        new java.util.TreeSet<>(List.of(22)),
                                        new java.util.TreeSet<>())
                                .lacks(SMALL, List.of(publishing(22, "tcp")), false))
                .isEqualTo("RESOURCE:PORTS");
    }

    @Test
    void anEmptyTokenIsNone() {
        assertThat(RunTasks.token("")).isNull();
        assertThat(RunTasks.token(null)).isNull();
        assertThat(RunTasks.token("a")).isEqualTo("a");
    }

    @Test
    void countsTasksThatAreStartingAndTasksThatRun() {
        ecs.addTask("default", "b".repeat(32), LaunchType.FARGATE, TaskStatus.RUNNING);
        ecs.addTaskOn(instance, new TaskDefinitionArn(EcsFixture.SCOPE, "web", 1), "a".repeat(32));

        assertThat(InstanceResources.tasksOn(ecs.world, instance.arn(), true)).isEqualTo(1);
        assertThat(InstanceResources.tasksOn(ecs.world, instance.arn(), false)).isZero();
    }
}
