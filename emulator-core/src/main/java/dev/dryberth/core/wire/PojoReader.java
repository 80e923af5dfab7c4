package dev.dryberth.core.wire;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;

import java.io.IOException;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one value and all below it; used once. The parser stands on the first token of what is to
 * be read, and is left on its last.
 *
 * <p>Strictness and texts are those of AWS's own front ends: a number is never taken for a string
 * nor a string for a number, nor a fraction for an integer.
 */
final class PojoReader {

    private static final double MILLIS_PER_SECOND = 1000;

    /** The year 9999. */
    private static final double MAX_MILLIS = 253_402_300_799_999.0;

    private final JsonParser in;
    private final Timestamps timestamps;
    private int depth;

    PojoReader(JsonParser in) {
        this(in, PojoReader::decimalSeconds);
    }

    PojoReader(JsonParser in, Timestamps timestamps) {
        this.in = in;
        this.timestamps = timestamps;
    }

    /** How a point of time is read; the parser stands on its number. */
    @FunctionalInterface
    interface Timestamps {
        Instant read(JsonParser in) throws IOException;
    }

    void object(SdkPojo builder) throws IOException {
        if (!in.hasToken(JsonToken.START_OBJECT)) {
            throw mismatch("Expected structure or null");
        }
        enter();
        Shape shape = Shape.of(builder);
        while (in.nextToken() != JsonToken.END_OBJECT) {
            Shape.Field field = shape.field(in.currentName());
            in.nextToken();
            if (field == null) {
                in.skipChildren();
                continue;
            }
            Object value = value(field);
            if (value != null) {
                field.set(builder, value);
            }
        }
        depth--;
    }

    private @Nullable Object value(Shape.Field field) throws IOException {
        if (in.hasToken(JsonToken.VALUE_NULL)) {
            return null;
        }
        try {
            return switch (field.type) {
                case NULL -> null;
                case STRING -> string("String");
                case INTEGER -> integer("Integer").getIntValue();
                case LONG -> integer("Long").getLongValue();
                case SHORT -> integer("Short").getShortValue();
                case BYTE -> integer("Byte").getByteValue();
                case FLOAT -> (float) floating("Float");
                case DOUBLE -> floating("Double");
                case BIG_DECIMAL -> number("BigDecimal").getDecimalValue();
                case BOOLEAN -> bool();
                case INSTANT -> timestamp();
                case SDK_BYTES -> blob();
                case SDK_POJO -> structure(field);
                case LIST -> list(field.element());
                case MAP -> map(field.element());
                case DOCUMENT -> Documents.read(in, depth);
            };
        } catch (InputCoercionException outOfRange) {
            throw new WireException(
                    "NUMBER_VALUE cannot be converted to %s: %s"
                            .formatted(boxed(outOfRange.getTargetType()), in.getText()),
                    outOfRange);
        }
    }

    private static String boxed(Class<?> number) {
        return MethodType.methodType(number).wrap().returnType().getSimpleName();
    }

    private String string(String wanted) throws IOException {
        if (!in.hasToken(JsonToken.VALUE_STRING)) {
            throw cannotBecome(wanted);
        }
        return in.getText();
    }

    private JsonParser number(String wanted) {
        if (!in.currentToken().isNumeric()) {
            throw cannotBecome(wanted);
        }
        return in;
    }

    private JsonParser integer(String wanted) throws IOException {
        JsonParser number = number(wanted);
        if (number.hasToken(JsonToken.VALUE_NUMBER_FLOAT) && hasFraction(number)) {
            throw cannotBecome(wanted);
        }
        return number;
    }

    /** 1.0 and 1e3 have none. Looks at digits alone: 1e999999999 must not be written out. */
    private static boolean hasFraction(JsonParser number) throws IOException {
        BigDecimal value = number.getDecimalValue();
        return value.signum() != 0 && value.stripTrailingZeros().scale() > 0;
    }

    private double floating(String wanted) throws IOException {
        if (in.hasToken(JsonToken.VALUE_STRING)) {
            return switch (in.getText()) {
                case "NaN" -> Double.NaN;
                case "Infinity" -> Double.POSITIVE_INFINITY;
                case "-Infinity" -> Double.NEGATIVE_INFINITY;
                default -> throw cannotBecome(wanted);
            };
        }
        return number(wanted).getDoubleValue();
    }

