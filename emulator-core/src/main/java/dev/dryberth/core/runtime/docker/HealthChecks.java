package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.model.HealthCheck;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.HealthStatus;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** ECS health checks as Docker's, and Docker's verdicts as ECS's. */
final class HealthChecks {

    private static final int DEFAULT_INTERVAL_SECONDS = 30;
    private static final int DEFAULT_TIMEOUT_SECONDS = 5;
    private static final int DEFAULT_RETRIES = 3;

    /** However fast the clock runs: a probe is a process, and a faster one keeps a core busy. */
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(500);

    private HealthChecks() {}

    /**
     * The check a container gets. Without one in its definition the image's own is switched off, as
     * ECS never looks at it.
     */
    static HealthCheck of(
            software.amazon.awssdk.services.ecs.model.@Nullable HealthCheck defined, Clock clock) {
        if (defined == null || defined.command().isEmpty()) {
            return new HealthCheck().withTest(List.of("NONE"));
        }
        Duration interval = clock.wait(seconds(defined.interval(), DEFAULT_INTERVAL_SECONDS));
        return new HealthCheck()
                .withTest(test(defined.command()))
                .withInterval(
                        (interval.compareTo(SHORTEST_INTERVAL) < 0 ? SHORTEST_INTERVAL : interval)
                                .toNanos())
                .withTimeout(seconds(defined.timeout(), DEFAULT_TIMEOUT_SECONDS).toNanos())
                .withRetries(Objects.requireNonNullElse(defined.retries(), DEFAULT_RETRIES))
                .withStartPeriod(clock.wait(seconds(defined.startPeriod(), 0)).toNanos());
    }

    /** A command that begins with no keyword is executed as it stands. */
    private static List<String> test(List<String> command) {
        return switch (command.getFirst()) {
            case "CMD", "CMD-SHELL", "NONE" -> command;
            default -> {
                List<String> test = new ArrayList<>(List.of("CMD"));
                test.addAll(command);
                yield test;
            }
        };
    }

    private static Duration seconds(@Nullable Integer value, int otherwise) {
        return Duration.ofSeconds(Objects.requireNonNullElse(value, otherwise));
    }

    /** {@code starting} and {@code none} are both UNKNOWN on ECS. */
    static HealthStatus status(@Nullable String docker) {
        if ("healthy".equals(docker)) {
            return HealthStatus.HEALTHY;
        }
        return "unhealthy".equals(docker) ? HealthStatus.UNHEALTHY : HealthStatus.UNKNOWN;
    }
}
