package dev.dryberth.api.aws.query;

import dev.dryberth.core.wire.Shape;
import dev.dryberth.core.wire.WireException;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.Buildable;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Sets on a builder what a tree of parameters says, guided by the builder's own shape. Parameters
 * it does not know are ignored, as AWS ignores them; what is known must be of its type. The texts
 * of the refusals are guesses. [?]
 */
final class QueryReader {

    private static final String MEMBER = "member";
    private static final String ENTRY = "entry";
    private static final int MAX_INDEX_DIGITS = 9;

    private QueryReader() {}

    static void structure(QueryForm.Node node, SdkPojo builder) {
        Shape shape = Shape.of(builder);
        for (Map.Entry<String, QueryForm.Node> child : node.children().entrySet()) {
            Shape.Field field = shape.field(child.getKey());
            if (field != null) {
                field.set(builder, value(child.getKey(), field, child.getValue()));
            }
        }
    }

    private static Object value(String name, Shape.Field field, QueryForm.Node node) {
        return switch (field.type()) {
            case STRING -> text(name, node);
            case INTEGER -> (int) whole(name, node, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> whole(name, node, Long.MIN_VALUE, Long.MAX_VALUE);
            case DOUBLE -> real(name, node);
            case FLOAT -> (float) real(name, node);
            case BOOLEAN -> bool(name, node);
            case INSTANT -> instant(name, node);
            case SDK_BYTES -> blob(name, node);
            case SDK_POJO -> nested(name, field, node);
            case LIST -> list(name, field.element(), node);
            case MAP -> map(name, field.element(), node);
            case NULL, SHORT, BYTE, BIG_DECIMAL, DOCUMENT ->
                    throw new IllegalStateException(
                            name + " is a " + field.type() + ", which no awsQuery service has");
        };
    }

    private static String text(String name, QueryForm.Node node) {
        String value = node.value();
        if (value == null) {
            throw new WireException("Start of structure or map found where not expected: " + name);
        }
        return value;
    }

    private static long whole(String name, QueryForm.Node node, long least, long most) {
        String text = text(name, node);
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // Refused below, as a number out of range is.
        }
        throw mismatch(name, text, "integer");
    }

    private static double real(String name, QueryForm.Node node) {
        String text = text(name, node);
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException notANumber) {
            throw mismatch(name, text, "double");
        }
    }

    private static boolean bool(String name, QueryForm.Node node) {
        String text = text(name, node);
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw mismatch(name, text, "boolean");
        };
    }

    private static Instant instant(String name, QueryForm.Node node) {
        String text = text(name, node);
        try {
            return Instant.parse(text);
        } catch (DateTimeException noInstant) {
            throw mismatch(name, text, "timestamp");
        }
    }

    private static SdkBytes blob(String name, QueryForm.Node node) {
        String text = text(name, node);
        try {
            return SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            throw mismatch(name, "…", "blob");
        }
    }

    private static Object nested(String name, Shape.Field field, QueryForm.Node node) {
        refuseValue(name, node);
        SdkPojo builder = field.newBuilder();
        structure(node, builder);
        return ((Buildable) builder).build();
    }

    /** {@code X.member.1}, {@code X.member.2}, …; gaps are closed. {@code X=} is an empty list. */
    private static List<Object> list(String name, Shape.Field element, QueryForm.Node node) {
        refuseValue(name, node);
        List<Object> elements = new ArrayList<>();
        numbered(name, node, MEMBER)
                .forEach((index, child) ->
                        elements.add(value(name + "." + MEMBER + "." + index, element, child)));
        return elements;
    }

    private static Map<String, Object> map(String name, Shape.Field element, QueryForm.Node node) {
        refuseValue(name, node);
        Map<String, Object> entries = new LinkedHashMap<>();
        numbered(name, node, ENTRY)
                .forEach((index, child) -> {
                    QueryForm.Node key = child.children().get("key");
                    QueryForm.Node value = child.children().get("value");
                    if (key == null || value == null) {
                        throw new WireException(
                                "%s.entry.%d needs a key and a value".formatted(name, index));
                    }
                    entries.put(text(name + ".key", key), value(name + ".value", element, value));
                });
        return entries;
    }

    private static NavigableMap<Integer, QueryForm.Node> numbered(
            String name, QueryForm.Node node, String each) {
        NavigableMap<Integer, QueryForm.Node> numbered = new TreeMap<>();
        for (Map.Entry<String, QueryForm.Node> child : node.children().entrySet()) {
            if (!child.getKey().equals(each)) {
                throw new WireException(
                        "%s.%s is not expected (expected: %s.%s.1)"
                                .formatted(name, child.getKey(), name, each));
            }
            child.getValue()
                    .children()
                    .forEach((index, value) -> numbered.put(index(name, index), value));
        }
        return numbered;
    }

    private static int index(String name, String text) {
        boolean digits = !text.isEmpty() && text.length() <= MAX_INDEX_DIGITS;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (!digits) {
            throw new WireException("Key is not a positive integer: " + name + "." + text);
        }
        return Integer.parseInt(text);
    }

    private static void refuseValue(String name, QueryForm.Node node) {
        @Nullable String value = node.value();
        if (value != null && !value.isEmpty()) {
            throw new WireException("Unexpected value for " + name + ": " + value);
        }
    }

    private static WireException mismatch(String name, String text, String type) {
        return new WireException(
                "Value (%s) for parameter %s is invalid (expected: a %s)"
                        .formatted(text, name, type));
    }
}
