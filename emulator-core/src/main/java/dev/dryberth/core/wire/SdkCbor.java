package dev.dryberth.core.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;

import software.amazon.awssdk.core.SdkPojo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * AWS's model classes as CBOR, in the form Smithy's RPC protocol puts on the wire: as {@link
 * SdkJson}, but for timestamps, which are seconds with the tag for points of time, and blobs, which
 * are bytes. Safe on any thread.
 */
public final class SdkCbor {

    /** CBOR's tag for seconds since 1970. */
    private static final int EPOCH_SECONDS = 1;

    private static final double MILLIS_PER_SECOND = 1000;

    private static final CBORFactory CBOR =
            CBORFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(SdkJson.MAX_DEPTH)
                                    .maxTokenCount(SdkJson.MAX_TOKENS)
                                    .build())
                    .build();

    private SdkCbor() {}

    /** Writes a document; what goes into its one map. */
    @FunctionalInterface
    public interface Content {
        void write(JsonGenerator out) throws IOException;
    }

    /** A map with what {@code content} writes. */
    public static byte[] map(Content content) {
        return bytes(out -> {
            out.writeStartObject();
            content.write(out);
            out.writeEndObject();
        });
    }

    public static byte[] toBytes(SdkPojo pojo) {
        return bytes(out -> writer(out).object(pojo));
    }

    /** Writes the members of a value into the map the caller has begun. */
    public static void writeMembers(JsonGenerator out, SdkPojo pojo) throws IOException {
        writer(out).members(pojo);
    }

    private static PojoWriter writer(JsonGenerator out) {
        return new PojoWriter(out, Fragments.NONE, SdkCbor::timestamp);
    }

    private static void timestamp(JsonGenerator out, Instant time) throws IOException {
        ((CBORGenerator) out).writeTag(EPOCH_SECONDS);
        out.writeNumber(time.toEpochMilli() / MILLIS_PER_SECOND);
    }

    private static byte[] bytes(Content content) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator out = CBOR.createGenerator(bytes)) {
            content.write(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing CBOR to memory failed", impossible);
        }
    }

    /**
     * Sets on a builder what a whole document holds. No bytes at all stand for an empty map.
     *
     * @throws WireException if the bytes are not CBOR, or not of the builder's shape
     */
    public static void readInto(byte[] cbor, SdkPojo builder) {
        if (cbor.length == 0) {
            return;
        }
        try (JsonParser in = CBOR.createParser(cbor)) {
            in.nextToken();
            new PojoReader(in, PojoReader::binarySeconds).object(builder);
            if (in.nextToken() != null) {
                throw new WireException("Unexpected content after the end of the CBOR map");
            }
        } catch (JsonProcessingException malformed) {
            throw new WireException("Malformed CBOR: " + malformed.getOriginalMessage(), malformed);
        } catch (IOException impossible) {
            throw new UncheckedIOException("Reading CBOR from memory failed", impossible);
        }
    }
}
