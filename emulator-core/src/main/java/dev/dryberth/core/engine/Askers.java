package dev.dryberth.core.engine;

import dev.dryberth.core.function.Environments;
import dev.dryberth.core.function.RuntimeApi.Next;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The containers that have asked for a call and have no answer yet. Loop thread. */
final class Askers {

    /** Of containers that ask before the runtime has told their address. */
    private static final int MAX_STRANGERS = 2 * Environments.MAX_ENVIRONMENTS;

    private final Map<String, CompletableFuture<@Nullable Next>> byEnvironment =
            new LinkedHashMap<>();
    private final Map<String, CompletableFuture<@Nullable Next>> byAddress = new LinkedHashMap<>();

    /** One whose environment is known. Who asks again has given up its question before. */
    void known(String environmentId, CompletableFuture<@Nullable Next> next) {
        refuse(byEnvironment.put(environmentId, next));
    }

    /** One who may turn out to be the container that is being started. */
    void stranger(String address, CompletableFuture<@Nullable Next> next) {
        if (byAddress.size() < MAX_STRANGERS || byAddress.containsKey(address)) {
            refuse(byAddress.put(address, next));
        } else {
            refuse(next);
        }
    }

    /** The one who asked from an address, which is known now; null: it has not yet. */
    @Nullable CompletableFuture<@Nullable Next> noStranger(String address) {
        return byAddress.remove(address);
    }

    void answer(String environmentId, Next next) {
        CompletableFuture<@Nullable Next> asker = byEnvironment.remove(environmentId);
        if (asker != null) {
            asker.complete(next);
        }
    }

    void refuse(String environmentId) {
        refuse(byEnvironment.remove(environmentId));
    }

    void refuseStrangers() {
        byAddress.values().forEach(Askers::refuse);
        byAddress.clear();
    }

    private static void refuse(@Nullable CompletableFuture<@Nullable Next> asker) {
        if (asker != null) {
            asker.complete(null);
        }
    }
}
