package dev.dryberth.core.runtime.docker;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What a container wrote, to whichever of its two outputs. Asked for without docker-java's command,
 * which knows whole seconds only.
 */
final class ContainerLog {

    /** As many as could matter to who sees the last 4 KB. */
    private static final int MAX_LINES = 200;

    private static final int MAX_BYTES = 64 * 1024;

    /** Before each piece: which output, three bytes of nothing, its length. */
    private static final int REST_OF_STREAM_HEADER = 3;

    private ContainerLog() {}

    /** The last lines since then, 64 KB at most; empty when the container is gone. */
    static String since(Engine engine, String id, Instant since) {
        String path =
                "/containers/%s/logs?stdout=1&stderr=1&tail=%d&since=%d.%09d"
                        .formatted(id, MAX_LINES, since.getEpochSecond(), since.getNano());
        try (InputStream answer = engine.get(path)) {
            return answer == null ? "" : text(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(InputStream answer) throws IOException {
        StringBuilder text = new StringBuilder();
        DataInputStream in = new DataInputStream(answer);
        while (in.read() >= 0) {
            try {
                in.readNBytes(REST_OF_STREAM_HEADER);
                byte[] piece = in.readNBytes(Math.clamp(in.readInt(), 0, MAX_BYTES));
                text.append(new String(piece, StandardCharsets.UTF_8));
                text.delete(0, Math.max(0, text.length() - MAX_BYTES));
            } catch (EOFException cut) {
                break;
            }
        }
        return text.toString();
    }
}
