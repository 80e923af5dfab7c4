package dev.dryberth.api.ecs;

import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.Dependency;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.RestartPolicy;
import dev.dryberth.core.model.TaskDefinition;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.ContainerRestartPolicy;
import software.amazon.awssdk.services.ecs.model.TaskOverride;
import software.amazon.awssdk.services.ecs.model.VolumeFrom;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reduces a task definition and a task's overrides to what the lifecycle decides on. */
final class TaskRecipes {

    /** How long a container has between its stop signal and SIGKILL when nothing is said. */
    static final Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(30);

    static final Duration DEFAULT_RESTART_ATTEMPT_PERIOD = Duration.ofMinutes(5);

    private TaskRecipes() {}

    static NetworkMode networkMode(TaskDefinition definition) {
        String mode = definition.document().networkModeAsString();
        return mode == null
                ? NetworkMode.BRIDGE
                : switch (definition.document().networkMode()) {
                    case AWSVPC -> NetworkMode.AWSVPC;
                    case BRIDGE -> NetworkMode.BRIDGE;
                    case HOST -> NetworkMode.HOST;
                    case NONE -> NetworkMode.NONE;
                    case UNKNOWN_TO_SDK_VERSION ->
                            throw EcsErrors.client("Unknown network mode " + mode);
                };
    }

    static List<ContainerRecipe> recipes(TaskDefinition definition, TaskOverride overrides) {
        List<ContainerRecipe> recipes = new ArrayList<>();
        for (ContainerDefinition container : definition.document().containerDefinitions()) {
            recipes.add(recipe(container, override(overrides, container.name())));
        }
        return recipes;
    }

    private static @Nullable ContainerOverride override(TaskOverride overrides, String name) {
        return overrides.containerOverrides().stream()
                .filter(each -> name.equals(each.name()))
                .findFirst()
                .orElse(null);
    }

    private static ContainerRecipe recipe(
            ContainerDefinition container, @Nullable ContainerOverride override) {
        Integer cpu = override == null || override.cpu() == null ? container.cpu() : override.cpu();
        Integer memory =
                override == null || override.memory() == null
                        ? container.memory()
                        : override.memory();
        Integer reservation =
                override == null || override.memoryReservation() == null
                        ? container.memoryReservation()
                        : override.memoryReservation();
        return new ContainerRecipe(
                container.name(),
                container.image(),
                container.essential() == null || container.essential(),
                dependencies(container),
                seconds(container.startTimeout()),
                container.stopTimeout() == null
                        ? DEFAULT_STOP_TIMEOUT
                        : Duration.ofSeconds(container.stopTimeout()),
                hasHealthCheck(container),
                restartPolicy(container.restartPolicy()),
                cpu == null ? 0 : cpu,
                memory,
                reservation);
    }

    private static boolean hasHealthCheck(ContainerDefinition container) {
        return container.healthCheck() != null
                && !container.healthCheck().command().isEmpty()
                && !container.healthCheck().command().getFirst().equals("NONE");
    }

    /** Declared ones, and the START that links and volumesFrom imply. */
    private static List<Dependency> dependencies(ContainerDefinition container) {
        List<Dependency> dependencies = new ArrayList<>();
        container
                .dependsOn()
                .forEach(each ->
                        dependencies.add(
                                new Dependency(
                                        each.containerName(),
                                        Dependency.Condition.valueOf(each.conditionAsString()))));
        for (String link : container.links()) {
            addStart(dependencies, link.split(":", 2)[0]);
        }
        for (VolumeFrom from : container.volumesFrom()) {
            addStart(dependencies, from.sourceContainer());
        }
        return List.copyOf(dependencies);
    }

    private static void addStart(List<Dependency> dependencies, String other) {
        if (dependencies.stream().noneMatch(each -> each.container().equals(other))) {
            dependencies.add(new Dependency(other, Dependency.Condition.START));
        }
    }

    private static @Nullable RestartPolicy restartPolicy(@Nullable ContainerRestartPolicy policy) {
        if (policy == null || !Boolean.TRUE.equals(policy.enabled())) {
            return null;
        }
        Duration period =
                policy.restartAttemptPeriod() == null
                        ? DEFAULT_RESTART_ATTEMPT_PERIOD
                        : Duration.ofSeconds(policy.restartAttemptPeriod());
        return new RestartPolicy(List.copyOf(policy.ignoredExitCodes()), period);
    }

    private static @Nullable Duration seconds(@Nullable Integer value) {
        return value == null ? null : Duration.ofSeconds(value);
    }
}
