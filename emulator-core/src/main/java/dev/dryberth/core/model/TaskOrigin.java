package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.TaskOverride;

import java.util.List;

/**
 * What was fixed when a task was made.
 *
 * @param cpu CPU units as text, as AWS echoes them; null where neither task nor override sets them
 * @param memory MiB as text
 * @param containerInstance where it was placed; null for Fargate
 * @param overrides echoed with every container named
 */
public record TaskOrigin(
        TaskDefinitionArn taskDefinition,
        String group,
        @Nullable String startedBy,
        LaunchType launchType,
        @Nullable String capacityProvider,
        @Nullable String platformVersion,
        @Nullable String platformFamily,
        NetworkMode networkMode,
        @Nullable String cpu,
        @Nullable String memory,
        @Nullable Integer ephemeralStorageGiB,
        @Nullable String availabilityZone,
        @Nullable ContainerInstanceArn containerInstance,
        boolean enableExecuteCommand,
        TaskOverride overrides,
        List<Attribute> attributes) {}
