package dev.dryberth.api.http;

import java.time.Duration;

/**
 * Everything a client could otherwise have without end.
 *
 * @param maxRequestLineBytes longer: 414
 * @param maxHeaderBytes all header fields of a request together; more: 431
 * @param maxBodyBytes of one body, after inflation; more: 413, before it is read where its length
 *     was announced
 * @param maxBufferedBodyBytes all bodies that are being received or handled; more: 503
 * @param maxConnections at the limit those that have waited longest for a request, best ones that
 *     never made any, make room for the next; while none waits nobody new is let in
 * @param maxPipelinedParts requests and pieces of bodies a connection may have read ahead of the
 *     request in hand; beyond it, nothing more is read from it
 * @param firstRequestTimeout from connecting to the end of the first request's headers
 * @param idleTimeout from one answer to the end of the next request's headers
 * @param bodyTimeout from the end of the headers to the end of the body; later: 408
 * @param writeTimeout for the client to take an answer
 * @param lingerTimeout how long a refused client's remaining bytes are read and dropped, so that it
 *     sees the refusal instead of a reset
 * @param drainTimeout how long closing the server waits for requests in hand
 */
public record HttpLimits(
        int maxRequestLineBytes,
        int maxHeaderBytes,
        int maxBodyBytes,
        long maxBufferedBodyBytes,
        int maxConnections,
        int maxPipelinedParts,
        Duration firstRequestTimeout,
        Duration idleTimeout,
        Duration bodyTimeout,
        Duration writeTimeout,
        Duration lingerTimeout,
        Duration drainTimeout) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    public static final HttpLimits DEFAULT =
            new HttpLimits(
                    16 * KIB,
                    64 * KIB,
                    2 * MIB,
                    64L * MIB,
                    2048,
                    32,
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10));

    public HttpLimits withMaxBodyBytes(int bytes) {
        return new HttpLimits(
                maxRequestLineBytes,
                maxHeaderBytes,
                bytes,
                maxBufferedBodyBytes,
                maxConnections,
                maxPipelinedParts,
                firstRequestTimeout,
                idleTimeout,
                bodyTimeout,
                writeTimeout,
                lingerTimeout,
                drainTimeout);
    }
}
