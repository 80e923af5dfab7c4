package dev.dryberth.core.runtime;

import dev.dryberth.core.model.FunctionArn;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/** Something that happened in the runtime to a Lambda function. */
public sealed interface FunctionEvent {

    /**
     * An image is there.
     *
     * @param imageId the runtime's own id of it
     * @param digest the registry's; null for an image that never saw one
     */
    record ImageFound(
            FunctionArn function, String imageUri, String imageId, @Nullable String digest)
            implements FunctionEvent {}

    record ImageNotFound(FunctionArn function, String imageUri, String reason)
            implements FunctionEvent {}

    /**
     * The network is there.
     *
     * @param gateway this machine's address in it
     */
    record NetworkReady(String gateway) implements FunctionEvent {}

    record NetworkFailed(String reason) implements FunctionEvent {}

    /**
     * A container runs.
     *
     * @param address which nobody else in the network has
     */
    record EnvironmentStarted(String environmentId, String address) implements FunctionEvent {}

    /** It never ran. */
    record EnvironmentFailed(String environmentId, Fault fault, String reason)
            implements FunctionEvent {}

    /** Why a container never ran. */
    enum Fault {
        /** What the function is made of, as an entry point that is not in the image. */
        FUNCTION,
        /** The network is gone. */
        NETWORK,
        ENGINE
    }

    /** Its processes ended. */
    record EnvironmentExited(String environmentId, @Nullable Integer exitCode)
            implements FunctionEvent {}

    record EnvironmentRemoved(String environmentId) implements FunctionEvent {}

    /** The end of what was written, in the order it was. */
    record LogRead(String callId, String text) implements FunctionEvent {}

    /**
     * All execution environments that exist under this daemon's label.
     *
     * @param asOf when the listing began: what started later may be missing from it
     */
    record Observed(Instant asOf, List<ObservedEnvironment> environments)
            implements FunctionEvent {}

    /** A container the runtime found. */
    record ObservedEnvironment(String environmentId, String runtimeId, boolean running) {}
}
