package dev.dryberth.core.model;

/** The states of a target. */
public enum TargetState {
    INITIAL,
    HEALTHY,
    UNHEALTHY,
    UNUSED,
    DRAINING,
    UNAVAILABLE
}
