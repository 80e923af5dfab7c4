package dev.dryberth.api.proxy;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A target that behaves as a script says, over plain sockets, one virtual thread a connection. */
final class Origin implements AutoCloseable {

    private final ServerSocket server;
    private final Script script;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /** What it does with a request; false: the connection is closed. */
    interface Script {
        boolean answer(Request request, OutputStream out, Socket socket) throws Exception;
    }

    /** A request it got; header names in lower case. */
    record Request(String line, Map<String, String> headers, String body) {

        String path() {
            return line.split(" ", -1)[1];
        }

        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    Origin(Script script) throws IOException {
        this(new ServerSocket(0, 1000, InetAddress.ofLiteral("127.0.0.1")), script);
    }

    Origin(ServerSocket server, Script script) {
        this.script = script;
        this.server = server;
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers each request with its own name. */
    static Origin named(String name) throws IOException {
        return new Origin((request, out, socket) -> text(out, 200, name));
    }

    /** Answers with the request it got: line, headers, body. */
    static Origin echo() throws IOException {
        return new Origin((request, out, socket) ->
                text(out, 200, request.line + "\n" + request.headers + "\n" + request.body));
    }

    static boolean text(OutputStream out, int status, String body, String... headers)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Fine\r\n");
        for (String each : headers) {
            head.append(each).append("\r\n");
        }
        head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
        raw(out, head + body);
        return true;
    }

    /** More than any buffer holds; how much of it has gone out is counted. */
    static boolean halfAGigabyte(OutputStream out, AtomicLong written) throws IOException {
        raw(out, "HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\n");
        byte[] block = new byte[64 * 1024];
        for (int i = 0; i < 7629; i++) {
            out.write(block);
            written.addAndGet(block.length);
        }
        return true;
    }

    static void raw(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    int port() {
        return server.getLocalPort();
    }

    List<Request> requests() {
        return requests;
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            for (Request request = read(in); request != null; request = read(in)) {
                requests.add(request);
                if (!script.answer(request, out, socket)) {
                    return;
                }
            }
        } catch (Exception ended) {
            // The client went away or the script wanted it so.
            sockets.remove(socket);
        }
    }

    private static @Nullable Request read(InputStream in) throws IOException {
        String line = line(in);
        if (line.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (String each = line(in); !each.isEmpty(); each = line(in)) {
            int colon = each.indexOf(':');
            headers.merge(
                    each.substring(0, colon).toLowerCase(Locale.ROOT),
                    each.substring(colon + 1).strip(),
                    (one, other) -> one + " | " + other);
        }
        return new Request(line, headers, body(in, headers));
    }

    private static String body(InputStream in, Map<String, String> headers) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            for (int size = -1; size != 0; ) {
                size = Integer.parseInt(line(in), 16);
                body.write(in.readNBytes(size));
                line(in);
            }
        } else {
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            body.write(in.readNBytes(length));
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n' && b >= 0; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** Cuts every connection it has, without taking new ones less gladly. */
    void dropConnections() throws IOException {
        for (Socket each : sockets) {
            each.close();
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        dropConnections();
    }
}
