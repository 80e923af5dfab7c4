package dev.dryberth.api.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.EmptyHttp2Headers;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client over HTTP/2 that sends exactly the frames it is told to. */
final class RawHttp2 implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RESET = 3;
    static final int SETTINGS = 4;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final SSLSocket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder headers = new DefaultHttp2HeadersDecoder();
    private Http2Headers head = EmptyHttp2Headers.INSTANCE;

    /** One frame. */
    record Frame(int type, int flags, int stream, ByteBuf payload) {

        boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /** Of a RESET, or with {@code at} 4 of a GOAWAY. */
        int number(int at) {
            return payload.getInt(at);
        }
    }

    RawHttp2(Tables tables, String... settings) throws IOException, GeneralSecurityException {
        Socket plain = new Socket(tables.listening().getAddress(), tables.port);
        plain.setTcpNoDelay(true);
        plain.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket =
                (SSLSocket)
                        Certificates.trusting()
                                .getSocketFactory()
                                .createSocket(plain, "shop.com", tables.port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        if (!socket.getApplicationProtocol().equals("h2")) {
            throw new IOException("no HTTP/2 but " + socket.getApplicationProtocol());
        }
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream()
                .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream wanted = new ByteArrayOutputStream();
        for (String each : settings) {
            String[] pair = each.split("=", -1);
            wanted.write(0);
            wanted.write(Integer.parseInt(pair[0]));
            writeInt(wanted, Integer.parseInt(pair[1]));
        }
        send(SETTINGS, 0, 0, wanted.toByteArray());
    }

    private static void writeInt(OutputStream out, int value) throws IOException {
        out.write(
                new byte[] {
                    (byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value
                });
    }

    RawHttp2 send(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >>> 16);
        frame.write(payload.length >>> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        writeInt(frame, stream);
        frame.write(payload);
        socket.getOutputStream().write(frame.toByteArray());
        return this;
    }

    RawHttp2 sendNumber(int type, int stream, int value) throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        writeInt(payload, value);
        return send(type, 0, stream, payload.toByteArray());
    }

    /** A GET as browsers send it. */
    RawHttp2 get(int stream, String path) throws IOException {
        return send(
                HEADERS,
                END_STREAM | END_HEADERS,
                stream,
                block(
                        ":method",
                        "GET",
                        ":scheme",
                        "https",
                        ":path",
                        path,
                        ":authority",
                        "shop.com"));
    }

    /** Names and values, each as a literal that nobody need remember. */
    static byte[] block(String... namesAndValues) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            block.write(0);
            string(block, namesAndValues[i]);
            string(block, namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int rest = bytes.length - 127;
        block.write(Math.min(bytes.length, 127));
        if (rest >= 0) {
            for (; rest >= 128; rest >>>= 7) {
                block.write((rest & 127) | 128);
            }
            block.write(rest);
        }
        block.write(bytes);
    }

    Frame read() throws IOException {
        int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        if (type == HEADERS) {
            // Every one, as each may be said by what one before said.
            try {
                head = headers.decodeHeaders(stream, Unpooled.wrappedBuffer(payload));
            } catch (Http2Exception nonsense) {
                throw new IOException(nonsense);
            }
        }
        return new Frame(type, flags, stream, Unpooled.wrappedBuffer(payload));
    }

    /** The next frame of a type, whatever else comes before. */
    Frame await(int type) throws IOException {
        Frame frame = read();
        while (frame.type != type) {
            frame = read();
        }
        return frame;
    }

    /** What becomes of a stream: its status, or minus the code of the reset. */
    int outcome(int stream) throws IOException {
        while (true) {
            Frame frame = read();
            if (frame.type == GOAWAY) {
                throw new EOFException(
                        "told to go away: "
                                + frame.number(4)
                                + " "
                                + frame.payload.toString(
                                        8,
                                        frame.payload.readableBytes() - 8,
                                        StandardCharsets.UTF_8));
            } else if (frame.stream == stream && frame.type == RESET) {
                return -frame.number(0);
            } else if (frame.stream == stream && frame.type == HEADERS) {
                return Integer.parseInt(head.status().toString());
            }
        }
    }

    /** The rest of a stream's body. */
    String body(int stream) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Frame frame = read();
            if (frame.stream == stream && frame.type == DATA) {
                int bytes = frame.payload.readableBytes();
                frame.payload.getBytes(0, body, bytes);
                if (bytes > 0) {
                    sendNumber(WINDOW_UPDATE, 0, bytes);
                }
            }
            if (frame.stream == stream && (frame.endsStream() || frame.type == RESET)) {
                return body.toString(StandardCharsets.UTF_8);
            }
        }
    }

    void timeOutAfter(Duration silence) throws IOException {
        socket.setSoTimeout((int) silence.toMillis());
    }

    /** Whether the connection ends, whatever is said before. */
    boolean ends() throws IOException {
        try {
            while (true) {
                read();
            }
        } catch (EOFException end) {
            return true;
        } catch (java.net.SocketTimeoutException silent) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
