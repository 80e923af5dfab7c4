package dev.dryberth.cli;

import org.jspecify.annotations.Nullable;

/** A command can't do what it was asked. The message is the one line its user sees. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message);
    }

    CommandFailure(@Nullable String message, Throwable cause) {
        super(message, cause);
    }
}
