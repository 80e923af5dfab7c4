package dev.dryberth.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Answers on a socket as a Docker engine that has nothing, so that the training run starts Docker's
 * client on every machine that builds Dryberth. For the build only.
 */
final class EmptyEngine implements AutoCloseable {

    private final ServerSocketChannel server;

    private EmptyEngine(ServerSocketChannel server) {
        this.server = server;
    }

    static EmptyEngine start(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        EmptyEngine engine = new EmptyEngine(server);
        Thread.ofVirtual().start(engine::accept);
        return engine;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().start(() -> answerAll(client));
            } catch (IOException e) {
                // Closed: the training run is over.
                return;
            }
        }
    }

    private void answerAll(SocketChannel client) {
        try (client;
                BufferedReader in =
                        new BufferedReader(
                                new InputStreamReader(
                                        Channels.newInputStream(client),
                                        StandardCharsets.US_ASCII))) {
            String line = in.readLine();
            while (line != null) {
                String path = path(line);
                while (!line.isEmpty()) {
                    line = in.readLine();
                }
                client.write(ByteBuffer.wrap(answer(path).getBytes(StandardCharsets.US_ASCII)));
                line = in.readLine();
            }
        } catch (IOException e) {
            // The client went away, as it does when its daemon closes.
            return;
        }
    }

    /** Of a request line, without its query: {@code GET /v1.41/events?since=0 HTTP/1.1}. */
    private static String path(String requestLine) {
        int start = requestLine.indexOf(' ') + 1;
        String target = requestLine.substring(start, requestLine.indexOf(' ', start));
        return target.replaceAll("\\?.*", "");
    }

    private static String answer(String path) {
        if (path.endsWith("/events")) {
            return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        }
        String body = body(path.substring(path.lastIndexOf('/') + 1));
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body);
    }

    private static String body(String resource) {
        return switch (resource) {
            case "_ping" -> "OK";
            case "version" ->
                    """
                    {"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12",
                     "Os": "linux", "Arch": "amd64"}\
                    """;
            case "info" -> "{\"NCPU\": 2, \"OSType\": \"linux\", \"Architecture\": \"x86_64\"}";
            case "volumes" -> "{\"Volumes\": [], \"Warnings\": []}";
            default -> "[]";
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
