package dev.dryberth.core.function;

import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction.Recipe;

import java.time.Instant;

/** What {@link Environments} has decided, to be done in the order it is given in. */
public sealed interface Act {

    /** Makes an execution environment. */
    record Start(String environmentId, FunctionArn function, Recipe recipe) implements Act {}

    /** Removes one, running or not. */
    record Remove(String environmentId) implements Act {}

    /** Hands a call to one that asks. */
    record Deliver(String environmentId, Environments.Call call, Instant deadline) implements Act {}

    /**
     * A call that an environment had is over.
     *
     * @param since when that environment's log begins to be about this call
     */
    record Finish(Environments.Call call, String environmentId, Invocation what, Instant since)
            implements Act {}

    /** A call is over that none had. */
    record Refuse(Environments.Call call, Invocation what) implements Act {}
}
