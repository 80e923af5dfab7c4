package dev.dryberth.api.lambda;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.lambda.model.CodeStorageExceededException;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvalidRequestContentException;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.PreconditionFailedException;
import software.amazon.awssdk.services.lambda.model.RequestTooLargeException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.ServiceException;
import software.amazon.awssdk.services.lambda.model.ThrottleReason;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/** Makes the exceptions of Lambda, with the status that each has. Stateless, any thread. */
final class LambdaErrors {

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;
    private static final int TOO_LARGE = 413;
    private static final int TOO_MANY = 429;
    private static final int FAILED = 500;
    private static final int NOT_IMPLEMENTED = 501;

    /** Whose fault it is. */
    private static final String USER = "User";

    private LambdaErrors() {}

    static AwsServiceException notFound(String message) {
        return ResourceNotFoundException.builder()
                .type(USER)
                .message(message)
                .statusCode(NOT_FOUND)
                .build();
    }

    static AwsServiceException noFunction(String arn) {
        return notFound("Function not found: " + arn);
    }

    static AwsServiceException conflict(String message) {
        return ResourceConflictException.builder()
                .type(USER)
                .message(message)
                .statusCode(CONFLICT)
                .build();
    }

    static AwsServiceException parameter(String message) {
        return InvalidParameterValueException.builder()
                .type(USER)
                .message(message)
                .statusCode(BAD_REQUEST)
                .build();
    }

    static AwsServiceException content(String message) {
        return InvalidRequestContentException.builder()
                .type(USER)
                .message(message)
                .statusCode(BAD_REQUEST)
                .build();
    }

    static AwsServiceException tooLarge(String message) {
        return RequestTooLargeException.builder()
                .type(USER)
                .message(message)
                .statusCode(TOO_LARGE)
                .build();
    }

    static AwsServiceException tooManyFunctions(int most) {
        return CodeStorageExceededException.builder()
                .type(USER)
                .message("Dryberth keeps at most " + most + " functions.")
                .statusCode(BAD_REQUEST)
                .build();
    }

    static AwsServiceException changedSince() {
        return PreconditionFailedException.builder()
                .type(USER)
                .message(
                        "The RevisionId provided does not match the latest RevisionId. Call the"
                                + " GetFunction/GetAlias API to retrieve the latest RevisionId")
                .statusCode(PRECONDITION_FAILED)
                .build();
    }

    static AwsServiceException throttled(String message) {
        return TooManyRequestsException.builder()
                .type(USER)
                .message(message)
                .reason(ThrottleReason.CONCURRENT_INVOCATION_LIMIT_EXCEEDED)
                .statusCode(TOO_MANY)
                .build();
    }

    static AwsServiceException failed(String message) {
        return ServiceException.builder()
                .type("Service")
                .message(message)
                .statusCode(FAILED)
                .build();
    }

    /** What the model itself rules out. */
    static AwsServiceException constraint(String member, Object value, String constraint) {
        return named(
                BAD_REQUEST,
                "ValidationException",
                "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: %s"
                        .formatted(value, member, constraint));
    }

    /** For a part of an operation that is not built, so that nothing is stored and then ignored. */
    static AwsServiceException notBuilt(String what) {
        return named(
                NOT_IMPLEMENTED,
                "UnsupportedOperationException",
                "Dryberth does not implement " + what + ".");
    }

    private static AwsServiceException named(int status, String code, String message) {
        return LambdaException.builder()
                .statusCode(status)
                .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
                .message(message)
                .build();
    }
}
