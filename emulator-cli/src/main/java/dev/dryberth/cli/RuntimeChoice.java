package dev.dryberth.cli;

import java.util.Locale;

/** What runs the containers. */
enum RuntimeChoice {
    /** A Docker engine, which must answer. */
    DOCKER,
    /** No containers: tasks only go through their states. */
    SIMULATED,
    /** Docker where an engine answers; else simulated, with a warning that nobody can miss. */
    AUTO;

    /** As users write it, and so as a mistake is explained to them. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
