package dev.dryberth.core.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.utils.builder.SdkBuilder;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * AWS's model classes as JSON, in the form awsJson puts on the wire and the journal on disk. Safe
 * on any thread.
 *
 * <p>The classes describe themselves ({@link SdkPojo#sdkFields()}), so there is no code per shape.
 * A member nobody set is left out, never written as null; a list set to empty is written as {@code
 * []}, because AWS tells the two apart. Timestamps are epoch seconds with milliseconds after the
 * point (what is finer is cut off), blobs are base64, enums are the strings they came as, so values
 * newer than this SDK survive. Reading ignores members it does not know and nulls wherever they
 * stand.
 */
public final class SdkJson {

    /** How deep structures, lists and maps may nest; the deepest ECS request has about a dozen. */
    public static final int MAX_DEPTH = 64;

    /**
     * How many braces, brackets, names and values a document may hold. Each may cost a hundred
     * times its bytes once read, so a small document could otherwise take all the memory there is;
     * the largest task definition has about ten thousand.
     */
    public static final int MAX_TOKENS = 100_000;

    /** The factory every parser and generator here comes from; it knows these limits too. */
    public static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxTokenCount(MAX_TOKENS)
                                    .build())
                    // Without it an emoji in a map's key is written as bytes no parser takes.
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .build();

    private SdkJson() {}

    public static byte[] toBytes(SdkPojo pojo) {
        return toBytes(pojo, Fragments.NONE);
    }

    public static byte[] toBytes(SdkPojo pojo, Fragments fragments) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator out = JSON.createGenerator(bytes)) {
            write(out, pojo, fragments);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
    }

    /** Writes one JSON object. */
    public static void write(JsonGenerator out, SdkPojo pojo) throws IOException {
        write(out, pojo, Fragments.NONE);
    }

    /** Writes one JSON object, taking from {@code fragments} what is known already. */
    public static void write(JsonGenerator out, SdkPojo pojo, Fragments fragments)
            throws IOException {
        new PojoWriter(out, fragments).object(pojo);
    }

    /**
     * Writes the members of a value into the JSON object the caller has begun and will end; how an
     * error's own members come to stand beside its type and message.
     */
    public static void writeMembers(JsonGenerator out, SdkPojo pojo) throws IOException {
        new PojoWriter(out, Fragments.NONE).members(pojo);
    }

    /**
     * Reads a value from a whole document: {@code read(bytes, TaskDefinition.builder())}. No bytes
     * at all stand for {@code {}}, as they do in a request's body.
     *
     * @throws WireException if the bytes are not JSON, or not of the builder's shape
     */
    public static <T, B extends SdkBuilder<?, T> & SdkPojo> T read(byte[] json, B builder) {
        readInto(json, builder);
        return builder.build();
    }

    /** Sets on a builder whose type is not known to the compiler what a whole document holds. */
    public static void readInto(byte[] json, SdkPojo builder) {
        if (json.length == 0) {
            return;
        }
        try (JsonParser in = JSON.createParser(json)) {
            in.nextToken();
            new PojoReader(in).object(builder);
            if (in.nextToken() != null) {
                throw new WireException("Unexpected content after the end of the JSON object");
            }
        } catch (JsonProcessingException malformed) {
            throw PojoReader.malformed(malformed);
        } catch (IOException impossible) {
            throw new UncheckedIOException("Reading JSON from memory failed", impossible);
        }
    }

    /**
     * Reads one value out of a larger document. The parser stands on the value's opening brace, or
     * before it, and is left on the closing one.
     *
     * @throws WireException if the document is broken, or the value not of the builder's shape
     */
    public static <T, B extends SdkBuilder<?, T> & SdkPojo> T read(JsonParser in, B builder)
            throws IOException {
        try {
            if (in.currentToken() == null) {
                in.nextToken();
            }
            new PojoReader(in).object(builder);
            return builder.build();
        } catch (JsonProcessingException malformed) {
            throw PojoReader.malformed(malformed);
        }
    }

    /** A document as the text of its JSON. */
    public static String text(Document document) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            Documents.write(out, document);
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
        return text.toString();
    }
}
