package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * What the lifecycle needs to know of a container: its definition with the task's overrides
 * applied, reduced to what decisions are made on.
 *
 * @param dependsOn declared dependencies and the implicit START ones of links and volumesFrom
 * @param startTimeout how long dependants wait for this container; null: for ever
 * @param healthCheck whether a health check is defined, so that health can leave UNKNOWN
 */
public record ContainerRecipe(
        String name,
        String image,
        boolean essential,
        List<Dependency> dependsOn,
        @Nullable Duration startTimeout,
        Duration stopTimeout,
        boolean healthCheck,
        @Nullable RestartPolicy restartPolicy,
        int cpuUnits,
        @Nullable Integer memoryMiB,
        @Nullable Integer memoryReservationMiB) {}
