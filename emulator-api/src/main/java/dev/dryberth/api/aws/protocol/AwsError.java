package dev.dryberth.api.aws.protocol;

import dev.dryberth.core.wire.WireException;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * An error as AWS would answer it.
 *
 * @param source whether the service or the front end before it speaks; their JSON differs
 * @param members the exception whose own members go with the error, such as the {@code resourceIds}
 *     of a ConflictException
 */
public record AwsError(
        int status,
        String code,
        @Nullable String message,
        Source source,
        @Nullable SdkPojo members) {

    private static final int BAD_REQUEST = 400;
    private static final int SERVER_FAULT = 500;

    /** All other exceptions of AWS's models are the client's fault. */
    private static final Set<String> SERVER_FAULTS =
            Set.of(
                    "ServerException",
                    "InternalFailure",
                    "InternalServerException",
                    "InternalServiceError",
                    "ServiceUnavailable",
                    "ServiceUnavailableException");

    /** A message repeats what the client sent, which may be a name of a million characters. */
    private static final int MAX_MESSAGE_LENGTH = 4096;

    public enum Source {
        SERVICE,
        FRONT_END
    }

    public AwsError {
        if (message != null && message.length() > MAX_MESSAGE_LENGTH) {
            message = message.substring(0, MAX_MESSAGE_LENGTH) + "…";
        }
    }

    /** An error of the front end, before any service had the request. */
    public static AwsError frontEnd(int status, String code, @Nullable String message) {
        return new AwsError(status, code, message, Source.FRONT_END, null);
    }

    /** What a service's operation threw, or its stage failed with. */
    public static AwsError of(Throwable thrown, String requestId) {
        return switch (cause(thrown)) {
            case AwsServiceException typed -> ofTyped(typed);
            case WireException wrongShape ->
                    frontEnd(BAD_REQUEST, "SerializationException", wrongShape.getMessage());
            case RejectedExecutionException full ->
                    new AwsError(
                            BAD_REQUEST,
                            "ThrottlingException",
                            "Rate exceeded",
                            Source.SERVICE,
                            null);
            default ->
                    new AwsError(
                            SERVER_FAULT,
                            "ServerException",
                            "Dryberth failed to serve this request; its log says why under request "
                                    + requestId
                                    + ".",
                            Source.SERVICE,
                            null);
        };
    }

    /**
     * Handlers throw {@code ClusterNotFoundException.builder().message("…").build()}. The class
     * names the error, and the raw message is the text: getMessage() adds what a client would.
     */
    private static AwsError ofTyped(AwsServiceException thrown) {
        AwsErrorDetails details = thrown.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        String message = details == null ? null : details.errorMessage();
        if (code == null) {
            code = thrown.getClass().getSimpleName();
        }
        int status = thrown.statusCode();
        if (status < BAD_REQUEST) {
            status = SERVER_FAULTS.contains(code) ? SERVER_FAULT : BAD_REQUEST;
        }
        return new AwsError(
                status,
                code,
                message == null ? thrown.rawMessage() : message,
                Source.SERVICE,
                thrown.sdkFields().isEmpty() ? null : thrown);
    }

    /** What really went wrong, without what a stage wraps around it. */
    public static Throwable cause(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null
                ? thrown.getCause()
                : thrown;
    }

    /** Whether the daemon's own log should tell how it came to this. */
    public boolean isUnexpected(Throwable thrown) {
        return status >= SERVER_FAULT && !(cause(thrown) instanceof AwsServiceException);
    }
}
