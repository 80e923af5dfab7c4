package dev.dryberth.core.runtime;

import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinitionArn;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.Volume;

import java.util.List;

/**
 * Everything a runtime needs to create one container.
 *
 * @param containerId the last part of the container's ARN
 * @param attempt 0 for the first start, then one more for every restart
 * @param definition AWS's container definition with the task's overrides applied
 * @param image what it is made from: the definition's image, or the id of the one that its service
 *     revision is pinned to
 * @param environment the complete environment, {@code NAME=value}, in order
 * @param volumes the task definition's volumes
 * @param network what the container joins
 * @param taskCpuUnits the task's CPU limit in CPU units (1024 = one core); null: none
 * @param taskMemoryMiB the task's memory limit; null: none
 * @param siblings runtime ids of containers already started, by name, for links and volumesFrom
 */
public record ContainerSpec(
        TaskArn task,
        TaskDefinitionArn taskDefinition,
        String containerId,
        int attempt,
        ContainerDefinition definition,
        String image,
        List<String> environment,
        List<Volume> volumes,
        Network network,
        @Nullable Integer taskCpuUnits,
        @Nullable Integer taskMemoryMiB,
        List<Sibling> siblings) {

    public String name() {
        return definition.name();
    }

    /** What a container is connected to. */
    public sealed interface Network {

        /** The namespace of the task's interface, held by {@code pauseRuntimeId}. */
        record Namespace(String eniId, String pauseRuntimeId) implements Network {}

        /** The engine's bridge; a host port of 0 asks for any free one. */
        record Bridge(List<PortBinding> ports) implements Network {}

        record Host() implements Network {}

        record None() implements Network {}
    }

    /** Another container of the task that already has a runtime id. */
    public record Sibling(String name, String runtimeId) {}
}
