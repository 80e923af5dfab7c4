package dev.dryberth.core.function;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Where the containers of functions find the {@link RuntimeApi}. Any thread; it never waits. */
public interface RuntimeDoor {

    /** Where there is no network to open it in. */
    RuntimeDoor NONE =
            new RuntimeDoor() {
                @Override
                public CompletableFuture<String> open(String address, RuntimeApi api) {
                    return CompletableFuture.failedFuture(
                            new IOException("nothing serves the runtime API here"));
                }

                @Override
                public void close() {}
            };

    /**
     * Serves it at an address of this machine, at a port of its own choice, and no longer anywhere
     * else.
     *
     * @return what AWS_LAMBDA_RUNTIME_API is to say: {@code 172.18.0.1:40123}; fails when the
     *     address is none of this machine's, or can't be listened at
     */
    CompletableFuture<String> open(String address, RuntimeApi api);

    /** Serves it no longer. */
    void close();
}
