package dev.dryberth.api.outgoing;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP client of all calls Dryberth makes by itself. It is made with the first call: a daemon
 * that never makes one has neither its thread nor its classes. It speaks HTTP/1.1, which small
 * servers of functions and identity providers under test understand for certain, and follows no
 * redirect, so that nothing is sent to whom the user has not named. Any thread; never waits.
 */
public final class OutgoingHttp {

    /** As long as AWS's load balancers wait for a connection. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private OutgoingHttp() {}

    private static final class Client {
        private static final HttpClient INSTANCE =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .executor(Executors.newVirtualThreadPerTaskExecutor())
                        .build();
    }

    /**
     * Sends a request. When the time is over it is given up, wherever it is.
     *
     * @param timeout from now until the answer is whole
     * @param limitBytes of the answer's body, of which one byte more may come but nothing after it
     */
    public static CompletableFuture<HttpResponse<byte[]>> send(
            HttpRequest request, Duration timeout, int limitBytes) {
        CompletableFuture<HttpResponse<byte[]>> sent =
                Client.INSTANCE.sendAsync(request, head -> new BoundedBody(limitBytes));
        return sent.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> sent.cancel(true));
    }
}
