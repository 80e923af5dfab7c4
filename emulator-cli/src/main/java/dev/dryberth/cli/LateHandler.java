package dev.dryberth.cli;

import dev.dryberth.api.http.HttpHandler;
import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes requests as soon as the port is open; they wait until there is who can answer them. */
final class LateHandler implements HttpHandler {

    private final CompletableFuture<HttpHandler> coming = new CompletableFuture<>();
    private volatile @Nullable HttpHandler handler;

    /** From now on {@code answers} has every request, those that waited too. Any thread. */
    void is(HttpHandler answers) {
        handler = answers;
        coming.complete(answers);
    }

    @Override
    public CompletionStage<Response> handle(Request request) {
        HttpHandler known = handler;
        return known == null
                ? coming.thenComposeAsync(late -> late.handle(request), request.executor())
                : known.handle(request);
    }

    /** While nobody is there to ask, a body is let come; whoever comes then looks at the whole. */
    @Override
    public @Nullable Response refusal(Request head) {
        HttpHandler known = handler;
        return known == null ? null : known.refusal(head);
    }

    @Override
    public Response refused(int status, String message) {
        HttpHandler known = handler;
        return known == null
                ? HttpHandler.super.refused(status, message)
                : known.refused(status, message);
    }
}
