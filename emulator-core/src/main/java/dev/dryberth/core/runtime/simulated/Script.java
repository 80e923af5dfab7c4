package dev.dryberth.core.runtime.simulated;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.ContainerSpec;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * What happens to everything the simulated runtime is asked for. Pure: the same question always has
 * the same answer, so a run can be repeated.
 */
public interface Script {

    Step namespace(Eni eni);

    Step pull(TaskArn task, String container, String image);

    /** The life of one start of a container; {@code spec.attempt()} tells restarts apart. */
    Life life(ContainerSpec spec);

    /**
     * Something that takes a while and then has worked or not.
     *
     * @param failure the complete reason, with the agent's error name in front; null: it works
     */
    record Step(Duration takes, @Nullable String failure) {

        public static Step works(Duration takes) {
            return new Step(takes, null);
        }

        public static Step fails(Duration takes, String reason) {
            return new Step(takes, reason);
        }
    }

    /**
     * What a container does.
     *
     * @param exit how it ends by itself; null: it runs until it is stopped
     * @param health what its health check would say, in order; heard only if it has one
     */
    record Life(Step start, @Nullable Exit exit, OnStop onStop, List<HealthChange> health) {

        public static Life runs(Step start) {
            return new Life(start, null, OnStop.AT_ONCE, List.of());
        }

        public Life until(Exit end) {
            return new Life(start, end, onStop, health);
        }

        public Life stopping(OnStop how) {
            return new Life(start, exit, how, health);
        }

        public Life withHealth(List<HealthChange> changes) {
            return new Life(start, exit, onStop, changes);
        }
    }

    /** An end by itself, {@code after} its start. */
    record Exit(Duration after, int code, boolean outOfMemory) {}

    /**
     * How a container takes its stop signal. One that takes longer than its stop timeout is killed
     * then and exits 137.
     */
    record OnStop(Duration takes, int code) {

        /** Dies of SIGTERM, as a program does that never heard of it. */
        public static final OnStop AT_ONCE = new OnStop(Duration.ofMillis(10), 143);

        public static final OnStop NEVER = new OnStop(Duration.ofDays(1), 143);
    }

    /** What the health check says from {@code after} the start on. */
    record HealthChange(Duration after, HealthStatus health) {}
}
