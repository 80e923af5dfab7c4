package dev.dryberth.api.aws.cbor;

import dev.dryberth.api.aws.protocol.AwsError;
import dev.dryberth.api.aws.protocol.Protocol;
import dev.dryberth.api.aws.protocol.QueryCode;
import dev.dryberth.api.http.Headers;
import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;
import dev.dryberth.core.wire.Fragments;
import dev.dryberth.core.wire.SdkCbor;
import dev.dryberth.core.wire.WireException;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;

import java.util.List;

/**
 * Smithy's RPC protocol, version 2: {@code POST /service/{service}/operation/{operation}}, shapes
 * as CBOR maps. Services that also speak awsQuery repeat an error's code as that protocol has it in
 * a header, for clients written for it.
 */
public final class RpcV2Cbor implements Protocol {

    public static final RpcV2Cbor INSTANCE = new RpcV2Cbor();

    private static final String HEADER = "smithy-protocol";
    private static final String NAME = "rpc-v2-cbor";
    private static final String SERVICE = "service";
    private static final String OPERATION = "operation";
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private RpcV2Cbor() {}

    /** Whether a request is of this protocol, which it says in a header. */
    public static boolean isSpokenBy(Request request) {
        return NAME.equals(request.headers().first(HEADER));
    }

    /** The service a request of this protocol names; absent if the path has not that form. */
    public static @Nullable String service(Request request) {
        List<String> path = path(request);
        return path.isEmpty() ? null : path.getFirst();
    }

    /** Service and operation; empty if the path has not that form. A prefix may stand before it. */
    private static List<String> path(Request request) {
        List<String> parts = List.of(request.path().split("/", -1));
        int size = parts.size();
        return size >= 4
                        && parts.get(size - 4).equals(SERVICE)
                        && parts.get(size - 2).equals(OPERATION)
                ? List.of(parts.get(size - 3), parts.getLast())
                : List.of();
    }

    @Override
    public boolean speaks(Request request) {
        return isSpokenBy(request);
    }

    @Override
    public @Nullable String operation(Request request) {
        List<String> path = path(request);
        return path.isEmpty() ? null : path.getLast();
    }

    @Override
    public boolean takes(String method) {
        return method.equals("POST");
    }

    @Override
    public AwsError unknownOperation(Request request, String targetPrefix) {
        return AwsError.frontEnd(
                NOT_FOUND,
                "UnknownOperationException",
                "There is no operation at %s (expected: POST /service/%s/operation/<operation>)."
                        .formatted(request.path(), targetPrefix));
    }

    @Override
    public AwsError malformed(WireException wrong) {
        return AwsError.frontEnd(BAD_REQUEST, "SerializationException", wrong.getMessage());
    }

    @Override
    public void read(Request request, SdkPojo builder) {
        SdkCbor.readInto(request.body(), builder);
    }

    @Override
    public Response answer(Request request, SdkPojo output, Fragments fragments, String requestId) {
        return new Response(OK, headers(requestId), SdkCbor.toBytes(output));
    }

    @Override
    public Response error(Request request, AwsError error, String requestId) {
        byte[] body =
                SdkCbor.map(out -> {
                    out.writeStringField("__type", error.code());
                    if (error.message() != null) {
                        out.writeStringField("message", error.message());
                    }
                    if (error.members() != null) {
                        SdkCbor.writeMembers(out, error.members());
                    }
                });
        return new Response(
                error.status(),
                headers(requestId).with(QueryCode.HEADER, QueryCode.header(error)),
                body);
    }

    private static Headers headers(String requestId) {
        return Headers.of(
                HEADER, NAME, "x-amzn-RequestId", requestId, "Content-Type", "application/cbor");
    }
}
