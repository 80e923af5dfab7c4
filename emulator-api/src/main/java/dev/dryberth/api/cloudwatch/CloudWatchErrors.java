package dev.dryberth.api.cloudwatch;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidNextTokenException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterCombinationException;
import software.amazon.awssdk.services.cloudwatch.model.InvalidParameterValueException;
import software.amazon.awssdk.services.cloudwatch.model.LimitExceededException;
import software.amazon.awssdk.services.cloudwatch.model.MissingRequiredParameterException;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;

/**
 * Makes the exceptions of CloudWatch. Clients match on the code, which is the class's name unless
 * said here; most texts are guesses. [?] Stateless, any thread.
 */
final class CloudWatchErrors {

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private CloudWatchErrors() {}

    /** What AWS says of a malformed input; its model has no class for it. */
    static AwsServiceException validation(String message) {
        return CloudWatchException.builder()
                .awsErrorDetails(details("ValidationError", message))
                .statusCode(BAD_REQUEST)
                .message(message)
                .build();
    }

    /** {@code The value {value} for parameter {name} is invalid (expected: …).} */
    static AwsServiceException invalid(String name, @Nullable Object value, String expected) {
        return invalid(
                "The value %s for parameter %s is invalid (expected: %s)."
                        .formatted(value, name, expected));
    }

    static AwsServiceException invalid(String message) {
        return InvalidParameterValueException.builder().message(message).build();
    }

    static AwsServiceException combination(String message) {
        return InvalidParameterCombinationException.builder().message(message).build();
    }

    static AwsServiceException missing(String name) {
        return MissingRequiredParameterException.builder()
                .message("The parameter " + name + " is required.")
                .build();
    }

    static AwsServiceException noSuchAlarm(String name) {
        return ResourceNotFoundException.builder()
                .message("There is no alarm named " + name + ".")
                .statusCode(NOT_FOUND)
                .build();
    }

    static AwsServiceException noSuchResource(String arn) {
        return ResourceNotFoundException.builder()
                .message("There is no resource " + arn + ".")
                .statusCode(NOT_FOUND)
                .build();
    }

    static AwsServiceException badToken() {
        String message = "The token is not one that this operation gave.";
        return InvalidNextTokenException.builder()
                .awsErrorDetails(details("InvalidNextToken", message))
                .message(message)
                .build();
    }

    static AwsServiceException tooMany(String what, int most) {
        String message = "The maximum number of " + what + " has been reached: " + most + ".";
        return LimitExceededException.builder()
                .awsErrorDetails(details("LimitExceededFault", message))
                .message(message)
                .build();
    }

    /** For a part of an operation that is not built, so that nothing is stored and then ignored. */
    static AwsServiceException notBuilt(String what) {
        return validation("Dryberth does not implement " + what + ".");
    }

    private static AwsErrorDetails details(String code, String message) {
        return AwsErrorDetails.builder().errorCode(code).errorMessage(message).build();
    }
}
