package dev.dryberth.core.runtime.docker;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.HostAccess;

import org.jspecify.annotations.Nullable;

/**
 * What the Docker runtime is told once, at the daemon's start.
 *
 * @param instanceId stands in a label on everything this daemon makes, so that it finds its own
 *     again after a crash; the same for every start on one state directory
 * @param dockerHost the engine's address, {@code unix:///…}, {@code tcp://…}, {@code npipe:////…};
 *     null: DOCKER_HOST, else the current Docker context, else the usual sockets
 * @param clock health-check intervals and start periods are AWS waits and pass through it
 * @param hostAccess checked again here although the API has refused already
 * @param parallelism how many effects talk to the engine at the same time; two to four fill two
 *     cores
 */
public record DockerSettings(
        String instanceId,
        @Nullable String dockerHost,
        Clock clock,
        HostAccess hostAccess,
        int parallelism) {

    public static final int DEFAULT_PARALLELISM = 4;
    static final int MAX_PARALLELISM = 64;

    public DockerSettings {
        if (!instanceId.matches("[a-z0-9][a-z0-9-]{0,39}")) {
            throw new IllegalArgumentException(
                    "instanceId: "
                            + instanceId
                            + " (expected: up to 40 lower-case letters, digits, hyphens)");
        }
        if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
            throw new IllegalArgumentException(
                    "parallelism: " + parallelism + " (expected: 1.." + MAX_PARALLELISM + ")");
        }
    }
}
