package dev.dryberth.core.function;

/** What became of one call of a function. Arrays in it are not to be changed. */
public sealed interface Invocation {

    /** What the function returned: a JSON document in UTF-8. */
    @SuppressWarnings("ArrayRecordComponent") // handed on as it came, never compared
    record Returned(byte[] payload) implements Invocation {}

    /**
     * The function itself failed.
     *
     * @param error what Lambda's header X-Amz-Function-Error said, as {@code Unhandled}
     * @param payload the failure, a JSON document with errorType and errorMessage as a rule
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Failed(String error, byte[] payload) implements Invocation {}

    /**
     * Nobody knows what the function made of it, if it was called at all.
     *
     * @param message for a person
     */
    record NotInvoked(Cause cause, String message) implements Invocation {}

    /** Why there is no answer of the function's own. */
    enum Cause {
        NOT_FOUND,
        ACCESS_DENIED,
        THROTTLED,
        REQUEST_TOO_LARGE,
        RESPONSE_TOO_LARGE,
        /** No connection could be made in time. */
        CONNECTION_TIMED_OUT,
        /** Whoever runs functions could not be reached, or failed. */
        SERVICE_FAILED
    }
}
