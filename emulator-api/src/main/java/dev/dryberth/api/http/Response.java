package dev.dryberth.api.http;

import java.nio.charset.StandardCharsets;

/**
 * One answer. Length, date and whether the connection stays open are added by the server. The
 * body's bytes must not be changed after they were handed over.
 */
public final class Response {

    private final int status;
    private final Headers headers;
    private final byte[] body;

    public Response(int status, Headers headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** One line for people, as the server itself answers what is not HTTP. */
    public static Response text(int status, String message) {
        return new Response(
                status,
                Headers.of("Content-Type", "text/plain; charset=utf-8"),
                (message + "\n").getBytes(StandardCharsets.UTF_8));
    }

    public int status() {
        return status;
    }

    public Headers headers() {
        return headers;
    }

    public byte[] body() {
        return body;
    }
}
