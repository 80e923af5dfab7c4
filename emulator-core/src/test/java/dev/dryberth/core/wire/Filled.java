package dev.dryberth.core.wire;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Model values with every member set, made by walking the same fields the codec walks. */
final class Filled {

    private static final int DEEP_ENOUGH = 12;

    private int counter;

    /** Sets every member of a builder and builds it. */
    static Object value(SdkPojo builder) {
        return new Filled().pojo(builder, 0);
    }

    private Object pojo(SdkPojo builder, int depth) {
        for (SdkField<?> field : builder.sdkFields()) {
            Object value = member(field, depth);
            if (value != null) {
                field.set(builder, value);
            }
        }
        return ((Buildable) builder).build();
    }

    private @Nullable Object member(SdkField<?> field, int depth) {
        counter++;
        return switch (field.marshallingType().getKnownType()) {
            case NULL -> null;
            case STRING -> "text " + counter + " \"ü\u0001\uD83D\uDEA2";
            case INTEGER -> counter;
            case LONG -> Long.MAX_VALUE - counter;
            case SHORT -> (short) counter;
            case BYTE -> (byte) counter;
            case FLOAT -> counter / 4f;
            case DOUBLE -> counter / 3d;
            case BIG_DECIMAL -> java.math.BigDecimal.valueOf(counter, 3);
            case BOOLEAN -> counter % 2 == 0;
            case INSTANT -> Instant.ofEpochMilli(1_733_318_615_211L + counter);
            case SDK_BYTES -> SdkBytes.fromUtf8String("bytes " + counter);
            case SDK_POJO ->
                    depth >= DEEP_ENOUGH ? null : pojo(field.constructor().get(), depth + 1);
            case LIST -> list(field, depth);
            case MAP -> map(field, depth);
            case DOCUMENT -> document();
        };
    }

    private List<Object> list(SdkField<?> field, int depth) {
        SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
        Object first = member(element, depth);
        Object second = member(element, depth);
        return first == null || second == null ? List.of() : List.of(first, second);
    }

    private Map<String, Object> map(SdkField<?> field, int depth) {
        SdkField<?> element = field.getTrait(MapTrait.class).valueFieldInfo();
        Map<String, Object> map = new LinkedHashMap<>();
        for (String key : List.of("one", "zwei\n")) {
            Object value = member(element, depth);
            if (value != null) {
                map.put(key, value);
            }
        }
        return map;
    }

    private Document document() {
        return Document.mapBuilder()
                .putString("name", "n" + counter)
                .putNumber("whole", counter)
                .putNumber("fraction", 2.5)
                .putBoolean("yes", true)
                .putNull("nothing")
                .putList("list", list -> list.addString("a").addBoolean(false))
                .build();
    }
}
