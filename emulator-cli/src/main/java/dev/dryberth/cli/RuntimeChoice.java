package dev.dryberth.cli;

/** What runs the containers. */
enum RuntimeChoice {
    /** A Docker engine, which must answer. */
    DOCKER,
    /** No containers: tasks only go through their states. */
    SIMULATED,
    /** Docker where an engine answers; else simulated, with a warning that nobody can miss. */
    AUTO
}
