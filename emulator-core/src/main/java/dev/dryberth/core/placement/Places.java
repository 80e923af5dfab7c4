package dev.dryberth.core.placement;

import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.NetworkMode;
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
import java.util.random.RandomGenerator;

/**
 * Which instance and which subnet a task goes to. An instance must have room; of those that do, the
 * one with the fewest tasks is taken. Of the subnets, one in the zone that has the fewest live
 * tasks of the same group; ties are drawn. Loop thread.
 */
public final class Places {

    private static final String ZONE = "ecs.availability-zone";

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

    /** The subnet to take, out of {@code subnets}. */
    public static Vpc.Subnet subnet(
            World world, List<Vpc.Subnet> subnets, World.TaskGroup group, RandomGenerator random) {
        List<Vpc.Subnet> best = new ArrayList<>();
        long fewest = Long.MAX_VALUE;
        for (Vpc.Subnet subnet : subnets) {
            long tasks = 0;
            for (Task task : world.tasksOfGroup().of(group)) {
                if (!task.stopping()
                        && subnet.availabilityZone().equals(task.origin().availabilityZone())) {
                    tasks++;
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
