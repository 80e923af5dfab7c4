package dev.dryberth.core.runtime;

import dev.dryberth.core.model.FunctionArn;

import java.time.Instant;

/** Something the engine asks of the runtime for the sake of Lambda functions. */
public sealed interface FunctionEffect {

    /** Makes sure of an image. Answered by ImageFound or ImageNotFound. */
    record FindImage(FunctionArn function, String imageUri) implements FunctionEffect {}

    /** Makes the network of all execution environments. Answered by NetworkReady or -Failed. */
    record MakeNetwork() implements FunctionEffect {}

    /**
     * Makes and starts an execution environment. Answered by EnvironmentStarted or
     * EnvironmentFailed.
     */
    record StartEnvironment(FunctionSpec spec) implements FunctionEffect {}

    /** Removes an execution environment, running or not. Answered by EnvironmentRemoved. */
    record RemoveEnvironment(String environmentId) implements FunctionEffect {}

    /** Asks what an execution environment wrote since. Answered by LogRead. */
    record ReadLog(String environmentId, String callId, Instant since) implements FunctionEffect {}
}
