package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.TaskOverride;

import java.util.List;

/**
 * What all tasks of one call, or of one service revision, have in common: a request checked and
 * completed with everything that is implied.
 *
 * @param capacityProviders the strategy; empty without one
 * @param subnets null for tasks without an interface of their own
 * @param cpu CPU units as text, as AWS echoes them; null where neither task nor override sets them
 * @param memory MiB as text
 * @param architecture of the engine that runs them, as AWS names it
 */
public record TaskTemplate(
        TaskDefinitionArn taskDefinition,
        LaunchType launchType,
        List<ProviderShare> capacityProviders,
        @Nullable String platformVersion,
        NetworkMode networkMode,
        @Nullable SubnetChoice subnets,
        @Nullable String cpu,
        @Nullable String memory,
        int ephemeralStorageGiB,
        TaskOverride overrides,
        List<ContainerRecipe> recipes,
        String architecture) {

    /** The same, its tasks' interfaces in some of its subnets only. */
    public TaskTemplate withSubnets(SubnetChoice next) {
        return new TaskTemplate(
                taskDefinition,
                launchType,
                capacityProviders,
                platformVersion,
                networkMode,
                next,
                cpu,
                memory,
                ephemeralStorageGiB,
                overrides,
                recipes,
                architecture);
    }

    /** The same, its containers made from images that can't change any more. */
    public TaskTemplate withRecipes(List<ContainerRecipe> next) {
        return new TaskTemplate(
                taskDefinition,
                launchType,
                capacityProviders,
                platformVersion,
                networkMode,
                subnets,
                cpu,
                memory,
                ephemeralStorageGiB,
                overrides,
                next,
                architecture);
    }
}
