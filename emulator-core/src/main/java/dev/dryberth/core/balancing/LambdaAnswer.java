package dev.dryberth.core.balancing;

import dev.dryberth.core.function.Invocation;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a Lambda function's result means to the client. Stateless; any thread. Follows "Use Lambda
 * functions as targets of an Application Load Balancer", respond to the load balancer.
 *
 * <p>A result is a JSON object. {@code statusCode} must be there, a whole number from 200 to 599.
 * {@code headers} holds texts; a group with {@code lambda.multi_value_headers.enabled} reads {@code
 * multiValueHeaders} instead, which holds arrays of texts, and neither kind of group reads the
 * other's member. {@code body} is a text, in Base64 where {@code isBase64Encoded} is true. {@code
 * statusDescription} is the code and the reason phrase. Members that are missing or null count as
 * empty, others are not looked at. A result that breaks one of these rules, and a header no HTTP
 * message can have, make the whole answer invalid: 502. Headers that belong to a connection are
 * left out, and the length is computed anew.
 *
 * <p>Example: {@code {"statusCode":404,"statusDescription":"404 Nowhere","headers":{"Content-Type":
 * "text/plain","Connection":"close"},"body":"no"}} becomes {@code 404 Nowhere} with Content-Type
 * {@code text/plain} and the body {@code no}.
 *
 * <p>AWS does not say which codes it takes, what it makes of an answer without headers or of
 * numbers where texts belong. [?]
 */
public sealed interface LambdaAnswer {

    /** Beyond it the client sees 502; the whole document counts. */
    int MAX_BYTES = 1024 * 1024;

    /**
     * The client gets this.
     *
     * @param reason the reason phrase; null: the usual one of the status
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on as it came, never compared
    record Answered(int status, @Nullable String reason, List<HeaderField> headers, byte[] body)
            implements LambdaAnswer {}

    /**
     * The client gets a failure of the load balancer's.
     *
     * @param why for a person who reads the log
     */
    record Refused(LambdaError error, String why) implements LambdaAnswer {}

    /**
     * What to answer after a call.
     *
     * @param multiValue whether the group has multi-value headers enabled
     */
    static LambdaAnswer of(Invocation invocation, boolean multiValue) {
        return switch (invocation) {
            case Invocation.Returned returned -> of(returned.payload(), multiValue);
            case Invocation.Failed failed ->
                    new Refused(
                            LambdaError.UNHANDLED,
                            "the function failed (%s): %s"
                                    .formatted(failed.error(), excerpt(failed.payload())));
            case Invocation.NotInvoked not ->
                    new Refused(LambdaError.of(not.cause()), not.message());
        };
    }

    private static LambdaAnswer of(byte[] payload, boolean multiValue) {
        if (payload.length > MAX_BYTES) {
            return new Refused(
                    LambdaError.RESPONSE_TOO_LARGE,
                    "its result has %d bytes (expected: at most %d)"
                            .formatted(payload.length, MAX_BYTES));
        }
        try {
            return LambdaResult.read(payload, multiValue).answer();
        } catch (IOException | IllegalArgumentException wrong) {
            return new Refused(
                    LambdaError.INVALID_RESPONSE,
                    "its result is none a load balancer takes: " + wrong.getMessage());
        }
    }

    private static String excerpt(byte[] payload) {
        int length = Math.min(payload.length, 300);
        return new String(payload, 0, length, StandardCharsets.UTF_8);
    }
}
