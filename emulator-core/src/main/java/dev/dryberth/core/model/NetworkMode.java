package dev.dryberth.core.model;

/** How a task's containers see the network. */
public enum NetworkMode {
    AWSVPC,
    BRIDGE,
    HOST,
    NONE
}
