package dev.dryberth.cli.rehearsal;

/** A rehearsal can't be held as it was asked for. The message is for the user. */
public final class RehearsalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public RehearsalException(String message) {
        super(message);
    }

    RehearsalException(String message, Throwable cause) {
        super(message, cause);
    }
}
