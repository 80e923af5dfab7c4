package dev.dryberth.api.acm;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.acm.model.AcmException;
import software.amazon.awssdk.services.acm.model.InvalidArgsException;
import software.amazon.awssdk.services.acm.model.InvalidArnException;
import software.amazon.awssdk.services.acm.model.InvalidDomainValidationOptionsException;
import software.amazon.awssdk.services.acm.model.InvalidParameterException;
import software.amazon.awssdk.services.acm.model.InvalidTagException;
import software.amazon.awssdk.services.acm.model.LimitExceededException;
import software.amazon.awssdk.services.acm.model.ResourceInUseException;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acm.model.TooManyTagsException;
import software.amazon.awssdk.services.acm.model.ValidationException;

/**
 * Makes the exceptions of ACM. Clients match on the class; texts other than those of certificates
 * that are not found or in use are guesses. [?] Stateless, any thread.
 */
final class AcmErrors {

    private static final int NOT_IMPLEMENTED = 501;

    private AcmErrors() {}

    static AwsServiceException validation(String message) {
        return ValidationException.builder().message(message).build();
    }

    static AwsServiceException parameter(String message) {
        return InvalidParameterException.builder().message(message).build();
    }

    static AwsServiceException arguments(String message) {
        return InvalidArgsException.builder().message(message).build();
    }

    static AwsServiceException invalidArn(String arn) {
        return InvalidArnException.builder()
                .message("The ARN '" + arn + "' is not a certificate's.")
                .build();
    }

    static AwsServiceException domainValidation(String message) {
        return InvalidDomainValidationOptionsException.builder().message(message).build();
    }

    static AwsServiceException notFound(String arn) {
        return ResourceNotFoundException.builder()
                .message("Could not find certificate " + arn + ".")
                .build();
    }

    static AwsServiceException inUse(String arn, String account) {
        return ResourceInUseException.builder()
                .message("Certificate " + arn + " in account " + account + " is in use.")
                .build();
    }

    static AwsServiceException tooMany(String what, int most) {
        return LimitExceededException.builder()
                .message("The quota of " + most + " " + what + " is exhausted.")
                .build();
    }

    static AwsServiceException tag(String message) {
        return InvalidTagException.builder().message(message).build();
    }

    static AwsServiceException tooManyTags(int most) {
        return TooManyTagsException.builder()
                .message("A certificate can have at most " + most + " tags.")
                .build();
    }

    /** For a part of an operation that is not built, so that nothing is stored and then ignored. */
    static AwsServiceException notBuilt(String what) {
        String message = "Dryberth does not implement " + what + ".";
        return AcmException.builder()
                .statusCode(NOT_IMPLEMENTED)
                .awsErrorDetails(
                        AwsErrorDetails.builder()
                                .errorCode("UnsupportedOperationException")
                                .errorMessage(message)
                                .build())
                .message(message)
                .build();
    }
}
