package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * A deployment lifecycle hook: what must agree before a deployment leaves a stage.
 *
 * @param function the ARN of the function that is called; null: somebody has to say "continue"
 * @param role what the function would be called as on AWS
 * @param details a JSON object that the function is handed; null: none
 * @param timeout how long it may take
 * @param onTimeout what happens then
 */
public record Hook(
        @Nullable String function,
        @Nullable String role,
        List<Stage> stages,
        @Nullable String details,
        Duration timeout,
        OnTimeout onTimeout) {

    /** What becomes of a deployment whose hook took too long. */
    public enum OnTimeout {
        ROLLBACK,
        CONTINUE
    }
}
