package dev.dryberth.api.aws.query;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.api.aws.protocol.AwsError;
import dev.dryberth.api.aws.protocol.Protocol;
import dev.dryberth.api.aws.protocol.QueryCode;
import dev.dryberth.api.http.Headers;
import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;
import dev.dryberth.core.wire.Fragments;
import dev.dryberth.core.wire.SdkJson;
import dev.dryberth.core.wire.WireException;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * awsQuery: a form with {@code Action} and {@code Version} goes in, XML comes out; or JSON of the
 * same structure, when the client accepts nothing else.
 */
public final class AwsQuery implements Protocol {

    /** For refusing a request whose service is not known. */
    public static final AwsQuery NAMELESS = new AwsQuery("", "");

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final String version;
    private final String namespace;

    private AwsQuery(String version, String namespace) {
        this.version = version;
        this.namespace = namespace;
    }

    /** The protocol as the service of that API version and XML namespace speaks it. */
    public static AwsQuery of(String version, String namespace) {
        return new AwsQuery(version, namespace);
    }

    @Override
    public boolean speaks(Request request) {
        return QueryForm.action(request) != null;
    }

    @Override
    public @Nullable String operation(Request request) {
        return version.equals(QueryForm.version(request)) ? QueryForm.action(request) : null;
    }

    @Override
    public boolean takes(String method) {
        return method.equals("POST") || method.equals("GET");
    }

    @Override
    public AwsError unknownOperation(Request request, String targetPrefix) {
        String action = QueryForm.action(request);
        if (action == null) {
            return AwsError.frontEnd(BAD_REQUEST, "MissingAction", "Missing Action");
        }
        String asked = QueryForm.version(request);
        return AwsError.frontEnd(
                BAD_REQUEST,
                "InvalidAction",
                "Could not find operation %s for version %s"
                        .formatted(action, asked == null ? "NO_VERSION_SPECIFIED" : asked));
    }

    @Override
    public AwsError malformed(WireException wrong) {
        return AwsError.frontEnd(BAD_REQUEST, "MalformedInput", wrong.getMessage());
    }

    @Override
    public void read(Request request, SdkPojo builder) {
        QueryReader.structure(QueryForm.parse(request), builder);
    }

    @Override
    public Response answer(Request request, SdkPojo output, Fragments fragments, String requestId) {
        String action = QueryForm.action(request);
        String response = action + "Response";
        String result = action + "Result";
        if (acceptsJson(request)) {
            return json(
                    OK,
                    requestId,
                    out -> {
                        out.writeObjectFieldStart(response);
                        out.writeFieldName(result);
                        SdkJson.write(out, output, fragments);
                        out.writeObjectFieldStart("ResponseMetadata");
                        out.writeStringField("RequestId", requestId);
                        out.writeEndObject();
                        out.writeEndObject();
                    });
        }
        return xml(
                OK,
                requestId,
                new XmlWriter()
                        .open(response, namespace)
                        .element(result, output)
                        .open("ResponseMetadata")
                        .element("RequestId", requestId)
                        .close("ResponseMetadata")
                        .close(response));
    }

    @Override
    public Response error(Request request, AwsError error, String requestId) {
        String type = QueryCode.type(error);
        String code = QueryCode.of(error.code());
        String message = error.message() == null ? "" : error.message();
        if (acceptsJson(request)) {
            return json(
                    error.status(),
                    requestId,
                    out -> {
                        out.writeObjectFieldStart("Error");
                        out.writeStringField("Code", code);
                        out.writeStringField("Message", message);
                        out.writeStringField("Type", type);
                        out.writeEndObject();
                        out.writeStringField("RequestId", requestId);
                    });
        }
        return xml(
                error.status(),
                requestId,
                new XmlWriter()
                        .open("ErrorResponse", namespace)
                        .open("Error")
                        .element("Type", type)
                        .element("Code", code)
                        .element("Message", message)
                        .close("Error")
                        .element("RequestId", requestId)
                        .close("ErrorResponse"));
    }

    private static boolean acceptsJson(Request request) {
        String accept = request.headers().first("accept");
        return accept != null && accept.startsWith("application/json");
    }

    private static Response xml(int status, String requestId, XmlWriter xml) {
        return response(
                status, requestId, "text/xml", xml.toString().getBytes(StandardCharsets.UTF_8));
    }

    @FunctionalInterface
    private interface Content {
        void write(JsonGenerator out) throws IOException;
    }

    private static Response json(int status, String requestId, Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            content.write(out);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
        return response(status, requestId, "application/json", bytes.toByteArray());
    }

    private static Response response(int status, String requestId, String type, byte[] body) {
        return new Response(
                status, Headers.of("x-amzn-RequestId", requestId, "Content-Type", type), body);
    }
}
