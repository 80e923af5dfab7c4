package dev.dryberth.core.model;

/**
 * How far a container has come. Finer than ECS's PENDING, RUNNING and STOPPED, because the journal
 * must know after a crash what had been asked of the runtime.
 */
public enum ContainerPhase {
    /** Waits for its dependencies; nothing was asked of the runtime. */
    WAITING,
    /** The runtime was asked to fetch the image. */
    PULLING,
    /** The image is there. */
    PULLED,
    /** The runtime was asked to create and start the container. */
    STARTING,
    RUNNING,
    /** The runtime was asked to stop the container. */
    STOPPING,
    STOPPED;

    /** ECS's own word for this phase. */
    public String lastStatus() {
        return switch (this) {
            case WAITING, PULLING, PULLED, STARTING -> "PENDING";
            case RUNNING, STOPPING -> "RUNNING";
            case STOPPED -> "STOPPED";
        };
    }

    /** Whether processes of the container may exist. */
    public boolean mayHaveProcesses() {
        return switch (this) {
            case STARTING, RUNNING, STOPPING -> true;
            case WAITING, PULLING, PULLED, STOPPED -> false;
        };
    }
}
