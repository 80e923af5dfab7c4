package dev.dryberth.core.placement;

import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.ContainerInstanceArn;
import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.PortMapping;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a container instance has and what its tasks leave of it. Computed from the tasks each time,
 * never stored, so it always adds up.
 */
public record InstanceResources(int cpuUnits, int memoryMiB, Set<Integer> tcp, Set<Integer> udp) {

    public static InstanceResources registered(ContainerInstance instance) {
        return new InstanceResources(
                instance.cpuUnits(),
                instance.memoryMiB(),
                new TreeSet<>(instance.reservedTcpPorts()),
                new TreeSet<>(instance.reservedUdpPorts()));
    }

    public static InstanceResources remaining(World world, ContainerInstance instance) {
        InstanceResources registered = registered(instance);
        int cpu = registered.cpuUnits();
        int memory = registered.memoryMiB();
        for (Task task : world.tasksOnInstance().of(instance.arn())) {
            Need need = Need.of(task);
            cpu -= need.cpuUnits();
            memory -= need.memoryMiB();
            for (Container container : task.containers()) {
                for (PortBinding binding : container.bindings()) {
                    registered.take(binding.hostPort(), binding.protocol());
                }
            }
            registered.takePromised(world, task);
        }
        return new InstanceResources(cpu, memory, registered.tcp(), registered.udp());
    }

    /** The fixed host ports of a task's definition are its own from the moment it is placed. */
    private void takePromised(World world, Task task) {
        TaskDefinition definition = world.taskDefinitions().get(task.origin().taskDefinition());
        if (definition == null || task.origin().networkMode() == NetworkMode.AWSVPC) {
            return;
        }
        for (ContainerDefinition container : definition.document().containerDefinitions()) {
            for (PortMapping mapping : container.portMappings()) {
                if (mapping.hostPort() != null && mapping.hostPort() != 0) {
                    take(mapping.hostPort(), mapping.protocolAsString());
                }
            }
        }
    }

    private void take(int hostPort, @Nullable String protocol) {
        ("udp".equals(protocol) ? udp : tcp).add(hostPort);
    }

    /** How many tasks of an instance have not run yet, or have. */
    public static int tasksOn(World world, ContainerInstanceArn instance, boolean pending) {
        int count = 0;
        for (Task task : world.tasksOnInstance().of(instance)) {
            if ((task.times().startedAt() == null) == pending) {
                count++;
            }
        }
        return count;
    }

    /** Why a task does not fit, as AWS's failure reason; null: it fits. */
    public @Nullable String lacks(
            Need need, List<ContainerDefinition> containers, boolean ownInterface) {
        if (need.cpuUnits() > cpuUnits) {
            return "RESOURCE:CPU";
        }
        if (need.memoryMiB() > memoryMiB) {
            return "RESOURCE:MEMORY";
        }
        if (ownInterface) {
            return null;
        }
        for (ContainerDefinition container : containers) {
            for (PortMapping mapping : container.portMappings()) {
                Integer port = mapping.hostPort();
                boolean isUdp = "udp".equals(mapping.protocolAsString());
                if (port != null && port != 0 && (isUdp ? udp : tcp).contains(port)) {
                    return "RESOURCE:PORTS";
                }
            }
        }
        return null;
    }

    /** What a task takes of an instance: its own size, else the sum of its containers'. */
    public record Need(int cpuUnits, int memoryMiB) {

        public static Need of(Task task) {
            return of(
                    task.containers().stream().map(Container::recipe).toList(),
                    task.origin().cpu(),
                    task.origin().memory());
        }

        static Need of(
                List<ContainerRecipe> recipes,
                @Nullable String taskCpu,
                @Nullable String taskMemory) {
            int cpu = recipes.stream().mapToInt(ContainerRecipe::cpuUnits).sum();
            int memory = recipes.stream().mapToInt(Need::memoryOf).sum();
            return new Need(
                    taskCpu == null ? cpu : Integer.parseInt(taskCpu),
                    taskMemory == null ? memory : Integer.parseInt(taskMemory));
        }

        /** The reservation counts where there is one, else the limit. */
        public static int memoryOf(ContainerRecipe recipe) {
            Integer reservation = recipe.memoryReservationMiB();
            Integer limit = recipe.memoryMiB();
            return reservation != null ? reservation : limit == null ? 0 : limit;
        }
    }
}
