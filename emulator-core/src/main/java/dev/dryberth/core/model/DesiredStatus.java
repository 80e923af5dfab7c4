package dev.dryberth.core.model;

/** Where a task is headed. */
public enum DesiredStatus {
    RUNNING,
    STOPPED
}
