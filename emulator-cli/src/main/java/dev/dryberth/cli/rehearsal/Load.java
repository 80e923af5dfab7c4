package dev.dryberth.cli.rehearsal;

import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Visitors who come at a steady rate, whether those before them have been answered or not: as users
 * do, and unlike a loop of clients, which asks less of a server that is slow. Closed by its owner.
 */
final class Load implements AutoCloseable {

    /** Of how many seconds requests may be under way at once; more would only wait here. */
    private static final int SECONDS_UNDER_WAY = 30;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    /** Longer than load balancers wait for a target as a rule. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("rehearsal-load").factory());
    private final HttpClient http;
    private final HttpRequest request;
    private final Semaphore free;
    private final Tally tally;

    /**
     * Begins.
     *
     * @param perSecond more than 0
     */
    @SuppressWarnings("FutureReturnValueIgnored") // ends with the clock
    Load(Visits where, int perSecond, Tally tally) {
        this.tally = tally;
        free = new Semaphore(perSecond * SECONDS_UNDER_WAY);
        http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_LIMIT)
                        .sslContext(ofOurOwnDaemon())
                        .build();
        request =
                HttpRequest.newBuilder(where.url())
                        .timeout(PATIENCE)
                        .header("Host", where.host())
                        .header("User-Agent", "dryberth-rehearsal")
                        .build();
        clock.scheduleAtFixedRate(
                this::visit, 0, NANOS_PER_SECOND / perSecond, TimeUnit.NANOSECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what fails is counted
    private void visit() {
        if (!free.tryAcquire()) {
            tally.unanswered();
            return;
        }
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .whenComplete((answer, failure) -> {
                    free.release();
                    Throwable why =
                            failure instanceof CompletionException ? failure.getCause() : failure;
                    // Of every other failure the load balancer knows, too.
                    if (why instanceof ConnectException
                            || why instanceof HttpConnectTimeoutException) {
                        tally.unanswered();
                    }
                });
    }

    /**
     * The other end is the rehearsal's own daemon, on an address of this machine: who else would
     * answer there could read no more than these requests.
     */
    private static SSLContext ofOurOwnDaemon() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has TLS", impossible);
        }
    }

    private static final class TrustsAll extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        http.shutdownNow();
        http.close();
    }
}
