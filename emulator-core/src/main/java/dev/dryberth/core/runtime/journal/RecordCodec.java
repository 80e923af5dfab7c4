package dev.dryberth.core.runtime.journal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;

import dev.dryberth.core.wire.SdkJson;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Rows of the World as JSON. Safe on any thread.
 *
 * <p>A record is an object with one member a component; an absent component was null. ARNs are
 * strings, instants and durations are ISO 8601 strings with all their nanoseconds, AWS's own model
 * values are what {@link SdkJson} makes of them. Reading is strict: a member that is unknown, or
 * missing where null is not allowed, means that the row was written by another version, and to
 * guess would lose data.
 *
 * <p>This is written by hand, on Jackson's streams only, because jackson-databind costs a starting
 * daemon 87 ms before it has read its first row.
 */
final class RecordCodec {

    private RecordCodec() {}

    static byte[] encode(Record row) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            Shapes.of(row.getClass()).write(out, row);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
    }

    /**
     * Reads a row back.
     *
     * @throws IOException if the bytes are not JSON or do not describe a {@code type}
     */
    static <T extends Record> T decode(byte[] json, Class<T> type) throws IOException {
        try (JsonParser in = SdkJson.JSON.createParser(json)) {
            in.nextToken();
            T row = type.cast(Shapes.of(type).read(in));
            JsonToken after = in.nextToken();
            if (after != null) {
                throw new IOException("unexpected " + after + " after the row");
            }
            return row;
        }
    }
}
