package dev.dryberth.core.wire;

/**
 * Content that is broken or does not fit the class it should become. The message is what AWS says
 * in the {@code Message} of a SerializationException.
 */
public final class WireException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WireException(String message) {
        super(message);
    }

    public WireException(String message, Throwable cause) {
        super(message, cause);
    }
}
