package dev.dryberth.core.model;

/** A container's wait for another one of its task. */
public record Dependency(String container, Condition condition) {

    /** What the other container must have reached. */
    public enum Condition {
        START,
        COMPLETE,
        SUCCESS,
        HEALTHY
    }
}
