package dev.dryberth.core.model;

/** What health checks say of a container or task. */
public enum HealthStatus {
    HEALTHY,
    UNHEALTHY,
    UNKNOWN
}
