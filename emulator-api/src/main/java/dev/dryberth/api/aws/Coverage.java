package dev.dryberth.api.aws;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.core.wire.SdkJson;

import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is built and what is not, found by looking at the clients themselves. */
final class Coverage {

    private Coverage() {}

    static byte[] json(List<AwsService> services) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeArrayFieldStart("services");
            for (AwsService service : services) {
                write(out, service);
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator out, AwsService service) throws IOException {
        Map<String, Boolean> operations = operations(service);
        out.writeStartObject();
        out.writeStringField("name", service.name());
        out.writeNumberField("total", operations.size());
        out.writeNumberField(
                "built", operations.values().stream().filter(Boolean::booleanValue).count());
        out.writeArrayFieldStart("operations");
        for (Map.Entry<String, Boolean> operation : operations.entrySet()) {
            out.writeStartObject();
            out.writeStringField("name", operation.getKey());
            out.writeBooleanField("built", operation.getValue());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("recordedOnly");
        for (String member : service.recordedOnly()) {
            out.writeString(member);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    /** Every operation's name, and whether the client overrides it. */
    private static Map<String, Boolean> operations(AwsService service) {
        Map<String, Boolean> operations = new TreeMap<>();
        for (Method method : service.client().getClass().getMethods()) {
            if (method.getParameterCount() == 1
                    && SdkRequest.class.isAssignableFrom(method.getParameterTypes()[0])
                    && SdkResponse.class.isAssignableFrom(method.getReturnType())) {
                String name = method.getName();
                operations.put(
                        Character.toUpperCase(name.charAt(0)) + name.substring(1),
                        !method.getDeclaringClass().equals(service.api()));
            }
        }
        return operations;
    }
}
