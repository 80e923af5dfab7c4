package dev.dryberth.core.engine;

import dev.dryberth.core.function.Act;
import dev.dryberth.core.function.FunctionVariables;
import dev.dryberth.core.model.LambdaFunction.Settings;
import dev.dryberth.core.runtime.FunctionSpec;

import java.time.Instant;

/** What the runtime is told to make for a function. Stateless, any thread. */
final class FunctionSpecs {

    private FunctionSpecs() {}

    /** {@code runtimeApi} is where the runtime API is found. */
    static FunctionSpec of(Act.Start act, String runtimeApi, Instant now) {
        Settings settings = act.recipe().settings();
        return new FunctionSpec(
                act.environmentId(),
                act.function(),
                act.recipe().image().id(),
                FunctionVariables.of(
                        act.function(), settings, act.environmentId(), runtimeApi, now),
                settings.entryPoint(),
                settings.command(),
                settings.workingDirectory(),
                settings.memoryMiB(),
                settings.ephemeralStorageMiB());
    }
}
