package dev.dryberth.core.task;

import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerPhase;
import dev.dryberth.core.model.Dependency;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.Task;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * Whether a container may start, by what it depends on.
 *
 * <p>A dependency is met, still open, or can never be met any more. START wants the other container
 * to run or to have run; COMPLETE wants it stopped with any exit code, SUCCESS with 0, HEALTHY its
 * health check to pass. {@code startTimeout} belongs to the container that is waited for: when it
 * has run that long without reaching COMPLETE, SUCCESS or HEALTHY, those that wait give up.
 */
final class Dependencies {

    private Dependencies() {}

    /** How a container stands with everything it depends on. */
    sealed interface Readiness {

        record Ready() implements Readiness {}

        /** {@code giveUpAt}: when the wait ends by a start timeout; null: never by itself. */
        record Waiting(@Nullable Instant giveUpAt) implements Readiness {}

        record Never(String reason) implements Readiness {}
    }

    static Readiness of(Task task, Container container, Instant now) {
        boolean open = false;
        Instant giveUpAt = null;
        for (Dependency dependency : container.recipe().dependsOn()) {
            Container other = task.container(dependency.container());
            if (met(dependency.condition(), other)) {
                continue;
            }
            if (other.phase() == ContainerPhase.STOPPED) {
                return new Readiness.Never(unmet(dependency, why(other)));
            }
            Instant limit = limit(dependency.condition(), other);
            if (limit != null && !now.isBefore(limit)) {
                return new Readiness.Never(unmet(dependency, "it timed out"));
            }
            open = true;
            giveUpAt = earlier(giveUpAt, limit);
        }
        return open ? new Readiness.Waiting(giveUpAt) : new Readiness.Ready();
    }

    private static boolean met(Dependency.Condition condition, Container other) {
        boolean stopped = other.phase() == ContainerPhase.STOPPED && other.everRan();
        return switch (condition) {
            case START -> other.everRan();
            case COMPLETE -> stopped;
            case SUCCESS -> stopped && Integer.valueOf(0).equals(other.exitCode());
            case HEALTHY ->
                    other.phase() == ContainerPhase.RUNNING
                            && other.health() == HealthStatus.HEALTHY;
        };
    }

    private static @Nullable Instant limit(Dependency.Condition condition, Container other) {
        Duration timeout = other.recipe().startTimeout();
        Instant startedAt = other.startedAt();
        return condition == Dependency.Condition.START || timeout == null || startedAt == null
                ? null
                : startedAt.plus(timeout);
    }

    private static String why(Container other) {
        if (!other.everRan()) {
            return "it never started";
        }
        return other.exitCode() == null ? "it is gone" : "it exited with " + other.exitCode();
    }

    // [?] The agent's own words for this could not be confirmed.
    private static String unmet(Dependency dependency, String why) {
        return "CannotStartContainerError: container ordering dependency ["
                + dependency.container()
                + " "
                + dependency.condition()
                + "] cannot be met: "
                + why;
    }

    static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isBefore(b) ? a : b;
    }

    /** Whether every container that depends on {@code name} has stopped, so that it may stop. */
    static boolean nobodyNeeds(Task task, String name) {
        for (Container container : task.containers()) {
            if (container.phase() != ContainerPhase.STOPPED
                    && container.recipe().dependsOn().stream()
                            .anyMatch(dependency -> dependency.container().equals(name))) {
                return false;
            }
        }
        return true;
    }
}
