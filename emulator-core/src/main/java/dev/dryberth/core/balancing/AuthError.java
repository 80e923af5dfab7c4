package dev.dryberth.core.balancing;

/**
 * Why somebody could not be authenticated: the reason code of the access log, what the client sees
 * and which metric counts it. Follows "Access logs for your Application Load Balancer", error
 * reason codes, and the table of codes of "Troubleshoot your Application Load Balancers". Those say
 * 500 where the provider can't be reached or says too much or no ID token, 561 where it answers
 * with an error; the status of the codes in between is a guess. [?]
 */
public enum AuthError {
    INVALID_COOKIE("AuthInvalidCookie", OwnAnswer.UNAUTHORIZED, Metric.FAILURE),
    INVALID_GRANT("AuthInvalidGrantError", OwnAnswer.IDENTITY_PROVIDER_ERROR, Metric.FAILURE),
    INVALID_ID_TOKEN("AuthInvalidIdToken", OwnAnswer.UNAUTHORIZED, Metric.FAILURE),
    INVALID_NONCE("AuthInvalidAWSALBAuthNonce", OwnAnswer.UNAUTHORIZED, Metric.FAILURE),
    INVALID_STATE("AuthInvalidStateParam", OwnAnswer.UNAUTHORIZED, Metric.FAILURE),
    INVALID_TOKEN_RESPONSE("AuthInvalidTokenResponse", OwnAnswer.INTERNAL_ERROR, Metric.FAILURE),
    INVALID_USERINFO_RESPONSE(
            "AuthInvalidUserinfoResponse", OwnAnswer.INTERNAL_ERROR, Metric.FAILURE),
    MISSING_CODE("AuthMissingCodeParam", OwnAnswer.UNAUTHORIZED, Metric.FAILURE),
    MISSING_HOST("AuthMissingHostHeader", OwnAnswer.INTERNAL_ERROR, Metric.ERROR),
    MISSING_NONCE("AuthMissingAWSALBAuthNonce", OwnAnswer.UNAUTHORIZED, Metric.FAILURE),
    MISSING_STATE("AuthMissingStateParam", OwnAnswer.UNAUTHORIZED, Metric.FAILURE),
    TOKEN_REQUEST_FAILED(
            "AuthTokenEpRequestFailed", OwnAnswer.IDENTITY_PROVIDER_ERROR, Metric.ERROR),
    TOKEN_REQUEST_TIMEOUT("AuthTokenEpRequestTimeout", OwnAnswer.INTERNAL_ERROR, Metric.ERROR),
    UNHANDLED("AuthUnhandledException", OwnAnswer.INTERNAL_ERROR, Metric.ERROR),
    USERINFO_REQUEST_FAILED(
            "AuthUserinfoEpRequestFailed", OwnAnswer.IDENTITY_PROVIDER_ERROR, Metric.ERROR),
    USERINFO_REQUEST_TIMEOUT(
            "AuthUserinfoEpRequestTimeout", OwnAnswer.INTERNAL_ERROR, Metric.ERROR),
    USERINFO_TOO_LARGE(
            "AuthUserinfoResponseSizeExceeded", OwnAnswer.INTERNAL_ERROR, Metric.TOO_LARGE);

    /** Who counts it. */
    public enum Metric {
        /** ELBAuthFailure: whoever asked is to blame. */
        FAILURE,
        /** ELBAuthError: provider or configuration are. */
        ERROR,
        /** ELBAuthUserClaimsSizeExceeded. */
        TOO_LARGE
    }

    private final String code;
    private final OwnAnswer answer;
    private final Metric metric;

    AuthError(String code, OwnAnswer answer, Metric metric) {
        this.code = code;
        this.answer = answer;
        this.metric = metric;
    }

    public String code() {
        return code;
    }

    public OwnAnswer answer() {
        return answer;
    }

    public Metric metric() {
        return metric;
    }
}
