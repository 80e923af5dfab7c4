package dev.dryberth.core.runtime;

import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.PortBinding;
import dev.dryberth.core.model.TaskArn;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** Something that happened in the runtime. */
public sealed interface RuntimeEvent {

    record NamespaceReady(String eniId, String runtimeId) implements RuntimeEvent {}

    record NamespaceFailed(String eniId, String reason) implements RuntimeEvent {}

    record NamespaceRemoved(String eniId) implements RuntimeEvent {}

    /** A namespace's holder died by itself. */
    record NamespaceLost(String eniId) implements RuntimeEvent {}

    /**
     * An image is there.
     *
     * @param imageId the runtime's own id of it, {@code sha256:…}
     * @param digest the registry's, {@code sha256:…}; null for an image that never saw one
     */
    record ImagePulled(TaskArn task, String container, String imageId, @Nullable String digest)
            implements RuntimeEvent {}

    /** {@code reason} is complete, its error name in front: {@code CannotPullContainerError: …}. */
    record ImagePullFailed(TaskArn task, String container, String reason) implements RuntimeEvent {}

    record ContainerStarted(
            TaskArn task,
            String container,
            String runtimeId,
            List<PortBinding> bindings,
            Instant at)
            implements RuntimeEvent {}

    /** It never ran. {@code reason} is complete: {@code CannotStartContainerError: …}. */
    record ContainerFailed(TaskArn task, String container, String reason) implements RuntimeEvent {}

    /**
     * Its processes ended.
     *
     * @param exitCode null when it can't be known, because the container is gone
     */
    record ContainerExited(
            TaskArn task,
            String container,
            String runtimeId,
            @Nullable Integer exitCode,
            boolean outOfMemory,
            Instant at)
            implements RuntimeEvent {}

    record ContainerHealth(TaskArn task, String container, String runtimeId, HealthStatus health)
            implements RuntimeEvent {}

    record TaskRemoved(TaskArn task) implements RuntimeEvent {}

    /** What a task's containers have used since each started, and the memory they hold now. */
    record TaskMeasured(TaskArn task, long cpuNanos, long memoryBytes, Instant at)
            implements RuntimeEvent {}

    /** What is about Lambda functions. */
    record OfFunctions(FunctionEvent event) implements RuntimeEvent {}

    record AllRemoved() implements RuntimeEvent {}

    /**
     * All that exists under this daemon's label.
     *
     * @param asOf when the listing began: what started later may be missing from it
     */
    record Inventory(
            Instant asOf, List<ObservedContainer> containers, List<ObservedNamespace> namespaces)
            implements RuntimeEvent {}

    /** A container the runtime found. {@code startedAt} null: it never ran. */
    record ObservedContainer(
            String runtimeId,
            TaskArn task,
            String container,
            boolean running,
            @Nullable Instant startedAt,
            @Nullable Integer exitCode,
            boolean outOfMemory,
            @Nullable Instant finishedAt,
            HealthStatus health,
            List<PortBinding> bindings) {}

    /** A namespace's holder the runtime found. */
    record ObservedNamespace(String runtimeId, String eniId, boolean running) {}
}
