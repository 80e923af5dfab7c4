package dev.dryberth.core.metrics;

import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.Task;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/**
 * How much of what it reserves a task uses, as AWS/ECS defines CPUUtilization and
 * MemoryUtilization: what all its containers use over the task's size or, where it has none, over
 * what its containers reserve. A task that reserves nothing has no such figure.
 *
 * @param cpuNanos processor time its containers have used since they started
 * @param since when the first of them started
 */
public record TaskUsage(long cpuNanos, long memoryBytes, Instant since, Instant at) {

    private static final double UNITS_PER_PROCESSOR = 1024;
    private static final double BYTES_PER_MIB = 1024 * 1024;
    private static final double PERCENT = 100;

    /**
     * CPU units used on average since {@code before}, or since the containers started. Containers
     * that were replaced meanwhile begin anew.
     */
    public OptionalDouble cpuUnits(@Nullable TaskUsage before) {
        boolean goesOn = before != null && cpuNanos >= before.cpuNanos;
        long used = before != null && goesOn ? cpuNanos - before.cpuNanos : cpuNanos;
        Instant from = before != null && goesOn ? before.at : since;
        long elapsed = Duration.between(from, at).toNanos();
        return elapsed <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) used / elapsed * UNITS_PER_PROCESSOR);
    }

    public double memoryMiB() {
        return memoryBytes / BYTES_PER_MIB;
    }

    /** {@code used} in percent of {@code reserved}. */
    public static OptionalDouble percent(OptionalDouble used, double reserved) {
        return used.isEmpty() || reserved <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(used.getAsDouble() / reserved * PERCENT);
    }

    /** The CPU units a task reserves; 0: none. */
    public static double reservedCpu(Task task) {
        String ofTask = task.origin().cpu();
        if (ofTask != null) {
            return Double.parseDouble(ofTask);
        }
        return task.containers().stream().mapToInt(each -> each.recipe().cpuUnits()).sum();
    }

    /** The MiB of memory a task reserves; 0: none. */
    public static double reservedMemory(Task task) {
        String ofTask = task.origin().memory();
        if (ofTask != null) {
            return Double.parseDouble(ofTask);
        }
        return task.containers().stream()
                .map(Container::recipe)
                .mapToInt(TaskUsage::reserved)
                .sum();
    }

    private static int reserved(ContainerRecipe recipe) {
        Integer soft = recipe.memoryReservationMiB();
        Integer hard = recipe.memoryMiB();
        return soft != null ? soft : hard != null ? hard : 0;
    }
}
