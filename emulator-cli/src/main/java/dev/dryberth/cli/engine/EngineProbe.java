package dev.dryberth.cli.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an address whether a Docker engine answers there: {@code GET /_ping}, which every engine has
 * answered since 1.0.
 */
final class EngineProbe {
    private static final int DOCKER_PORT = 2375;
    private static final int ANSWER_LIMIT_BYTES = 4096;
    private static final byte[] PING =
            "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final Duration patience;
    private final boolean tls;

    /**
     * @param patience how long an address may take to answer
     * @param tls whether TCP addresses speak TLS: then a completed connection counts as an answer,
     *     because what follows needs the user's certificates and is docker-java's business
     */
    EngineProbe(Duration patience, boolean tls) {
        this.patience = patience;
        this.tls = tls;
    }

    boolean answers(String host) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        // A socket can accept and then stay silent; only the thread that waits for it is lost,
        // never the caller.
        Thread.ofPlatform().daemon().start(() -> answer.complete(ping(host)));
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean ping(String host) {
        try (SocketChannel channel = connect(URI.create(host))) {
            if (tls && host.startsWith("tcp:")) {
                return true;
            }
            channel.write(ByteBuffer.wrap(PING));
            return statusLine(channel).matches("HTTP/1\\.[01] 200( .*)?");
        } catch (IOException | IllegalArgumentException e) {
            // Nobody listens, the socket is not ours to open, or the address is none: all the same
            // "no" to this question.
            return false;
        }
    }

    private static String statusLine(SocketChannel channel) throws IOException {
        StringBuilder answer = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(ANSWER_LIMIT_BYTES);
        while (answer.indexOf("\r\n") < 0
                && answer.length() < ANSWER_LIMIT_BYTES
                && channel.read(buffer.clear()) >= 0) {
            answer.append(StandardCharsets.US_ASCII.decode(buffer.flip()));
        }
        int end = answer.indexOf("\r\n");
        return end < 0 ? "" : answer.substring(0, end);
    }

    private static SocketChannel connect(URI host) throws IOException {
        return switch (String.valueOf(host.getScheme())) {
            case "unix" ->
                    connected(
                            SocketChannel.open(StandardProtocolFamily.UNIX),
                            UnixDomainSocketAddress.of(Path.of(host.getPath())));
            case "tcp", "http" ->
                    connected(
                            SocketChannel.open(),
                            new InetSocketAddress(
                                    host.getHost(),
                                    host.getPort() < 0 ? DOCKER_PORT : host.getPort()));
            default ->
                    throw new IllegalArgumentException(
                            "Docker address: " + host + " (expected: unix://… or tcp://…)");
        };
    }

    private static SocketChannel connected(SocketChannel channel, SocketAddress address)
            throws IOException {
        try {
            channel.connect(address);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
