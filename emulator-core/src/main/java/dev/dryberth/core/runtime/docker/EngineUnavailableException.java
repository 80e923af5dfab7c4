package dev.dryberth.core.runtime.docker;

/** No usable Docker engine answers. The message is one sentence a developer can act on. */
public final class EngineUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EngineUnavailableException(String message) {
        super(message);
    }

    EngineUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
