package dev.dryberth.api.codedeploy;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;

import java.util.regex.Pattern;

/**
 * Makes the exceptions of CodeDeploy, which clients tell apart by their names. Texts are guesses
 * but for those of missing and running deployments. [?] Stateless, any thread.
 */
final class CodeDeployErrors {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._+=,@-]{1,100}");

    private CodeDeployErrors() {}

    /**
     * An error.
     *
     * @param name without the word Exception at its end
     */
    static AwsServiceException of(String name, String message) {
        return CodeDeployException.builder()
                .awsErrorDetails(
                        AwsErrorDetails.builder()
                                .errorCode(name + "Exception")
                                .errorMessage(message)
                                .build())
                .message(message)
                .build();
    }

    /** Of something that AWS has and Dryberth has not, so that nobody believes it works. */
    static AwsServiceException notBuilt(String what) {
        return of("InvalidInput", "Dryberth does not support " + what + " yet, so it refuses it.");
    }

    /**
     * A name that was given and can be one.
     *
     * @param kind as in the names of its errors: {@code Application}, {@code DeploymentGroup}
     */
    static String name(String kind, @Nullable String given) {
        if (given == null || given.isEmpty()) {
            throw of(kind + "NameRequired", kind + " name is required.");
        }
        if (!NAME.matcher(given).matches()) {
            throw of(
                    "Invalid" + kind + "Name",
                    "The %s name %s is invalid (expected: %s)".formatted(kind, given, NAME));
        }
        return given;
    }
}
