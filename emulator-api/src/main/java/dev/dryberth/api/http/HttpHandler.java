package dev.dryberth.api.http;

import java.util.concurrent.CompletionStage;

/** What answers requests. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Called on a network thread, which serves other connections too: it must not wait. The stage
     * may be completed by any thread. A stage that fails is answered with 500.
     */
    CompletionStage<Response> handle(Request request);
}
