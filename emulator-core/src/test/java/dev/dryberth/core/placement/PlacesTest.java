package dev.dryberth.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.Attribute;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.DesiredStatus;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.SubnetChoice;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskOrigin;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.model.TaskTimes;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.ResourceType;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class PlacesTest {

    private final World world = new World();
    private final Tx tx = new Tx(world);
    private final List<Veto> vetoes = new ArrayList<>();
    private int made;

    private ContainerInstance instance(String id, int cpu, int memory) {
        ContainerInstance instance =
                new ContainerInstance(
                        new ContainerInstanceArn(Tasks.SCOPE, "default", id),
                        "i-" + id,
                        ContainerInstance.Status.ACTIVE,
                        true,
                        cpu,
                        memory,
                        List.of(22),
                        List.of(),
                        List.of(
                                new Attribute("ecs.os-type", "linux"),
                                new Attribute("ecs.availability-zone", "us-east-1b")),
                        Tasks.CREATED,
                        1,
                        List.of());
        tx.put(world.containerInstances(), instance.arn(), instance);
        return instance;
    }

    private void define(@Nullable Integer hostPort, String protocol, boolean gpu) {
        ContainerDefinition.Builder app =
                ContainerDefinition.builder()
                        .name("app")
                        .portMappings(
                                PortMapping.builder()
                                        .containerPort(80)
                                        .hostPort(hostPort)
                                        .protocol(protocol)
                                        .build());
        if (gpu) {
            app.resourceRequirements(
                    ResourceRequirement.builder().type(ResourceType.GPU).value("1").build());
        }
        tx.put(
                world.taskDefinitions(),
                Tasks.DEFINITION,
                new TaskDefinition(
                        Tasks.DEFINITION,
                        software.amazon.awssdk.services.ecs.model.TaskDefinition.builder()
                                .family("web")
                                .containerDefinitions(app.build())
                                .build(),
                        List.of()));
    }

    private static ContainerRecipe recipe(
            int cpu, @Nullable Integer memory, @Nullable Integer reservation) {
        return new ContainerRecipe(
                "app",
                "app:1",
                true,
                List.of(),
                null,
                Duration.ofSeconds(30),
                false,
                null,
                cpu,
                memory,
                reservation);
    }

    private static TaskTemplate template(
            NetworkMode mode,
            @Nullable String cpu,
            @Nullable String memory,
            TaskOverride overrides,
            ContainerRecipe recipe) {
        return new TaskTemplate(
                Tasks.DEFINITION,
                LaunchType.EC2,
                List.of(),
                null,
                mode,
                null,
                cpu,
                memory,
                20,
                overrides,
                List.of(recipe),
                "x86_64");
    }

    private static TaskTemplate needing(int cpu, int memory) {
        return template(
                NetworkMode.BRIDGE,
                null,
                null,
                TaskOverride.builder().build(),
                recipe(cpu, memory, null));
    }

    private Task place(
            @Nullable ContainerInstance on,
            TaskTemplate template,
            @Nullable PortBinding binding,
            @Nullable String zone,
            boolean started) {
        TaskArn arn = Tasks.arn("t" + made++);
        Container container = Container.fresh(template.recipes().getFirst(), "c");
        if (binding != null) {
            container = container.running("docker", List.of(binding), Tasks.CREATED);
        }
        TaskTimes times = TaskTimes.created(Tasks.CREATED);
        Task task =
                new Task(
                        arn,
                        new TaskOrigin(
                                Tasks.DEFINITION,
                                "family:web",
                                null,
                                LaunchType.EC2,
                                null,
                                null,
                                null,
                                template.networkMode(),
                                template.cpu(),
                                template.memory(),
                                null,
                                zone,
                                on == null ? null : on.arn(),
                                false,
                                TaskOverride.builder().build(),
                                List.of()),
                        TaskStatus.PENDING,
                        DesiredStatus.RUNNING,
                        null,
                        HealthStatus.UNKNOWN,
                        List.of(container),
                        null,
                        started ? times.started(Tasks.CREATED) : times,
                        1,
                        false,
                        List.of(),
                        null);
        tx.put(world.tasks(), arn, task);
        return task;
    }

    private @Nullable ContainerInstance choose(TaskTemplate template) {
        vetoes.clear();
        return Places.instance(world, template, Places.active(world, Tasks.CLUSTER), vetoes);
    }

    @Test
    void takesTheInstanceWithTheFewestTasksAndKnowsItsZone() {
        define(0, "tcp", false);
        ContainerInstance first = instance("a", 1024, 1024);
        ContainerInstance second = instance("b", 1024, 1024);
        place(first, needing(128, 128), null, null, true);

        assertThat(choose(needing(128, 128))).isEqualTo(second);
        assertThat(Places.zone(second)).isEqualTo("us-east-1b");
        assertThat(Places.zone(second.withAttributes(List.of()))).isNull();
        assertThat(InstanceResources.tasksOn(world, first.arn(), false)).isEqualTo(1);
        assertThat(InstanceResources.tasksOn(world, first.arn(), true)).isZero();
    }

    @Test
    void refusesWhatDoesNotFitAndSaysWhy() {
        define(8080, "tcp", false);
        ContainerInstance only = instance("a", 512, 512);

        assertThat(choose(needing(1024, 128))).isNull();
        assertThat(vetoes).extracting(Veto::reason).containsExactly("RESOURCE:CPU");
        assertThat(choose(needing(128, 1024))).isNull();
        assertThat(vetoes).extracting(Veto::reason).containsExactly("RESOURCE:MEMORY");
        assertThat(choose(needing(128, 128))).isEqualTo(only);
        place(only, needing(128, 128), null, null, false);
        assertThat(choose(needing(128, 128))).isNull();
        assertThat(vetoes).extracting(Veto::reason).containsExactly("RESOURCE:PORTS");
        // With an interface of its own a task has all ports to itself.
        assertThat(
                        choose(
                                template(
                                        NetworkMode.AWSVPC,
                                        "128",
                                        "128",
                                        TaskOverride.builder().build(),
                                        recipe(0, null, null))))
                .isEqualTo(only);
        assertThat(InstanceResources.tasksOn(world, only.arn(), true)).isEqualTo(1);
    }

    @Test
    void aBoundPortIsTakenAndProtocolsHaveTheirOwn() {
        define(null, "udp", false);
        ContainerInstance only = instance("a", 512, 512);
        place(only, needing(1, 1), new PortBinding("127.0.0.1", 80, 9000, "udp"), null, true);
        place(only, needing(1, 1), new PortBinding("127.0.0.1", 80, 9001, "tcp"), null, true);

        InstanceResources left = InstanceResources.remaining(world, only);
        assertThat(left.udp()).containsExactly(9000);
        assertThat(left.tcp()).containsExactly(22, 9001);
        define(9000, "udp", false);
        assertThat(choose(needing(1, 1))).isNull();
    }

    @Test
    void aTaskTakesItsOwnSizeElseItsContainersReservations() {
        define(0, "tcp", false);
        ContainerInstance only = instance("a", 512, 512);
        place(
                only,
                template(
                        NetworkMode.AWSVPC,
                        "256",
                        "128",
                        TaskOverride.builder().build(),
                        recipe(1, 1, null)),
                null,
                null,
                true);
        place(
                only,
                template(
                        NetworkMode.BRIDGE,
                        null,
                        null,
                        TaskOverride.builder().build(),
                        recipe(100, 200, 50)),
                null,
                null,
                true);

        InstanceResources left = InstanceResources.remaining(world, only);
        assertThat(left.cpuUnits()).isEqualTo(512 - 256 - 100);
        assertThat(left.memoryMiB()).isEqualTo(512 - 128 - 50);
    }

    @Test
    void noInstanceHasAGpuUnlessAnOverrideAsksForNone() {
        define(0, "tcp", true);
        ContainerInstance only = instance("a", 512, 512);

        assertThat(choose(needing(1, 1))).isNull();
        assertThat(vetoes).extracting(Veto::reason).containsExactly("RESOURCE:GPU");
        TaskOverride none =
                TaskOverride.builder()
                        .containerOverrides(
                                ContainerOverride.builder()
                                        .name("app")
                                        .resourceRequirements(List.of())
                                        .build())
                        .build();
        assertThat(choose(template(NetworkMode.BRIDGE, null, null, none, recipe(1, 1, null))))
                .isEqualTo(only);
    }

    @Test
    void instancesThatDrainOrAreOfAnotherClusterTakeNothing() {
        ContainerInstance draining = instance("a", 512, 512);
        tx.put(
                world.containerInstances(),
                draining.arn(),
                new ContainerInstance(
                        draining.arn(),
                        "i-a",
                        ContainerInstance.Status.DRAINING,
                        true,
                        512,
                        512,
                        List.of(),
                        List.of(),
                        List.of(),
                        Tasks.CREATED,
                        1,
                        List.of()));

        assertThat(Places.active(world, Tasks.CLUSTER)).isEmpty();
        instance("b", 512, 512);
        assertThat(Places.active(world, new ClusterArn(Tasks.SCOPE, "other"))).isEmpty();
    }

    @Test
    void takesASubnetInTheZoneWithTheFewestTasksOfTheGroup() {
        Vpc.Subnet first = new Vpc.Subnet("subnet-a", "10.0.0.0/24", "us-east-1a");
        Vpc.Subnet second = new Vpc.Subnet("subnet-b", "10.0.1.0/24", "us-east-1b");
        place(null, needing(1, 1), null, "us-east-1a", true);
        Task stopping = place(null, needing(1, 1), null, "us-east-1b", true);
        tx.put(
                world.tasks(),
                stopping.arn(),
                stopping.headedForStop(
                        new Stop(StopCode.USER_INITIATED, "by test"), stopping.times()));

        assertThat(
                        Places.subnet(
                                world,
                                List.of(first, second),
                                new World.TaskGroup(Tasks.CLUSTER, "family:web"),
                                null,
                                new Random(1)))
                .isEqualTo(second);
    }

    @Test
    void tasksOfTheSameRevisionCountBeforeThoseOfOlderOnes() {
        Vpc.Subnet first = new Vpc.Subnet("subnet-a", "10.0.0.0/24", "us-east-1a");
        Vpc.Subnet second = new Vpc.Subnet("subnet-b", "10.0.1.0/24", "us-east-1b");
        ServiceArn service = ServiceArn.of(Tasks.CLUSTER, "web");
        ServiceRevisionArn older = ServiceRevisionArn.of(service, "1");
        ServiceRevisionArn newer = ServiceRevisionArn.of(service, "2");
        member("us-east-1a", service, newer);
        member("us-east-1b", service, older);
        member("us-east-1b", service, older);

        World.TaskGroup group = new World.TaskGroup(Tasks.CLUSTER, "family:web");
        List<Vpc.Subnet> both = List.of(first, second);
        assertThat(Places.subnet(world, both, group, newer, new Random(1))).isEqualTo(second);
        assertThat(Places.subnet(world, both, group, older, new Random(1))).isEqualTo(first);
        assertThat(Places.subnet(world, both, group, null, new Random(1))).isEqualTo(first);
    }

    private void member(String zone, ServiceArn service, ServiceRevisionArn revision) {
        Task task = place(null, needing(1, 1), null, zone, true);
        tx.put(
                world.tasks(),
                task.arn(),
                task.withMembership(Membership.fresh(service, "ecs-svc/1", revision)));
    }

    @Test
    void tasksGoToTheZonesOfTheirSubnetsOrOfTheInstances() {
        Vpc vpc =
                new Vpc(
                        "vpc-1",
                        Tasks.SCOPE,
                        "10.0.0.0/16",
                        true,
                        "igw-1",
                        List.of(
                                new Vpc.Subnet("subnet-b", "10.0.0.0/24", "us-east-1b"),
                                new Vpc.Subnet("subnet-a", "10.0.1.0/24", "us-east-1a"),
                                new Vpc.Subnet("subnet-c", "10.0.2.0/24", "us-east-1c")),
                        List.of());
        tx.put(world.vpcs(), vpc.id(), vpc);
        TaskTemplate fargate =
                Tasks.template(
                        new SubnetChoice("vpc-1", List.of("subnet-a", "subnet-b")), List.of());
        TaskTemplate lost = fargate.withSubnets(new SubnetChoice("vpc-2", List.of("subnet-a")));
        TaskTemplate onInstances = Tasks.onInstances(List.of());

        assertThat(Places.zones(world, Tasks.CLUSTER, fargate))
                .containsExactly("us-east-1a", "us-east-1b");
        assertThat(Places.zones(world, Tasks.CLUSTER, lost)).isEmpty();
        assertThat(Places.zones(world, Tasks.CLUSTER, onInstances)).isEmpty();
        instance("a", 512, 512);
        ContainerInstance nowhere =
                new ContainerInstance(
                        new ContainerInstanceArn(Tasks.SCOPE, "default", "b"),
                        "i-b",
                        ContainerInstance.Status.ACTIVE,
                        true,
                        512,
                        512,
                        List.of(),
                        List.of(),
                        List.of(),
                        Tasks.CREATED,
                        1,
                        List.of());
        tx.put(world.containerInstances(), nowhere.arn(), nowhere);
        assertThat(Places.zones(world, Tasks.CLUSTER, onInstances)).containsExactly("us-east-1b");
        assertThat(Places.within(world, fargate, "us-east-1b").subnets())
                .isEqualTo(new SubnetChoice("vpc-1", List.of("subnet-b")));
        assertThat(Places.within(world, fargate, null)).isEqualTo(fargate);
        assertThat(Places.within(world, onInstances, "us-east-1b")).isEqualTo(onInstances);
    }
}
