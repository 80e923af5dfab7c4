package dev.dryberth.cli.engine;

/**
 * No Docker engine can be had. The message is the one line a user needs: what is wrong and what to
 * do about it.
 */
public final class EngineException extends Exception {
    private static final long serialVersionUID = 1L;

    EngineException(String message) {
        super(message);
    }
}
