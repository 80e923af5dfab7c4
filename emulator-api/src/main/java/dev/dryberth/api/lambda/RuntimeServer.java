package dev.dryberth.api.lambda;

import dev.dryberth.api.http.Headers;
import dev.dryberth.api.http.HttpHandler;
import dev.dryberth.api.http.HttpLimits;
import dev.dryberth.api.http.HttpServer;
import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.function.RuntimeApi;
import dev.dryberth.core.function.RuntimeApi.Next;
import dev.dryberth.core.function.RuntimeApi.Reply;
import dev.dryberth.core.function.RuntimeDoor;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Serves Lambda's runtime API (2018-06-01) at one address of this machine. A container is known by
 * the address it speaks from and by nothing else, so nothing it says can make it another.
 */
public final class RuntimeServer implements RuntimeDoor {

    private static final String ROOT = "/2018-06-01/runtime/";
    private static final String INVOCATION = ROOT + "invocation/";
    private static final String NEXT = INVOCATION + "next";
    private static final String INIT_ERROR = ROOT + "init/error";
    private static final String RESPONSE = "/response";
    private static final String ERROR = "/error";
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int TOO_LARGE = 413;

    /** More than a result may have, so that the function is told what it did wrong. */
    private static final int MAX_BODY_BYTES = 2 * FunctionInvoker.MAX_PAYLOAD_BYTES;

    private static final HttpLimits LIMITS =
            new HttpLimits(
                    HttpLimits.DEFAULT.maxRequestLineBytes(),
                    HttpLimits.DEFAULT.maxHeaderBytes(),
                    MAX_BODY_BYTES,
                    HttpLimits.DEFAULT.maxBufferedBodyBytes(),
                    256,
                    HttpLimits.DEFAULT.maxPipelinedParts(),
                    HttpLimits.DEFAULT.firstRequestTimeout(),
                    // A runtime keeps its connection while the function computes.
                    Duration.ofMinutes(16),
                    HttpLimits.DEFAULT.bodyTimeout(),
                    HttpLimits.DEFAULT.writeTimeout(),
                    HttpLimits.DEFAULT.lingerTimeout(),
                    // Whoever still asks then is about to be removed.
                    Duration.ofMillis(1));

    private final AtomicReference<@Nullable HttpServer> server = new AtomicReference<>();

    @Override
    public CompletableFuture<String> open(String address, RuntimeApi api) {
        return new CompletableFuture<String>()
                .completeAsync(() -> listen(address, api), Thread::startVirtualThread);
    }

    private String listen(String address, RuntimeApi api) {
        try {
            HttpServer started =
                    HttpServer.start(new InetSocketAddress(address, 0), LIMITS, new Handler(api));
            stop(server.getAndSet(started));
            return address + ":" + started.address().getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        HttpServer before = server.getAndSet(null);
        Thread.startVirtualThread(() -> stop(before));
    }

    private static void stop(@Nullable HttpServer before) {
        if (before != null) {
            before.close();
        }
    }

    /** Requests of containers. */
    private record Handler(RuntimeApi api) implements HttpHandler {

        @Override
        public CompletionStage<Response> handle(Request request) {
            String from = request.remote().getAddress().getHostAddress();
            String path = request.path();
            if (request.method().equals("GET") && path.equals(NEXT)) {
                return api.next(from).thenApply(Handler::next);
            }
            if (!request.method().equals("POST")) {
                return unknown(request);
            }
            if (path.equals(INIT_ERROR)) {
                return api.failToBegin(from, request.body()).thenApply(Handler::reply);
            }
            if (path.startsWith(INVOCATION) && path.endsWith(RESPONSE)) {
                return api.respond(from, callId(path, RESPONSE), request.body())
                        .thenApply(Handler::reply);
            }
            if (path.startsWith(INVOCATION) && path.endsWith(ERROR)) {
                return api.fail(from, callId(path, ERROR), request.body())
                        .thenApply(Handler::reply);
            }
            return unknown(request);
        }

        private static String callId(String path, String end) {
            int from = INVOCATION.length();
            int to = path.length() - end.length();
            return from < to ? path.substring(from, to) : "";
        }

        private static CompletionStage<Response> unknown(Request request) {
            return CompletableFuture.completedStage(
                    error(
                            NOT_FOUND,
                            "NotFound",
                            "There is no " + request.method() + " " + request.path() + "."));
        }

        private static Response next(@Nullable Next next) {
            if (next == null) {
                return reply(Reply.FORBIDDEN);
            }
            Headers headers =
                    Headers.of(
                            "Content-Type",
                            "application/json",
                            "Lambda-Runtime-Aws-Request-Id",
                            next.callId(),
                            "Lambda-Runtime-Deadline-Ms",
                            Long.toString(next.deadline().toEpochMilli()),
                            "Lambda-Runtime-Invoked-Function-Arn",
                            next.functionArn(),
                            "Lambda-Runtime-Trace-Id",
                            next.traceId());
            String context = next.clientContext();
            return new Response(
                    OK,
                    context == null
                            ? headers
                            : headers.with("Lambda-Runtime-Client-Context", context),
                    next.payload());
        }

        private static Response reply(Reply reply) {
            return switch (reply) {
                case ACCEPTED -> json(ACCEPTED, "{\"status\":\"OK\"}\n");
                case TOO_LARGE ->
                        error(
                                TOO_LARGE,
                                "RequestEntityTooLarge",
                                "Exceeded maximum allowed payload size (%d bytes)."
                                        .formatted(FunctionInvoker.MAX_PAYLOAD_BYTES));
                case UNKNOWN_CALL -> error(BAD_REQUEST, "InvalidRequestID", "Invalid request ID");
                case FORBIDDEN ->
                        error(
                                FORBIDDEN,
                                "Forbidden",
                                "This is for the containers of functions, at their turn.");
            };
        }

        private static Response error(int status, String type, String message) {
            return json(
                    status,
                    "{\"errorMessage\":\"%s\",\"errorType\":\"%s\"}\n"
                            .formatted(message.replaceAll("[\"\\\\\\p{Cntrl}]", " "), type));
        }

        private static Response json(int status, String text) {
            return new Response(
                    status,
                    Headers.of("Content-Type", "application/json"),
                    text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
