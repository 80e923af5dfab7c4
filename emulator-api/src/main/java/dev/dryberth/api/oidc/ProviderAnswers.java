package dev.dryberth.api.oidc;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what an identity provider answers: flat JSON objects of which a few members matter.
 * Stateless; any thread.
 */
final class ProviderAnswers {

    private ProviderAnswers() {}

    /** The members that are texts or numbers, as text, and the texts of those that are arrays. */
    record Members(Map<String, String> single, Map<String, List<String>> several) {

        @Nullable String get(String name) {
            return single.get(name);
        }

        /** A number of seconds; null: it is missing or none. */
        @Nullable Long seconds(String name) {
            String text = single.get(name);
            try {
                return text == null ? null : (long) Double.parseDouble(text);
            } catch (NumberFormatException none) {
                return null;
            }
        }

        /** Whether a member is this text, or an array that holds it. */
        boolean names(String name, String value) {
            return value.equals(single.get(name))
                    || several.getOrDefault(name, List.of()).contains(value);
        }
    }

    /** Null: it is no JSON object. */
    static @Nullable Members object(byte[] json) {
        try (JsonParser in = SdkJson.JSON.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            Members members = new Members(new HashMap<>(), new HashMap<>());
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (value == JsonToken.VALUE_STRING || value.isNumeric()) {
                    members.single().put(name, in.getText());
                } else if (value == JsonToken.START_ARRAY) {
                    members.several().put(name, texts(in));
                } else {
                    in.skipChildren();
                }
            }
            return in.nextToken() == null ? members : null;
        } catch (IOException broken) {
            return null;
        }
    }

    private static List<String> texts(JsonParser in) throws IOException {
        List<String> texts = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() == JsonToken.VALUE_STRING) {
                texts.add(in.getText());
            } else {
                in.skipChildren();
            }
        }
        return texts;
    }

    /** The claims of a JSON Web Token, whose signature is not looked at; null: it is none. */
    static @Nullable Members token(String jwt) {
        String[] parts = jwt.split("\\.", -1);
        try {
            return parts.length == 3 ? object(Base64.getUrlDecoder().decode(parts[1])) : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** Whether a text can stand in an HTTP header as it is. */
    static boolean isHeaderText(@Nullable String text) {
        return text != null
                && !text.isEmpty()
                && text.chars().allMatch(each -> each >= ' ' && each < 0x7F);
    }
}
