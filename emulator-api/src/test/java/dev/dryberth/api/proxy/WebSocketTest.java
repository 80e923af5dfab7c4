package dev.dryberth.api.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The JDK's WebSocket client, in clear text and over a listener that also offers HTTP/2. */
class WebSocketTest {

    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    @RegisterExtension final PlaneFixture fixture = new PlaneFixture();

    @Test
    void talksThroughAListener() throws Exception {
        try (Origin origin = new Origin(WebSocketTest::answer);
                HttpClient client =
                        HttpClient.newBuilder().sslContext(Certificates.trusting()).build()) {
            Tables tables = Tables.forwardingTo("127.0.3.13", origin);
            fixture.publish(tables.table());
            talk(client, "ws://127.0.3.13:" + tables.port);
            fixture.publish(tables.secure().table());
            talk(client, "wss://127.0.3.13:" + tables.port);
        }
    }

    private static void talk(HttpClient client, String address) throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket socket =
                client.newWebSocketBuilder()
                        .buildAsync(URI.create(address), new Listener(heard))
                        .get(10, TimeUnit.SECONDS);
        for (int i = 0; i < 5; i++) {
            socket.sendText("message " + i, true).get(10, TimeUnit.SECONDS);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("message " + i);
        }
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("closed");
    }

    private record Listener(BlockingQueue<String> heard) implements WebSocket.Listener {

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("closed");
            return null;
        }
    }

    /** Echoes short frames without their masks, up to and including the closing one. */
    private static boolean answer(Origin.Request request, OutputStream out, Socket socket)
            throws Exception {
        byte[] accepted =
                MessageDigest.getInstance("SHA-1")
                        .digest(
                                (request.header("sec-websocket-key") + MAGIC)
                                        .getBytes(StandardCharsets.US_ASCII));
        Origin.raw(
                out,
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: "
                        + Base64.getEncoder().encodeToString(accepted)
                        + "\r\n\r\n");
        InputStream in = socket.getInputStream();
        for (int first = in.read(); first >= 0; first = in.read()) {
            int length = in.read() & 0x7F;
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < length; i++) {
                payload[i] ^= mask[i % 4];
            }
            out.write(new byte[] {(byte) first, (byte) length});
            out.write(payload);
            out.flush();
            if ((first & 0x0F) == 8) {
                return false;
            }
        }
        return false;
    }
}
