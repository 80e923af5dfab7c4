package dev.dryberth.core.model;

/** Where a task runs. */
public enum LaunchType {
    EC2,
    FARGATE,
    EXTERNAL
}
