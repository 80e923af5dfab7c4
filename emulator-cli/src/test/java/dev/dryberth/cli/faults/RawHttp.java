package dev.dryberth.cli.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection that sends whatever bytes it is told to, which no HTTP client would. */
final class RawHttp implements AutoCloseable {

    private static final int PATIENCE_MILLIS = (int) Duration.ofMinutes(1).toMillis();
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket = new Socket();

    RawHttp(URI endpoint) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.getPort()),
                PATIENCE_MILLIS);
    }

    /** An answer; {@code status} 0 when the server hung up without one. */
    record Answer(int status, String body) {}

    /** The head of a call with a body of {@code length} bytes. */
    static String head(String operation, String host, long length, String... moreHeaders) {
        return head(
                operation,
                host,
                "Content-Length: " + length + "\r\n" + String.join("\r\n", moreHeaders));
    }

    private static String head(String operation, String host, String headers) {
        return "POST / HTTP/1.1\r\nHost: "
                + host
                + "\r\nX-Amz-Target: AmazonEC2ContainerServiceV20141113."
                + operation
                + "\r\nContent-Type: application/x-amz-json-1.1\r\n"
                + headers.strip()
                + "\r\n\r\n";
    }

    static String chunkedHead(String operation) {
        return head(operation, "localhost", "Transfer-Encoding: chunked");
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends as much as the server takes. */
    void send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /** Reads one answer with a Content-Length. */
    Answer read() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < END_OF_HEAD.length) {
            int next = in.read();
            if (next < 0) {
                return new Answer(0, head.toString(StandardCharsets.UTF_8));
            }
            head.write(next);
            matched = next == END_OF_HEAD[matched] ? matched + 1 : next == '\r' ? 1 : 0;
        }
        String[] lines = head.toString(StandardCharsets.US_ASCII).split("\r\n", -1);
        int length = 0;
        for (String line : lines) {
            if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        byte[] body = in.readNBytes(length);
        return new Answer(
                Integer.parseInt(lines[0].split(" ", -1)[1]),
                new String(body, StandardCharsets.UTF_8));
    }

    /** Whether the server has hung up; waits for it. */
    boolean isHungUp() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
