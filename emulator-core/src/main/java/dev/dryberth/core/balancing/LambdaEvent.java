package dev.dryberth.core.balancing;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;

import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The JSON document an application load balancer calls a Lambda function with. Stateless; any
 * thread. Follows "Use Lambda functions as targets of an Application Load Balancer".
 *
 * <p>Header names are in lower case. Names and values of the query stay as the client wrote them,
 * encoded or not; a parameter without {@code =} has the empty value. Of several values of one name
 * the last counts, unless the group's attribute {@code lambda.multi_value_headers.enabled} asks for
 * all: then both maps have other names and arrays in them. {@code GET /a?x=1&x=%20} of a group
 * without it becomes {@code "path":"/a","queryStringParameters":{"x":"%20"}}, with it {@code
 * "multiValueQueryStringParameters":{"x":["1","%20"]}}.
 *
 * <p>The body is text if its type is text of any kind, JSON, JavaScript or XML and it is not
 * compressed; all else is Base64. No body is an empty text.
 */
public final class LambdaEvent {

    /** Beyond it the client sees 413. */
    public static final int MAX_BODY_BYTES = 1024 * 1024;

    /** By which a function tells a health check from a request. */
    public static final String HEALTH_CHECKER = "ELB-HealthChecker/2.0";

    private LambdaEvent() {}

    /**
     * A request's event.
     *
     * @param target path and query as they are in the request line
     * @param headers as a target over HTTP would get them
     * @return null: the body should be text and is no UTF-8
     */
    public static byte @Nullable [] of(
            String targetGroupArn,
            boolean multiValue,
            String method,
            String target,
            List<HeaderField> headers,
            byte[] body) {
        Map<String, List<String>> byName = new LinkedHashMap<>();
        for (HeaderField each : headers) {
            add(byName, each.name().toLowerCase(Locale.ROOT), each.value());
        }
        boolean encoded = body.length > 0 && !isText(byName);
        String text = encoded ? Base64.getEncoder().encodeToString(body) : decoded(body);
        return text == null
                ? null
                : document(targetGroupArn, multiValue, method, target, byName, text, encoded);
    }

    /** A health check's event: of headers it has the user agent only. */
    public static byte[] healthCheck(String targetGroupArn, boolean multiValue, String path) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        add(headers, "user-agent", HEALTH_CHECKER);
        return document(targetGroupArn, multiValue, "GET", path, headers, "", false);
    }

    private static byte[] document(
            String targetGroupArn,
            boolean multiValue,
            String method,
            String target,
            Map<String, List<String>> headers,
            String body,
            boolean encoded) {
        int question = target.indexOf('?');
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeObjectFieldStart("requestContext");
            out.writeObjectFieldStart("elb");
            out.writeStringField("targetGroupArn", targetGroupArn);
            out.writeEndObject();
            out.writeEndObject();
            out.writeStringField("httpMethod", method);
            out.writeStringField("path", question < 0 ? target : target.substring(0, question));
            write(
                    out,
                    multiValue ? "multiValueQueryStringParameters" : "queryStringParameters",
                    query(question < 0 ? "" : target.substring(question + 1)),
                    multiValue);
            write(out, multiValue ? "multiValueHeaders" : "headers", headers, multiValue);
            out.writeStringField("body", body);
            out.writeBooleanField("isBase64Encoded", encoded);
            out.writeEndObject();
            out.flush();
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
    }

    private static void write(
            JsonGenerator out, String name, Map<String, List<String>> values, boolean multiValue)
            throws IOException {
        out.writeObjectFieldStart(name);
        for (Map.Entry<String, List<String>> each : values.entrySet()) {
            if (multiValue) {
                out.writeArrayFieldStart(each.getKey());
                for (String value : each.getValue()) {
                    out.writeString(value);
                }
                out.writeEndArray();
            } else {
                out.writeStringField(each.getKey(), each.getValue().getLast());
            }
        }
        out.writeEndObject();
    }

    private static Map<String, List<String>> query(String query) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String each : query.split("&", -1)) {
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            if (!each.isEmpty()) {
                add(parameters, name, equals < 0 ? "" : each.substring(equals + 1));
            }
        }
        return parameters;
    }

    private static void add(Map<String, List<String>> values, String name, String value) {
        values.computeIfAbsent(name, fresh -> new ArrayList<>()).add(value);
    }

    private static boolean isText(Map<String, List<String>> headers) {
        List<String> types = headers.get("content-type");
        if (types == null || headers.containsKey("content-encoding")) {
            return false;
        }
        String type = types.getLast();
        int parameters = type.indexOf(';');
        String media = (parameters < 0 ? type : type.substring(0, parameters)).strip();
        return switch (media.toLowerCase(Locale.ROOT)) {
            case "application/json", "application/javascript", "application/xml" -> true;
            default -> media.regionMatches(true, 0, "text/", 0, "text/".length());
        };
    }

    private static @Nullable String decoded(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException noText) {
            return null;
        }
    }
}
