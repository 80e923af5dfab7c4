package dev.dryberth.core.function;

import dev.dryberth.core.function.Environments.Call;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction.Recipe;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** One container of a function, as {@link Environments} knows it. Loop thread. */
final class ExecutionEnvironment {

    enum Phase {
        /** A container is being made. */
        STARTING,
        /** It runs and has not asked for a call yet. */
        BEGINNING,
        /** It asks, and there is none. */
        IDLE,
        BUSY,
        /** It has answered and not asked again. */
        RETURNED
    }

    final String id;
    final FunctionArn function;
    final Recipe recipe;
    Phase phase = Phase.STARTING;

    /** The end of the phase, if nothing else ends it. */
    Instant until = Instant.MAX;

    /** When its log began to be about the call it has, or the next one. */
    Instant logSince;

    /** Whether it is to go when its call is over. */
    boolean retired;

    @Nullable String address;
    @Nullable Call call;

    ExecutionEnvironment(String id, FunctionArn function, Recipe recipe, Instant now) {
        this.id = id;
        this.function = function;
        this.recipe = recipe;
        this.logSince = now;
    }

    void enter(Phase next, Instant end) {
        phase = next;
        until = end;
    }

    /** Whether it will ask before long, if all goes well. */
    boolean isComing() {
        return phase == Phase.STARTING || phase == Phase.BEGINNING || phase == Phase.RETURNED;
    }
}
