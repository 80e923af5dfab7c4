package dev.dryberth.core.balancing;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** A Lambda function's result while it is read, as {@link LambdaAnswer} tells. One thread. */
final class LambdaResult {

    private static final int LEAST_STATUS = 200;
    private static final int MOST_STATUS = 599;

    private @Nullable Integer status;
    private @Nullable String description;
    private @Nullable String body;
    private boolean encoded;
    private final List<HeaderField> headers = new ArrayList<>();

    private LambdaResult() {}

    static LambdaResult read(byte[] payload, boolean multiValue) throws IOException {
        LambdaResult result = new LambdaResult();
        try (JsonParser in = SdkJson.JSON.createParser(payload)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw wrong("it", "a JSON object");
            }
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String member = in.currentName();
                in.nextToken();
                result.take(in, member, multiValue);
            }
            if (in.nextToken() != null) {
                throw wrong("it", "one JSON object and nothing after it");
            }
        }
        return result;
    }

    private void take(JsonParser in, String member, boolean multiValue) throws IOException {
        switch (member) {
            case "statusCode" -> {
                require(in, member, "a whole number", JsonToken.VALUE_NUMBER_INT);
                status = in.getIntValue();
            }
            case "statusDescription" -> description = text(in, member);
            case "body" -> body = text(in, member);
            case "isBase64Encoded" -> {
                if (in.currentToken() != JsonToken.VALUE_NULL) {
                    require(
                            in,
                            member,
                            "true or false",
                            JsonToken.VALUE_TRUE,
                            JsonToken.VALUE_FALSE);
                    encoded = in.getBooleanValue();
                }
            }
            case "headers" -> takeHeaders(in, member, !multiValue, false);
            case "multiValueHeaders" -> takeHeaders(in, member, multiValue, true);
            default -> in.skipChildren();
        }
    }

    private void takeHeaders(JsonParser in, String member, boolean wanted, boolean arrays)
            throws IOException {
        if (!wanted || in.currentToken() == JsonToken.VALUE_NULL) {
            in.skipChildren();
            return;
        }
        require(in, member, "an object", JsonToken.START_OBJECT);
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            in.nextToken();
            if (!arrays) {
                require(in, member + "." + name, "a text", JsonToken.VALUE_STRING);
                add(name, in.getText());
                continue;
            }
            require(in, member + "." + name, "an array of texts", JsonToken.START_ARRAY);
            while (in.nextToken() != JsonToken.END_ARRAY) {
                require(in, member + "." + name, "an array of texts", JsonToken.VALUE_STRING);
                add(name, in.getText());
            }
        }
    }

    private void add(String name, String value) {
        if (!isName(name) || !isValue(value)) {
            throw wrong("the header '" + name + "'", "one an HTTP message can have");
        }
        switch (name.toLowerCase(Locale.ROOT)) {
            case "connection",
                    "content-length",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade" -> {}
            default -> headers.add(new HeaderField(name, value));
        }
    }

    /** A token of RFC 9110, 5.6.2. */
    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(each ->
                                each > ' '
                                        && each < 0x7F
                                        && "\"(),/:;<=>?@[\\]{}".indexOf(each) < 0);
    }

    /** Texts of RFC 9110, 5.5: control characters could begin another line. */
    private static boolean isValue(String value) {
        return value.chars()
                .allMatch(each -> each == '\t' || (each >= ' ' && each != 0x7F && each <= 0xFF));
    }

    private static @Nullable String text(JsonParser in, String member) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        require(in, member, "a text", JsonToken.VALUE_STRING);
        return in.getText();
    }

    private static void require(
            JsonParser in, String member, String expected, JsonToken... tokens) {
        for (JsonToken each : tokens) {
            if (in.currentToken() == each) {
                return;
            }
        }
        throw wrong(member, expected);
    }

    private static IllegalArgumentException wrong(String what, String expected) {
        return new IllegalArgumentException(what + " is wrong (expected: " + expected + ")");
    }

    LambdaAnswer answer() {
        Integer code = status;
        if (code == null || code < LEAST_STATUS || code > MOST_STATUS) {
            throw wrong("statusCode", "a number from " + LEAST_STATUS + " to " + MOST_STATUS);
        }
        return new LambdaAnswer.Answered(code, reason(code), List.copyOf(headers), content());
    }

    private byte[] content() {
        String text = body;
        if (text == null) {
            return new byte[0];
        }
        return encoded ? Base64.getDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8);
    }

    private @Nullable String reason(int code) {
        String text = description;
        if (text == null || text.isBlank()) {
            return null;
        }
        if (!isValue(text)) {
            throw wrong("statusDescription", "a line of text");
        }
        String prefix = code + " ";
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }
}
