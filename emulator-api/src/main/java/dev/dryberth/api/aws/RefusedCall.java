package dev.dryberth.api.aws;

import dev.dryberth.api.aws.protocol.AwsError;

/** A call the chain answers itself, before any service has it. */
final class RefusedCall extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient AwsError error;

    RefusedCall(AwsError error) {
        super(error.code(), null, false, false);
        this.error = error;
    }

    RefusedCall(int status, String code, String message) {
        this(new AwsError(status, code, message, AwsError.Source.SERVICE, null));
    }

    AwsError error() {
        return error;
    }
}
