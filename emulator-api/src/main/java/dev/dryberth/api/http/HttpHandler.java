package dev.dryberth.api.http;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletionStage;

/** What answers requests. */
@FunctionalInterface
public interface HttpHandler {

    /**
     * Called on a network thread, which serves other connections too: it must not wait. The stage
     * may be completed by any thread. A stage that fails is answered with 500.
     */
    CompletionStage<Response> handle(Request request);

    /**
     * Asked before a client is told to send the body it holds back: what the request is answered
     * with if the body does not matter, or null to go on. The request has no body yet. It must not
     * wait either.
     */
    default @Nullable Response refusal(Request head) {
        return null;
    }

    /** How the server's own refusals look, for a request that never became one or is too large. */
    default Response refused(int status, String message) {
        return Response.text(status, message);
    }
}
