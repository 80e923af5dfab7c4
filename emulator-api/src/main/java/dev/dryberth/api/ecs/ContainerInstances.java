package dev.dryberth.api.ecs;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.model.Attribute;
import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.placement.InstanceResources;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import software.amazon.awssdk.services.ecs.model.ContainerInstanceField;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.DeregisterContainerInstanceRequest;
import software.amazon.awssdk.services.ecs.model.DeregisterContainerInstanceResponse;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.DescribeContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.Failure;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesRequest;
import software.amazon.awssdk.services.ecs.model.ListContainerInstancesResponse;
import software.amazon.awssdk.services.ecs.model.RegisterContainerInstanceRequest;
import software.amazon.awssdk.services.ecs.model.RegisterContainerInstanceResponse;
import software.amazon.awssdk.services.ecs.model.Resource;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Container instances. One that is registered here is a name and a size: its tasks run on this
 * machine's engine, and what they hold of it is counted. Loop thread.
 */
final class ContainerInstances {

    private static final int MAX_DESCRIBED = 100;
    private static final String ZONE = "ecs.availability-zone";

    /** What an instance has when its registration names no resources. */
    private static final int DEFAULT_CPU_UNITS = 2048;

    private static final int DEFAULT_MEMORY_MIB = 7680;

    /** The ports the agent and SSH hold on every instance. */
    private static final List<Integer> RESERVED_TCP_PORTS = List.of(22, 2375, 2376, 51678, 51679);

    private final Engine engine;
    private final Clusters clusters;

    ContainerInstances(Engine engine, Clusters clusters) {
        this.engine = engine;
        this.clusters = clusters;
    }

    /** Registering into the default cluster makes it, as the agent expects. */
    RegisterContainerInstanceResponse registerContainerInstance(
            Tx tx, RegisterContainerInstanceRequest request) {
        World world = tx.world();
        ClusterArn arn = Identifiers.cluster(request.cluster());
        if (arn.name().equals(ClusterArn.DEFAULT_NAME) && world.clusters().get(arn) == null) {
            clusters.createCluster(tx, CreateClusterRequest.builder().build());
        }
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        List<Attribute> attributes = new ArrayList<>();
        attributes.add(new Attribute(ZONE, arn.scope().region() + "a"));
        attributes.add(new Attribute("ecs.os-type", "linux"));
        attributes.add(new Attribute("ecs.cpu-architecture", "x86_64"));
        for (software.amazon.awssdk.services.ecs.model.Attribute each : request.attributes()) {
            attributes.removeIf(known -> known.name().equals(each.name()));
            attributes.add(new Attribute(each.name(), each.value()));
        }
        ContainerInstance instance =
                new ContainerInstance(
                        new ContainerInstanceArn(
                                arn.scope(), cluster.arn().name(), engine.ids().hex32()),
                        "i-" + engine.ids().hex17(),
                        ContainerInstance.Status.ACTIVE,
                        true,
                        number(request.totalResources(), "CPU", DEFAULT_CPU_UNITS),
                        number(request.totalResources(), "MEMORY", DEFAULT_MEMORY_MIB),
                        RESERVED_TCP_PORTS,
                        List.of(),
                        List.copyOf(attributes),
                        engine.loop().clock().now(),
                        1,
                        TagRules.checked(request.tags()));
        tx.put(world.containerInstances(), instance.arn(), instance);
        return RegisterContainerInstanceResponse.builder()
                .containerInstance(view(world, instance, true))
                .build();
    }

    private static int number(List<Resource> resources, String name, int otherwise) {
        return resources.stream()
                .filter(each -> name.equals(each.name()) && each.integerValue() != null)
                .map(Resource::integerValue)
                .findFirst()
                .orElse(otherwise);
    }

    DeregisterContainerInstanceResponse deregisterContainerInstance(
            Tx tx, DeregisterContainerInstanceRequest request) {
        World world = tx.world();
        Cluster cluster = Identifiers.activeCluster(world, request.cluster());
        ContainerInstanceArn arn =
                Identifiers.containerInstance(request.containerInstance(), cluster.arn());
        ContainerInstance instance = world.containerInstances().get(arn);
        if (instance == null) {
            throw EcsErrors.invalidParameter(
                    "The referenced container instance was not found."); // [?]
        }
        List<Task> tasks = List.copyOf(world.tasksOnInstance().of(arn));
        if (!tasks.isEmpty() && !Boolean.TRUE.equals(request.force())) {
            throw EcsErrors.invalidParameter("Found running tasks on the instance.");
        }
        Instant now = engine.loop().clock().now();
        Stop forced =
                new Stop(
                        StopCode.USER_INITIATED,
                        "Container instance deregistration forced by user.");
        for (Task task : tasks) {
            tx.put(
                    world.tasks(),
                    task.arn(),
                    task.headedForStop(forced, task.times().stopping(now)));
        }
        tx.delete(world.containerInstances(), arn);
        return DeregisterContainerInstanceResponse.builder()
                .containerInstance(
                        view(world, instance, false).toBuilder()
                                .status(ContainerInstance.Status.INACTIVE.name())
                                .agentConnected(false)
                                .build())
                .build();
    }

