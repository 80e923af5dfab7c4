package dev.dryberth.api.ecs;

import org.jspecify.annotations.Nullable;

/** The CPU units and MiB of a whole task, as far as they are given. */
record TaskSize(@Nullable Integer cpuUnits, @Nullable Integer memoryMiB) {

    private static final int MIN_CPU_UNITS = 128;
    private static final int MAX_CPU_UNITS = 196_608;
    private static final String HINT =
            " For more information, see the Troubleshooting section of the Amazon ECS Developer"
                    + " Guide.";

    /** Reads what a task definition or an override says; refuses what is no size of a task. */
    static TaskSize parse(@Nullable String cpu, @Nullable String memory) {
        Integer cpuUnits = null;
        if (cpu != null && !cpu.isEmpty()) {
            cpuUnits = FargateSizes.parseCpuUnits(cpu);
            if (cpuUnits == null || cpuUnits < MIN_CPU_UNITS || cpuUnits > MAX_CPU_UNITS) {
                throw EcsErrors.client("Invalid 'cpu' setting for task." + HINT);
            }
        }
        Integer memoryMiB = null;
        if (memory != null && !memory.isEmpty()) {
            memoryMiB = FargateSizes.parseMemoryMiB(memory);
            if (memoryMiB == null || memoryMiB < ContainerRules.MIN_MEMORY_MIB) {
                throw EcsErrors.client("Invalid 'memory' setting for task." + HINT);
            }
        }
        return new TaskSize(cpuUnits, memoryMiB);
    }

    /** Why Fargate cannot run a task of this size; null: it can. */
    @Nullable String fargateProblem() {
        if (cpuUnits == null) {
            return "Fargate requires that 'cpu' be defined at the task level.";
        }
        if (memoryMiB == null) {
            return "Fargate requires that 'memory' be defined at the task level.";
        }
        return FargateSizes.exists(cpuUnits, memoryMiB)
                ? null
                : FargateSizes.noConfiguration(cpuUnits, memoryMiB);
    }

    @Nullable String cpuText() {
        return cpuUnits == null ? null : cpuUnits.toString();
    }

    @Nullable String memoryText() {
        return memoryMiB == null ? null : memoryMiB.toString();
    }
}
