package dev.dryberth.core.placement;

import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.SubnetChoice;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.ResourceType;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Which instance and which subnet a task goes to. An instance must have room; of those that do, the
 * one with the fewest tasks is taken. Of the subnets, one in the zone that has the fewest live
 * tasks of the same service revision, and of such the fewest of the same group, so that a service
 * is spread evenly also when the tasks of its older revisions have gone; ties are drawn. Loop
 * thread.
 */
public final class Places {

    private static final String ZONE = "ecs.availability-zone";

    /** What a task of the same revision weighs beside those of older ones. */
    private static final long MORE_THAN_ALL_OTHERS = 1L << 32;

    private Places() {}

    /** The instances of a cluster that take tasks, in the order of their ARNs. */
    public static List<ContainerInstance> active(World world, ClusterArn cluster) {
        List<ContainerInstance> active = new ArrayList<>();
        for (ContainerInstance each : world.containerInstances().all()) {
            if (each.arn().clusterArn().equals(cluster)
                    && each.status() == ContainerInstance.Status.ACTIVE) {
                active.add(each);
            }
        }
        return active;
    }

    /** The zone an instance says it is in. */
    public static @Nullable String zone(ContainerInstance instance) {
        return instance.attributes().stream()
                .filter(each -> each.name().equals(ZONE))
                .map(each -> each.value())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /**
     * The instance to take, out of {@code candidates}; null: none has room.
     *
     * @param vetoes gets why each of the others has not
     */
    public static @Nullable ContainerInstance instance(
            World world,
            TaskTemplate template,
            List<ContainerInstance> candidates,
            List<Veto> vetoes) {
        ContainerInstance best = null;
        int fewest = Integer.MAX_VALUE;
        for (ContainerInstance instance : candidates) {
            String lack = lack(world, template, instance);
            int tasks = world.tasksOnInstance().size(instance.arn());
            if (lack != null) {
                vetoes.add(new Veto(instance.arn().text(), lack));
            } else if (tasks < fewest) {
                best = instance;
                fewest = tasks;
            }
        }
        return best;
    }

    private static @Nullable String lack(
            World world, TaskTemplate template, ContainerInstance instance) {
        TaskDefinition definition =
                Objects.requireNonNull(world.taskDefinitions().get(template.taskDefinition()));
        String lack =
                InstanceResources.remaining(world, instance)
                        .lacks(
                                InstanceResources.Need.of(
                                        template.recipes(), template.cpu(), template.memory()),
                                definition.document().containerDefinitions(),
                                template.networkMode() == NetworkMode.AWSVPC);
        // No instance registers GPUs here.
        return lack == null && needsGpu(template, definition) ? "RESOURCE:GPU" : lack;
    }

    /** Whether a container of such a task asks for a GPU, in the definition or by an override. */
    private static boolean needsGpu(TaskTemplate template, TaskDefinition definition) {
        for (ContainerDefinition container : definition.document().containerDefinitions()) {
            List<ResourceRequirement> requirements =
                    template.overrides().containerOverrides().stream()
                            .filter(each -> container.name().equals(each.name()))
                            .filter(ContainerOverride::hasResourceRequirements)
                            .findFirst()
                            .map(ContainerOverride::resourceRequirements)
                            .orElse(container.resourceRequirements());
            if (requirements.stream().anyMatch(each -> each.type() == ResourceType.GPU)) {
                return true;
            }
        }
        return false;
    }

    /** The zones where tasks of {@code template} may be placed now, in the order of their names. */
    public static List<String> zones(World world, ClusterArn cluster, TaskTemplate template) {
        Set<String> zones = new TreeSet<>();
        SubnetChoice choice = template.subnets();
        if (template.launchType() != LaunchType.FARGATE) {
            for (ContainerInstance each : active(world, cluster)) {
                String zone = zone(each);
                if (zone != null) {
                    zones.add(zone);
                }
            }
        } else if (choice != null) {
            subnets(world, choice).forEach(each -> zones.add(each.availabilityZone()));
        }
        return List.copyOf(zones);
    }

    /**
     * The same template, whose tasks' own interfaces are in one zone; on an instance it is the
     * instance that has one.
     *
     * @param zone one of {@link #zones}; null: any
     */
    public static TaskTemplate within(World world, TaskTemplate template, @Nullable String zone) {
        SubnetChoice choice = template.subnets();
        if (zone == null || choice == null || template.launchType() != LaunchType.FARGATE) {
            return template;
        }
        List<String> there =
                subnets(world, choice).stream()
                        .filter(each -> each.availabilityZone().equals(zone))
                        .map(Vpc.Subnet::id)
                        .toList();
        return template.withSubnets(new SubnetChoice(choice.vpcId(), there));
    }

    /** The subnets of a choice that there are. */
    public static List<Vpc.Subnet> subnets(World world, SubnetChoice choice) {
        Vpc vpc = world.vpcs().get(choice.vpcId());
        return vpc == null
                ? List.of()
                : vpc.subnets().stream()
                        .filter(each -> choice.subnetIds().contains(each.id()))
                        .toList();
    }

    /**
     * The subnet to take, out of {@code subnets}.
     *
     * @param revision of the service the task is for; null: it is for none
     */
    public static Vpc.Subnet subnet(
            World world,
            List<Vpc.Subnet> subnets,
            World.TaskGroup group,
            @Nullable ServiceRevisionArn revision,
            RandomGenerator random) {
        List<Vpc.Subnet> best = new ArrayList<>();
        long fewest = Long.MAX_VALUE;
        for (Vpc.Subnet subnet : subnets) {
            long tasks = 0;
            for (Task task : world.tasksOfGroup().of(group)) {
                if (!task.stopping()
                        && subnet.availabilityZone().equals(task.origin().availabilityZone())) {
                    Membership membership = task.membership();
                    boolean same = membership != null && membership.revision().equals(revision);
                    tasks += same ? MORE_THAN_ALL_OTHERS : 1;
                }
            }
            if (tasks < fewest) {
                best.clear();
                fewest = tasks;
            }
            if (tasks == fewest) {
                best.add(subnet);
            }
        }
        return best.get(random.nextInt(best.size()));
    }
}
