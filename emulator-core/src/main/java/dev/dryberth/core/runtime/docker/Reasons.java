package dev.dryberth.core.runtime.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;

import java.time.Duration;

/** Failures in the words of the ECS agent: the error's name, a colon, what the engine said. */
final class Reasons {

    /** DescribeTasks carries no longer reason. */
    static final int MAX_LENGTH = 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private Reasons() {}

    static String cannotCreate(Throwable failure) {
        return named("CannotCreateContainerError", failure);
    }

    static String cannotStart(Throwable failure) {
        return named("CannotStartContainerError", failure);
    }

    static String networking(Throwable failure) {
        return named("ContainerNetworkingError", failure);
    }

    /** What follows DockerTimeoutError. */
    static String transition(String state, Duration waited) {
        return "Could not transition to "
                + state
                + "; timed out after waiting "
                + waited.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }

    static String named(String error, Throwable failure) {
        if (failure instanceof Refused refused) {
            return cut(refused.reason(error));
        }
        String prefix = failure instanceof DockerException ? "Error response from daemon: " : "";
        return cut(error + ": " + prefix + message(failure));
    }

    /** What the engine said, out of the JSON it said it in. */
    static String message(Throwable failure) {
        if (!(failure instanceof DockerException)) {
            return rootMessage(failure);
        }
        String text = failure.getMessage() == null ? "" : failure.getMessage().strip();
        int brace = text.indexOf('{');
        if (brace < 0) {
            return text;
        }
        try {
            JsonNode said = JSON.readTree(text.substring(brace)).path("message");
            return said.isTextual() ? said.asText().strip() : text;
        } catch (JsonProcessingException notJson) {
            return text;
        }
    }

    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message.strip();
    }

    static String cut(String reason) {
        return reason.length() <= MAX_LENGTH ? reason : reason.substring(0, MAX_LENGTH);
    }

    /** Something we refuse ourselves before the engine is asked. */
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private final String error;

        Refused(String message) {
            this("", message);
        }

        /** {@code error} takes the place of the name the failed step would give. */
        Refused(String error, String message) {
            super(message);
            this.error = error;
        }

        String reason(String stepError) {
            return (error.isEmpty() ? stepError : error) + ": " + getMessage();
        }
    }
}
