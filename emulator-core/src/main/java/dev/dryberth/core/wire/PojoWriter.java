package dev.dryberth.core.wire;

import com.fasterxml.jackson.core.JsonGenerator;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** Writes one value and all below it; used once. */
final class PojoWriter {

    private static final int MILLIS_PER_SECOND = 1000;

    private final JsonGenerator out;
    private final Fragments fragments;
    private final Timestamps timestamps;
    private int depth;

    PojoWriter(JsonGenerator out, Fragments fragments) {
        this(out, fragments, PojoWriter::decimalSeconds);
    }

    PojoWriter(JsonGenerator out, Fragments fragments, Timestamps timestamps) {
        this.out = out;
        this.fragments = fragments;
        this.timestamps = timestamps;
    }

    /** How a point of time is written. */
    @FunctionalInterface
    interface Timestamps {
        void write(JsonGenerator out, Instant time) throws IOException;
    }

    void object(SdkPojo pojo) throws IOException {
        out.writeStartObject();
        depth++;
        members(pojo);
        depth--;
        out.writeEndObject();
    }

    void members(SdkPojo pojo) throws IOException {
        for (Shape.Field field : Shape.of(pojo).fields()) {
            Object value = field.get(pojo);
            if (value != null && wasSet(value)) {
                out.writeFieldName(field.name);
                value(field, value);
            }
        }
    }

    /** The SDK puts these in for a list or map that nobody set. */
    private static boolean wasSet(Object value) {
        return !(value instanceof SdkAutoConstructList) && !(value instanceof SdkAutoConstructMap);
    }

    private void value(Shape.Field field, Object value) throws IOException {
        switch (field.type) {
            case NULL -> out.writeNull();
            case STRING -> out.writeString((String) value);
            case INTEGER, SHORT, BYTE -> out.writeNumber(((Number) value).intValue());
            case LONG -> out.writeNumber((Long) value);
            case FLOAT -> out.writeNumber((Float) value);
            case DOUBLE -> out.writeNumber((Double) value);
            case BIG_DECIMAL -> out.writeNumber((BigDecimal) value);
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case INSTANT -> timestamps.write(out, (Instant) value);
            case SDK_BYTES -> out.writeBinary(((SdkBytes) value).asByteArrayUnsafe());
            case SDK_POJO -> nested((SdkPojo) value);
            case LIST -> list(field.element(), (Collection<?>) value);
            case MAP -> map(field.element(), (Map<?, ?>) value);
            case DOCUMENT -> Documents.write(out, (Document) value);
        }
    }

    private void nested(SdkPojo pojo) throws IOException {
        byte[] known = depth <= 1 ? fragments.of(pojo) : null;
        if (known == null) {
            object(pojo);
        } else {
            out.writeRawValue(new RawJson(known));
        }
    }

    private void list(Shape.Field element, Collection<?> list) throws IOException {
        out.writeStartArray();
        for (Object each : list) {
            if (each != null) {
                value(element, each);
            }
        }
        out.writeEndArray();
    }

    private void map(Shape.Field element, Map<?, ?> map) throws IOException {
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Object each = entry.getValue();
            if (each != null) {
                out.writeFieldName((String) entry.getKey());
                value(element, each);
            }
        }
        out.writeEndObject();
    }

    private static void decimalSeconds(JsonGenerator out, Instant time) throws IOException {
        long millis = time.toEpochMilli();
        if (millis % MILLIS_PER_SECOND == 0) {
            out.writeNumber(millis / MILLIS_PER_SECOND);
        } else {
            out.writeNumber(BigDecimal.valueOf(millis, 3));
        }
    }
}
