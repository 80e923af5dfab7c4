package dev.dryberth.api.lambda;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.function.Called;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Invoke. On a thread that may wait. */
final class Invocations {

    private static final int MAX_EVENT_BYTES = 1024 * 1024;
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NO_CONTENT = 204;

    private final Engine engine;

    Invocations(Engine engine) {
        this.engine = engine;
    }

    InvokeResponse invoke(InvokeRequest request) {
        InvocationType type = type(request);
        byte[] payload = payload(request, type);
        String context = clientContext(request.clientContext());
        if (request.tenantId() != null || request.durableExecutionName() != null) {
            throw LambdaErrors.notBuilt("tenant isolation and durable functions");
        }
        FunctionArn function =
                engine.call(tx ->
                        callable(
                                FunctionNames.row(
                                        tx.world(), request.functionName(), request.qualifier())));
        InvokeResponse.Builder response =
                InvokeResponse.builder().executedVersion(FunctionArn.LATEST);
        return switch (type) {
            case DRY_RUN -> InvokeResponse.builder().statusCode(NO_CONTENT).build();
            case EVENT -> {
                if (!engine.functions().event(function, payload, context).join()) {
                    throw LambdaErrors.throttled("Rate Exceeded.");
                }
                yield InvokeResponse.builder().statusCode(ACCEPTED).build();
            }
            case REQUEST_RESPONSE, UNKNOWN_TO_SDK_VERSION ->
                    answered(
                            response,
                            engine.functions()
                                    .call(
                                            function,
                                            payload,
                                            context,
                                            request.logType() == LogType.TAIL)
                                    .join());
        };
    }

    private static InvocationType type(InvokeRequest request) {
        InvocationType type = request.invocationType();
        if (type == InvocationType.UNKNOWN_TO_SDK_VERSION) {
            throw LambdaErrors.constraint(
                    "invocationType",
                    request.invocationTypeAsString(),
                    "Member must satisfy enum value set: [Event, RequestResponse, DryRun]");
        }
        return type == null ? InvocationType.REQUEST_RESPONSE : type;
    }

    private static FunctionArn callable(LambdaFunction row) {
        return switch (row.state()) {
            case ACTIVE -> row.arn();
            case PENDING -> throw FunctionOperations.inState("Pending");
            case FAILED -> throw FunctionOperations.inState("Failed (" + row.problem() + ")");
        };
    }

    private static byte[] payload(InvokeRequest request, InvocationType type) {
        byte[] payload =
                request.payload() == null ? NOTHING : request.payload().asByteArrayUnsafe();
        if (payload.length > FunctionInvoker.MAX_PAYLOAD_BYTES) {
            throw LambdaErrors.tooLarge(
                    "Request must be smaller than %d bytes for the InvokeFunction operation"
                            .formatted(FunctionInvoker.MAX_PAYLOAD_BYTES));
        }
        if (type == InvocationType.EVENT && payload.length > MAX_EVENT_BYTES) {
            throw LambdaErrors.tooLarge(
                    "%d byte payload is too large for the Event invocation type (limit %d bytes)"
                            .formatted(payload.length, MAX_EVENT_BYTES));
        }
        if (payload.length == 0) {
            return EMPTY;
        }
        requireJson(payload);
        return payload;
    }

    private static final byte[] NOTHING = {};
    private static final byte[] EMPTY = {'{', '}'};

    private static void requireJson(byte[] payload) {
        try (JsonParser in = SdkJson.JSON.createParser(payload)) {
            boolean any = in.nextToken() != null;
            in.skipChildren();
            if (!any || in.nextToken() != null) {
                throw notJson("it is not one JSON value");
            }
        } catch (JsonProcessingException malformed) {
            throw notJson(malformed.getOriginalMessage());
        } catch (IOException impossible) {
            throw new UncheckedIOException("Reading JSON from memory failed", impossible);
        }
    }

    private static RuntimeException notJson(String why) {
        return LambdaErrors.content(
                "Could not parse request body into json: Could not parse payload into json: "
                        + why);
    }

    /** As the runtime sees it. */
    private static @Nullable String clientContext(@Nullable String base64) {
        if (base64 == null) {
            return null;
        }
        try {
            String json = new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            if (json.chars().noneMatch(Character::isISOControl)) {
                return json;
            }
        } catch (IllegalArgumentException notBase64) {
            throw LambdaErrors.content(
                    "Client context must be a valid Base64-encoded JSON object.");
        }
        throw LambdaErrors.content("Client context must be a valid Base64-encoded JSON object.");
    }

    private static InvokeResponse answered(InvokeResponse.Builder response, Called called) {
        if (called.logTail() != null) {
            response.logResult(Base64.getEncoder().encodeToString(called.logTail()));
        }
        return switch (called.what()) {
            case Invocation.Returned(byte[] payload) ->
                    response.statusCode(OK).payload(SdkBytes.fromByteArrayUnsafe(payload)).build();
            case Invocation.Failed(String error, byte[] payload) ->
                    response.statusCode(OK)
                            .functionError(error)
                            .payload(SdkBytes.fromByteArrayUnsafe(payload))
                            .build();
            case Invocation.NotInvoked(Invocation.Cause cause, String message) ->
                    throw switch (cause) {
                        case NOT_FOUND -> LambdaErrors.notFound(message);
                        case THROTTLED -> LambdaErrors.throttled(message);
                        case REQUEST_TOO_LARGE -> LambdaErrors.tooLarge(message);
                        case ACCESS_DENIED,
                                RESPONSE_TOO_LARGE,
                                CONNECTION_TIMED_OUT,
                                SERVICE_FAILED ->
                                LambdaErrors.failed(message);
                    };
        };
    }
}