    private boolean bool() {
        if (!in.currentToken().isBoolean()) {
            throw cannotBecome("Boolean");
        }
        return in.hasToken(JsonToken.VALUE_TRUE);
    }

    private Instant timestamp() throws IOException {
        number("Timestamp");
        return timestamps.read(in);
    }

    /** Decimal digits, which are exact. */
    private static Instant decimalSeconds(JsonParser in) throws IOException {
        BigDecimal seconds = in.getDecimalValue();
        // Checked before anything is computed with it: 1e999999999 has a billion digits.
        if (seconds.precision() - seconds.scale() > 19 || seconds.scale() > 100) {
            throw new WireException("NUMBER_VALUE cannot be converted to Timestamp");
        }
        try {
            long whole = seconds.longValue();
            long nanos = seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
            return Instant.ofEpochSecond(whole, nanos);
        } catch (DateTimeException | ArithmeticException outOfRange) {
            throw new WireException("NUMBER_VALUE cannot be converted to Timestamp", outOfRange);
        }
    }

    /**
     * A binary fraction, which is off by less than a microsecond: the next millisecond is meant.
     */
    static Instant binarySeconds(JsonParser in) throws IOException {
        double millis = in.getDoubleValue() * MILLIS_PER_SECOND;
        if (!(Math.abs(millis) <= MAX_MILLIS)) {
            throw new WireException("NUMBER_VALUE cannot be converted to Timestamp");
        }
        return Instant.ofEpochMilli(Math.round(millis));
    }

    private SdkBytes blob() throws IOException {
        if (in.hasToken(JsonToken.VALUE_EMBEDDED_OBJECT)) {
            return SdkBytes.fromByteArrayUnsafe(in.getBinaryValue());
        }
        if (!in.hasToken(JsonToken.VALUE_STRING)) {
            throw cannotBecome("Blob");
        }
        try {
            return SdkBytes.fromByteArrayUnsafe(in.getBinaryValue());
        } catch (JsonProcessingException notBase64) {
            throw new WireException("STRING_VALUE cannot be converted to Blob", notBase64);
        }
    }

    private Object structure(Shape.Field field) throws IOException {
        SdkPojo builder = field.newBuilder();
        object(builder);
        return ((Buildable) builder).build();
    }

    private List<Object> list(Shape.Field element) throws IOException {
        if (!in.hasToken(JsonToken.START_ARRAY)) {
            throw mismatch("Expected list or null");
        }
        enter();
        List<Object> elements = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            Object each = value(element);
            if (each != null) {
                elements.add(each);
            }
        }
        depth--;
        return elements;
    }

    private Map<String, Object> map(Shape.Field element) throws IOException {
        if (!in.hasToken(JsonToken.START_OBJECT)) {
            throw mismatch("Expected map or null");
        }
        enter();
        Map<String, Object> entries = new LinkedHashMap<>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String key = in.currentName();
            in.nextToken();
            Object each = value(element);
            if (each != null) {
                entries.put(key, each);
            }
        }
        depth--;
        return entries;
    }

    private void enter() {
        checkDepth(++depth);
    }

    static void checkDepth(int depth) {
        if (depth > SdkJson.MAX_DEPTH) {
            throw new WireException(
                    "JSON nests too deep (expected: <= %d levels)".formatted(SdkJson.MAX_DEPTH));
        }
    }

    private WireException cannotBecome(String wanted) {
        return mismatch(valueToken() + " cannot be converted to " + wanted);
    }

    private String valueToken() {
        JsonToken token = in.currentToken();
        return token.isNumeric()
                ? "NUMBER_VALUE"
                : token.name().replaceFirst("VALUE_(.*)", "$1_VALUE");
    }

    private WireException mismatch(String ofScalar) {
        JsonToken token = in.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return new WireException("Start of structure or map found where not expected.");
        }
        if (token == JsonToken.START_ARRAY) {
            return new WireException("Start of list found where not expected");
        }
        return new WireException(ofScalar);
    }

    static WireException malformed(JsonProcessingException broken) {
        JsonLocation at = broken.getLocation();
        String where =
                at == null
                        ? ""
                        : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
        return new WireException(
                "Malformed JSON" + where + ": " + broken.getOriginalMessage(), broken);
    }
}
