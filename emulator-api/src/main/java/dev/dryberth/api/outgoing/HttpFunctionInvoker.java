package dev.dryberth.api.outgoing;

import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.function.Invocation.Cause;

import org.jspecify.annotations.Nullable;

import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Calls functions through Lambda's own Invoke API, wherever {@link FunctionEndpoints} says they
 * are. Any thread; never waits.
 *
 * <p>Requests are not signed, for there is no secret to sign with; the Authorization header only
 * names account and region, which is what emulators read there.
 *
 * <p>Limits: Lambda's own of 15 minutes a call, 6 MB of payload each way and a thousand calls at
 * once.
 */
public final class HttpFunctionInvoker implements FunctionInvoker {

    static final int MAX_CALLS = 1000;
    private static final Duration LONGEST_CALL = Duration.ofMinutes(15);
    private static final int LONGEST_EXCERPT = 300;

    private final FunctionEndpoints endpoints;
    private final int maxCalls;
    private final AtomicInteger calls = new AtomicInteger();

    public HttpFunctionInvoker(FunctionEndpoints endpoints) {
        this(endpoints, MAX_CALLS);
    }

    HttpFunctionInvoker(FunctionEndpoints endpoints, int maxCalls) {
        this.endpoints = endpoints;
        this.maxCalls = maxCalls;
    }

    @Override
    public CompletableFuture<Invocation> invoke(String functionArn, byte[] payload) {
        FunctionEndpoints.Place place = endpoints.of(functionArn);
        if (place == null) {
            return FunctionInvoker.NONE.invoke(functionArn, payload);
        }
        if (payload.length > MAX_PAYLOAD_BYTES) {
            return not(
                    Cause.REQUEST_TOO_LARGE,
                    "the payload has %d bytes (expected: at most %d)"
                            .formatted(payload.length, MAX_PAYLOAD_BYTES));
        }
        if (calls.incrementAndGet() > maxCalls) {
            calls.decrementAndGet();
            return not(Cause.THROTTLED, maxCalls + " calls of functions are under way");
        }
        return OutgoingHttp.send(request(place, payload), LONGEST_CALL, MAX_PAYLOAD_BYTES)
                .handle((response, failure) -> {
                    calls.decrementAndGet();
                    return failure == null ? invocation(response, place) : failed(failure, place);
                });
    }

    private static CompletableFuture<Invocation> not(Cause cause, String message) {
        return CompletableFuture.completedFuture(new Invocation.NotInvoked(cause, message));
    }

    private static HttpRequest request(FunctionEndpoints.Place place, byte[] payload) {
        return HttpRequest.newBuilder(place.uri())
                .header("Content-Type", "application/json")
                .header("X-Amz-Invocation-Type", "RequestResponse")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=%s/19700101/%s/lambda/aws4_request, SignedHeaders=host, Signature=none"
                                .formatted(place.account(), place.region()))
                .POST(BodyPublishers.ofByteArray(payload))
                .build();
    }

    private static Invocation invocation(
            HttpResponse<byte[]> response, FunctionEndpoints.Place place) {
        byte[] body = response.body();
        if (body.length > MAX_PAYLOAD_BYTES) {
            return new Invocation.NotInvoked(
                    Cause.RESPONSE_TOO_LARGE,
                    "its result has more than " + MAX_PAYLOAD_BYTES + " bytes");
        }
        if (response.statusCode() == 200) {
            String error = response.headers().firstValue("X-Amz-Function-Error").orElse(null);
            return error == null
                    ? new Invocation.Returned(body)
                    : new Invocation.Failed(error, body);
        }
        Cause cause =
                switch (response.statusCode()) {
                    case 401, 403 -> Cause.ACCESS_DENIED;
                    case 404 -> Cause.NOT_FOUND;
                    case 413 -> Cause.REQUEST_TOO_LARGE;
                    case 429 -> Cause.THROTTLED;
                    default -> Cause.SERVICE_FAILED;
                };
        return new Invocation.NotInvoked(
                cause,
                "%s answered %d: %s"
                        .formatted(
                                place.uri(),
                                response.statusCode(),
                                new String(
                                        body,
                                        0,
                                        Math.min(body.length, LONGEST_EXCERPT),
                                        StandardCharsets.UTF_8)));
    }

    private static Invocation failed(Throwable failure, FunctionEndpoints.Place place) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        boolean unconnected = cause instanceof HttpConnectTimeoutException;
        return new Invocation.NotInvoked(
                unconnected ? Cause.CONNECTION_TIMED_OUT : Cause.SERVICE_FAILED,
                "%s: %s".formatted(place.uri(), reason(cause)));
    }

    private static String reason(Throwable cause) {
        if (cause instanceof HttpConnectTimeoutException) {
            return "no connection within " + OutgoingHttp.CONNECT_TIMEOUT.toSeconds() + " s";
        }
        if (cause instanceof TimeoutException) {
            return "no answer within " + LONGEST_CALL.toMinutes() + " minutes";
        }
        @Nullable String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