    DescribeContainerInstancesResponse describeContainerInstances(
            Tx tx, DescribeContainerInstancesRequest request) {
        World world = tx.world();
        ClusterArn cluster = Identifiers.existingCluster(world, request.cluster());
        if (request.containerInstances().isEmpty()) {
            throw EcsErrors.client("Container Instances cannot be empty.");
        }
        if (request.containerInstances().size() > MAX_DESCRIBED) {
            throw EcsErrors.invalidParameter(
                    "Container Instances cannot have more than "
                            + MAX_DESCRIBED
                            + " elements"); // [?]
        }
        boolean withTags = request.include().contains(ContainerInstanceField.TAGS);
        List<software.amazon.awssdk.services.ecs.model.ContainerInstance> found = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        for (String reference : request.containerInstances()) {
            ContainerInstanceArn arn = Identifiers.containerInstance(reference, cluster);
            ContainerInstance instance = world.containerInstances().get(arn);
            if (instance == null) {
                failures.add(Failure.builder().arn(arn.text()).reason("MISSING").build());
            } else {
                found.add(view(world, instance, withTags));
            }
        }
        return DescribeContainerInstancesResponse.builder()
                .containerInstances(found)
                .failures(failures)
                .build();
    }

    ListContainerInstancesResponse listContainerInstances(
            Tx tx, ListContainerInstancesRequest request) {
        World world = tx.world();
        ClusterArn cluster = Identifiers.existingCluster(world, request.cluster());
        if (request.filter() != null && !request.filter().isEmpty()) {
            throw EcsErrors.invalidParameter(
                    "Dryberth does not evaluate cluster queries yet, so it refuses a filter.");
        }
        String status = request.statusAsString();
        Paging.Page<ContainerInstance> page =
                Paging.upTo100("ListContainerInstances", request.maxResults(), request.nextToken())
                        .page(
                                Clusters.instances(world, cluster).stream()
                                        .filter(each ->
                                                status == null
                                                        || status.equals(each.status().name()))
                                        .toList(),
                                each -> each.arn().text());
        return ListContainerInstancesResponse.builder()
                .containerInstanceArns(
                        page.items().stream().map(each -> each.arn().text()).toList())
                .nextToken(page.nextToken())
                .build();
    }

    private static software.amazon.awssdk.services.ecs.model.ContainerInstance view(
            World world, ContainerInstance instance, boolean withTags) {
        return software.amazon.awssdk.services.ecs.model.ContainerInstance.builder()
                .containerInstanceArn(instance.arn().text())
                .ec2InstanceId(instance.ec2InstanceId())
                .status(instance.status().name())
                .agentConnected(instance.agentConnected())
                .registeredResources(onTheWire(InstanceResources.registered(instance)))
                .remainingResources(onTheWire(InstanceResources.remaining(world, instance)))
                .runningTasksCount(InstanceResources.tasksOn(world, instance.arn(), false))
                .pendingTasksCount(InstanceResources.tasksOn(world, instance.arn(), true))
                .attributes(
                        instance.attributes().stream()
                                .map(each ->
                                        software.amazon.awssdk.services.ecs.model.Attribute
                                                .builder()
                                                .name(each.name())
                                                .value(each.value())
                                                .build())
                                .toList())
                .attachments(List.of())
                .registeredAt(instance.registeredAt())
                .version(instance.version())
                .tags(withTags ? TagRules.onTheWire(instance.tags()) : List.of())
                .build();
    }

    static List<Resource> onTheWire(InstanceResources resources) {
        return List.of(
                integer("CPU", resources.cpuUnits()),
                integer("MEMORY", resources.memoryMiB()),
                ports("PORTS", resources.tcp()),
                ports("PORTS_UDP", resources.udp()));
    }

    private static Resource integer(String name, int value) {
        return Resource.builder()
                .name(name)
                .type("INTEGER")
                .doubleValue(0.0)
                .longValue(0L)
                .integerValue(value)
                .build();
    }

    private static Resource ports(String name, Set<Integer> ports) {
        return Resource.builder()
                .name(name)
                .type("STRINGSET")
                .doubleValue(0.0)
                .longValue(0L)
                .integerValue(0)
                .stringSetValue(ports.stream().map(String::valueOf).toList())
                .build();
    }
}
