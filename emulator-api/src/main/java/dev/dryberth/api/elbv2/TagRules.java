package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.Tag;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is asked of tags: at most 50, keys of 1 to 128 and values of up to 256 characters. */
final class TagRules {

    static final int MAX_TAGS = 50;
    private static final int MAX_KEY_LENGTH = 128;
    private static final int MAX_VALUE_LENGTH = 256;
    private static final String RESERVED = "aws:";

    private TagRules() {}

    static List<Tag> checked(
            List<software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag> tags) {
        Map<String, Tag> byKey = new LinkedHashMap<>();
        for (var tag : tags) {
            String value = tag.value() == null ? "" : tag.value();
            String key = tag.key();
            if (key == null || key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
                throw ElbErrors.invalid(
                        "Tag key", key, "from 1 to " + MAX_KEY_LENGTH + " characters long");
            }
            if (value.length() > MAX_VALUE_LENGTH) {
                throw ElbErrors.invalid(
                        "Tag value", value, "at most " + MAX_VALUE_LENGTH + " characters long");
            }
            if (key.toLowerCase(Locale.ROOT).startsWith(RESERVED)) {
                throw ElbErrors.validation(
                        "Tag key '" + key + "' begins with the reserved prefix 'aws:'");
            }
            if (byKey.put(key, new Tag(key, value)) != null) {
                throw ElbErrors.duplicateTagKeys(key);
            }
        }
        return limited(byKey);
    }

    /** The tags after {@code added}: a key that is there already gets the new value. */
    static List<Tag> merged(List<Tag> present, List<Tag> added) {
        Map<String, Tag> byKey = new LinkedHashMap<>();
        present.forEach(tag -> byKey.put(tag.key(), tag));
        added.forEach(tag -> byKey.put(tag.key(), tag));
        return limited(byKey);
    }

    private static List<Tag> limited(Map<String, Tag> byKey) {
        if (byKey.size() > MAX_TAGS) {
            throw ElbErrors.tooManyTags(MAX_TAGS);
        }
        return List.copyOf(byKey.values());
    }

    static List<Tag> without(List<Tag> present, List<String> keys) {
        return present.stream().filter(tag -> !keys.contains(tag.key())).toList();
    }

    static List<software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag> onTheWire(
            List<Tag> tags) {
        return tags.stream()
                .map(tag ->
                        software.amazon.awssdk.services.elasticloadbalancingv2.model.Tag.builder()
                                .key(tag.key())
                                .value(tag.value())
                                .build())
                .toList();
    }
}
