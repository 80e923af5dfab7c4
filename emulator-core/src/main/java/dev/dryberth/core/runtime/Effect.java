package dev.dryberth.core.runtime;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.PinnedImage;
import dev.dryberth.core.model.TaskArn;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/** Something the engine asks of the runtime, only after the journal knows of it. */
public sealed interface Effect {

    /**
     * Makes the network namespace of an interface. Answered by NamespaceReady or NamespaceFailed.
     *
     * @param vpcCidr the range of the VPC's network, which is made if it does not exist
     */
    record CreateNamespace(Eni eni, String vpcCidr) implements Effect {}

    /** Removes an interface's namespace. Answered by NamespaceRemoved, also if it never was. */
    record RemoveNamespace(Eni eni) implements Effect {}

    /**
     * Makes sure of an image. Answered by ImagePulled, for a pinned one with its id and no other,
     * or by ImagePullFailed.
     *
     * @param pinned the very image that must be there; null: whatever {@code image} means now
     */
    record PullImage(TaskArn task, String container, String image, @Nullable PinnedImage pinned)
            implements Effect {}

    /**
     * Creates and starts a container. Answered by ContainerStarted or ContainerFailed. One that
     * exists already under the same container id is started if it never ran, and reported as it is
     * if it did; {@code spec.attempt()} tells a restart from a repeated request.
     */
    record StartContainer(ContainerSpec spec) implements Effect {}

    /**
     * Stops a container: its stop signal, then after {@code timeout} SIGKILL. Answered by
     * ContainerExited, also when it is already gone (exit code unknown then).
     */
    record StopContainer(TaskArn task, String container, String runtimeId, Duration timeout)
            implements Effect {}

    /**
     * Removes every container and volume of a task, running or not. Answered by TaskRemoved once
     * nothing is left.
     */
    record RemoveTask(TaskArn task) implements Effect {}

    /**
     * Asks how much a task's containers use. Answered by TaskMeasured, unless none of them runs any
     * more.
     */
    record MeasureTask(TaskArn task, List<String> runtimeIds) implements Effect {}

    /** What is about Lambda functions. */
    record ForFunctions(FunctionEffect effect) implements Effect {}

    /** Removes something the engine does not know; not answered. */
    record RemoveUnknown(String runtimeId) implements Effect {}

    /** Removes every container, volume and network of this daemon. Answered by AllRemoved. */
    record RemoveAll() implements Effect {}
}
