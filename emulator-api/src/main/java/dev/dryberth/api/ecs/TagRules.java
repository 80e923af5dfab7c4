package dev.dryberth.api.ecs;

import dev.dryberth.core.model.Tag;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What ECS asks of tags, wherever they are given: at most 50 on a resource, keys of 1 to 128 and
 * values of up to 256 characters, letters, digits, spaces and {@code + - = . _ : / @} only, each
 * key once, and none that begins with {@code aws:} in any case, for those are AWS's own and do not
 * count. The texts of the refusals are guesses. [?]
 */
final class TagRules {

    static final int MAX_TAGS = 50;
    static final int MAX_KEY_LENGTH = 128;
    static final int MAX_VALUE_LENGTH = 256;
    private static final String RESERVED = "aws:";
    private static final String PUNCTUATION = "+-=._:/@";

    private TagRules() {}

    /** The tags a resource is created with, checked. */
    static List<Tag> checked(List<software.amazon.awssdk.services.ecs.model.Tag> tags) {
        if (tags.isEmpty()) {
            return List.of();
        }
        if (tags.size() > MAX_TAGS) {
            throw tooMany();
        }
        Set<String> keys = HashSet.newHashSet(tags.size());
        List<Tag> checked = new ArrayList<>(tags.size());
        for (software.amazon.awssdk.services.ecs.model.Tag tag : tags) {
            Tag valid = checked(tag);
            if (!keys.add(valid.key())) {
                throw EcsErrors.invalidParameter(
                        "Duplicate tag key " + valid.key() + ". Each tag key must be unique.");
            }
            checked.add(valid);
        }
        return List.copyOf(checked);
    }

    /**
     * The tags of a resource after {@code added}: a key that is there already gets the new value.
     */
    static List<Tag> merged(List<Tag> present, List<Tag> added) {
        Map<String, Tag> byKey = new LinkedHashMap<>();
        present.forEach(tag -> byKey.put(tag.key(), tag));
        added.forEach(tag -> byKey.put(tag.key(), tag));
        long counted = byKey.keySet().stream().filter(key -> !reserved(key)).count();
        if (counted > MAX_TAGS) {
            throw tooMany();
        }
        return List.copyOf(byKey.values());
    }

    /** The tags of a resource after UntagResource; keys that are not there are no error. */
    static List<Tag> without(List<Tag> present, List<String> keys) {
        for (String key : keys) {
            checkKey(key);
        }
        return present.stream().filter(tag -> !keys.contains(tag.key())).toList();
    }

    static List<software.amazon.awssdk.services.ecs.model.Tag> onTheWire(List<Tag> tags) {
        return tags.stream()
                .map(tag ->
                        software.amazon.awssdk.services.ecs.model.Tag.builder()
                                .key(tag.key())
                                .value(tag.value())
                                .build())
                .toList();
    }

    private static Tag checked(software.amazon.awssdk.services.ecs.model.Tag tag) {
        String key = tag.key();
        String value = tag.value() == null ? "" : tag.value();
        if (key == null) {
            throw EcsErrors.invalidParameter("Tag key should not be null or empty.");
        }
        checkKey(key);
        if (value.length() > MAX_VALUE_LENGTH) {
            throw EcsErrors.invalidParameter(
                    "Tag value of key "
                            + key
                            + " must be at most "
                            + MAX_VALUE_LENGTH
                            + " characters, but has "
                            + value.length());
        }
        if (reserved(value)) {
            throw EcsErrors.invalidParameter(
                    "Tag values can not begin with the reserved prefix aws:, but was " + value);
        }
        if (!allowed(value)) {
            throw EcsErrors.invalidParameter("Tag value contains invalid characters: " + value);
        }
        return new Tag(key, value);
    }

    private static void checkKey(String key) {
        if (key.isEmpty()) {
            throw EcsErrors.invalidParameter("Tag key should not be null or empty.");
        }
        if (key.length() > MAX_KEY_LENGTH) {
            throw EcsErrors.invalidParameter(
                    "Tag key must be at most "
                            + MAX_KEY_LENGTH
                            + " characters, but has "
                            + key.length());
        }
        if (reserved(key)) {
            throw EcsErrors.invalidParameter(
                    "Tag keys can not begin with the reserved prefix aws:, but was " + key);
        }
        if (!allowed(key)) {
            throw EcsErrors.invalidParameter("Tag key contains invalid characters: " + key);
        }
    }

    private static RuntimeException tooMany() {
        return EcsErrors.invalidParameter(
                "A resource can not have more than " + MAX_TAGS + " tags.");
    }

    private static boolean reserved(String text) {
        return text.regionMatches(true, 0, RESERVED, 0, RESERVED.length());
    }

    private static boolean allowed(String text) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (!(Character.isLetterOrDigit(c)
                    || Character.isSpaceChar(c)
                    || PUNCTUATION.indexOf(c) >= 0)) {
                return false;
            }
            i += Character.charCount(c);
        }
        return true;
    }
}
