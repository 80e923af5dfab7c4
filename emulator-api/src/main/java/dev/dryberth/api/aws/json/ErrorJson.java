package dev.dryberth.api.aws.json;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.api.aws.protocol.AwsError;
import dev.dryberth.core.wire.SdkJson;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** An error as a JSON object. Stateless, any thread. */
final class ErrorJson {

    private ErrorJson() {}

    /** What the protocol says of it in front, then its message, then its own members. */
    static byte[] of(AwsError error, String messageName, Map<String, String> first) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(body)) {
            out.writeStartObject();
            for (Map.Entry<String, String> each : first.entrySet()) {
                out.writeStringField(each.getKey(), each.getValue());
            }
            if (error.message() != null) {
                out.writeStringField(messageName, error.message());
            }
            if (error.members() != null) {
                SdkJson.writeMembers(out, error.members());
            }
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
        return body.toByteArray();
    }
}
