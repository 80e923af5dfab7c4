package dev.dryberth.api.ecs;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

import java.util.Collection;
import java.util.Map;

/**
 * Counts the bytes a request's members take as compact JSON, without writing it. It also is the one
 * place that refuses lists and maps with a null in them, so no rule behind it meets one.
 */
final class DocumentSize {

    private DocumentSize() {}

    static long bytes(SdkPojo document) {
        long bytes = 2;
        for (SdkField<?> field : document.sdkFields()) {
            Object value = field.getValueOrDefault(document);
            if (value == null
                    || value instanceof SdkAutoConstructList<?>
                    || value instanceof SdkAutoConstructMap<?, ?>) {
                continue;
            }
            bytes += field.locationName().length() + 4 + of(value, field.locationName());
        }
        return bytes;
    }

    private static long of(@Nullable Object value, String member) {
        return switch (value) {
            case null -> throw EcsErrors.client(member + " can not contain null."); // [?]
            case String text -> utf8(text) + 2;
            case SdkPojo structure -> bytes(structure);
            case Collection<?> list -> {
                long bytes = 2;
                for (Object element : list) {
                    bytes += of(element, member) + 1;
                }
                yield bytes;
            }
            case Map<?, ?> map -> {
                long bytes = 2;
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    bytes += of(entry.getKey(), member) + of(entry.getValue(), member) + 2;
                }
                yield bytes;
            }
            default -> value.toString().length();
        };
    }

    private static long utf8(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes += c == '"' || c == '\\' || c < ' ' ? 2 : 1;
            } else {
                bytes += c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
        }
        return bytes;
    }
}
