package dev.dryberth.api.ecs;

import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The client tokens of CreateService and CreateTaskSet. Loop thread. */
final class ServiceTokens {

    private static final int MAX_TOKEN_LENGTH = 36;
    private static final Duration LIFETIME = Duration.ofDays(1);

    private ServiceTokens() {}

    /** The key of a request's token; null: it has none. */
    static @Nullable String key(String operation, ServiceArn service, @Nullable String token) {
        if (token == null || token.isEmpty()) {
            return null;
        }
        if (token.length() > MAX_TOKEN_LENGTH) {
            throw EcsErrors.invalidParameter(
                    "clientToken length should be at most " + MAX_TOKEN_LENGTH); // [?]
        }
        return operation + "/" + service + "/" + token;
    }

    /** What a token that still counts stands for; null: nothing. */
    static @Nullable ClientToken known(World world, @Nullable String key, Instant now) {
        ClientToken known = key == null ? null : world.clientTokens().get(key);
        return known == null || known.expiresAt().isBefore(now) ? null : known;
    }

    static void remember(Tx tx, @Nullable String key, String digest, String resource, Instant now) {
        if (key != null) {
            tx.put(
                    tx.world().clientTokens(),
                    key,
                    new ClientToken(key, digest, List.of(resource), now.plus(LIFETIME)));
        }
    }
}
