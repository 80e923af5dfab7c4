package dev.dryberth.core.balancing;

import dev.dryberth.core.function.Invocation;

/**
 * Why a request to a Lambda function failed: the reason code of the access log, what the client
 * sees and which metric counts it. Follows "Access logs for your Application Load Balancer", error
 * reason codes; that a throttled call and one without permission are answered with 502, and a body
 * that is no UTF-8 with 400, is a guess. [?]
 */
public enum LambdaError {
    ACCESS_DENIED("LambdaAccessDenied", OwnAnswer.BAD_GATEWAY, true),
    BAD_REQUEST("LambdaBadRequest", OwnAnswer.BAD_REQUEST, true),
    CONNECTION_TIMEOUT("LambdaConnectionTimeout", OwnAnswer.GATEWAY_TIMEOUT, false),
    INVALID_RESPONSE("LambdaInvalidResponse", OwnAnswer.BAD_GATEWAY, true),
    REQUEST_TOO_LARGE("LambdaRequestTooLarge", OwnAnswer.PAYLOAD_TOO_LARGE, true),
    RESOURCE_NOT_FOUND("LambdaResourceNotFound", OwnAnswer.BAD_GATEWAY, true),
    RESPONSE_TOO_LARGE("LambdaResponseTooLarge", OwnAnswer.BAD_GATEWAY, true),
    SERVICE_EXCEPTION("LambdaServiceException", OwnAnswer.BAD_GATEWAY, false),
    THROTTLING("LambdaThrottling", OwnAnswer.BAD_GATEWAY, true),
    /** The function threw, or ran into its own timeout. */
    UNHANDLED("LambdaUnhandled", OwnAnswer.BAD_GATEWAY, true);

    private final String code;
    private final OwnAnswer answer;
    private final boolean user;

    LambdaError(String code, OwnAnswer answer, boolean user) {
        this.code = code;
        this.answer = answer;
        this.user = user;
    }

    /** Why a call without an answer of the function's own failed. */
    static LambdaError of(Invocation.Cause cause) {
        return switch (cause) {
            case NOT_FOUND -> RESOURCE_NOT_FOUND;
            case ACCESS_DENIED -> ACCESS_DENIED;
            case THROTTLED -> THROTTLING;
            case REQUEST_TOO_LARGE -> REQUEST_TOO_LARGE;
            case RESPONSE_TOO_LARGE -> RESPONSE_TOO_LARGE;
            case CONNECTION_TIMED_OUT -> CONNECTION_TIMEOUT;
            case SERVICE_FAILED -> SERVICE_EXCEPTION;
        };
    }

    public String code() {
        return code;
    }

    public OwnAnswer answer() {
        return answer;
    }

    /** Whether LambdaUserError counts it; LambdaInternalError otherwise. */
    public boolean isUsers() {
        return user;
    }
}
