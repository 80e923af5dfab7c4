package dev.dryberth.api.ecs;

import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.model.TaskDefinition;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.ResourceType;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

import java.util.List;

/** A request for tasks, checked and completed: what every task it makes has in common. */
record Launch(
        TaskDefinition definition,
        LaunchType launchType,
        List<String> capacityProviders,
        @Nullable String platformVersion,
        NetworkMode networkMode,
        String group,
        @Nullable String startedBy,
        @Nullable String cpu,
        @Nullable String memory,
        int ephemeralStorageGiB,
        boolean enableExecuteCommand,
        TaskOverride overrides,
        List<ContainerRecipe> recipes,
        String architecture,
        List<Tag> tags) {

    /** Of the task that is made as the {@code index}th of the call; null without a strategy. */
    @Nullable String capacityProvider(int index) {
        return capacityProviders.isEmpty() ? null : capacityProviders.get(index);
    }

    /** Whether a container needs a GPU, by its definition or by the override of that. */
    boolean needsGpu() {
        for (ContainerDefinition container : definition.document().containerDefinitions()) {
            List<ResourceRequirement> requirements =
                    overrides.containerOverrides().stream()
                            .filter(each -> each.name().equals(container.name()))
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

    InstanceResources.Need need() {
        int cpuSum = recipes.stream().mapToInt(ContainerRecipe::cpuUnits).sum();
        int memorySum = recipes.stream().mapToInt(InstanceResources.Need::memoryOf).sum();
        return new InstanceResources.Need(
                cpu == null ? cpuSum : Integer.parseInt(cpu),
                memory == null ? memorySum : Integer.parseInt(memory));
    }
}
