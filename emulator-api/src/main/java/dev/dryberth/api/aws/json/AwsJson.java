package dev.dryberth.api.aws.json;

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

import java.util.Map;

/**
 * awsJson: {@code POST /} with the operation in the X-Amz-Target header and shapes as JSON objects.
 * ECS speaks version 1.1.
 */
public final class AwsJson implements Protocol {

    public static final AwsJson V1_1 = new AwsJson("application/x-amz-json-1.1", false);

    /** Version 1.0 of a service that came from awsQuery: its errors repeat that protocol's code. */
    public static final AwsJson V1_0_AND_QUERY = new AwsJson("application/x-amz-json-1.0", true);

    private static final String TARGET = "x-amz-target";
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final String contentType;
    private final boolean repeatsQueryCode;

    private AwsJson(String contentType, boolean repeatsQueryCode) {
        this.contentType = contentType;
        this.repeatsQueryCode = repeatsQueryCode;
    }

    /** What stands before the operation in X-Amz-Target, which tells the service. */
    public static @Nullable String targetPrefix(Request request) {
        String target = request.headers().first(TARGET);
        int dot = target == null ? -1 : target.lastIndexOf('.');
        return target == null || dot < 0 ? null : target.substring(0, dot);
    }

    @Override
    public boolean speaks(Request request) {
        return request.headers().first(TARGET) != null;
    }

    @Override
    public @Nullable String operation(Request request) {
        String target = request.headers().first(TARGET);
        return target == null ? null : target.substring(target.lastIndexOf('.') + 1);
    }

    @Override
    public boolean takes(String method) {
        return method.equals("POST");
    }

    @Override
    public AwsError unknownOperation(Request request, String targetPrefix) {
        return operation(request) == null
                ? new AwsError(
                        BAD_REQUEST,
                        "UnknownOperationException",
                        "The request has no X-Amz-Target header (expected: %s.<operation>)."
                                .formatted(targetPrefix),
                        AwsError.Source.SERVICE,
                        null)
                : AwsError.frontEnd(BAD_REQUEST, "UnknownOperationException", null);
    }

    @Override
    public AwsError malformed(WireException wrong) {
        return AwsError.frontEnd(BAD_REQUEST, "SerializationException", wrong.getMessage());
    }

    @Override
    public void read(Request request, SdkPojo builder) {
        SdkJson.readInto(request.body(), builder);
    }

    @Override
    public Response answer(Request request, SdkPojo output, Fragments fragments, String requestId) {
        return new Response(OK, headers(requestId), SdkJson.toBytes(output, fragments));
    }

    @Override
    public Response error(Request request, AwsError error, String requestId) {
        return error(error, requestId);
    }

    /** An error shows nothing of the request, so there need not have been one. */
    public Response error(AwsError error, String requestId) {
        byte[] body =
                ErrorJson.of(error, messageName(error.source()), Map.of("__type", error.code()));
        Headers headers = headers(requestId);
        return new Response(
                error.status(),
                repeatsQueryCode
                        ? headers.with(QueryCode.HEADER, QueryCode.header(error))
                        : headers,
                body);
    }

    /** AWS's front ends spell it with a capital, its services without. */
    private static String messageName(AwsError.Source source) {
        return switch (source) {
            case FRONT_END -> "Message";
            case SERVICE -> "message";
        };
    }

    private Headers headers(String requestId) {
        return Headers.of("x-amzn-RequestId", requestId, "Content-Type", contentType);
    }
}
