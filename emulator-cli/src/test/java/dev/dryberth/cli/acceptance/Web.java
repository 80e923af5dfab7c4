package dev.dryberth.cli.acceptance;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What a visitor of a task sees. */
final class Web {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final int OK = 200;

    private static final HttpClient HTTP =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(REQUEST_LIMIT)
                    .build();

    private Web() {}

    /**
     * The body a server answers with. A container runs from the moment its process does; its server
     * may need a moment more to listen.
     */
    static String get(String address, int port) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://" + address + ":" + port + "/"))
                        .timeout(REQUEST_LIMIT)
                        .build();
        return await(request.uri() + " to answer")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () -> HTTP.send(request, HttpResponse.BodyHandlers.ofString()),
                        answer -> answer.statusCode() == OK)
                .body()
                .strip();
    }

    /** Connects once something listens, and hangs up. */
    static void knock(String address, int port) {
        await(address + ":" + port + " to listen")
                .pollInterval(LOOK_AGAIN)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    new Socket(address, port).close();
                    return true;
                });
    }
}
