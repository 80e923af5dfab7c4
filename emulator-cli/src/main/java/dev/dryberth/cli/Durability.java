package dev.dryberth.cli;

/** What a change that was acknowledged survives. */
enum Durability {
    /** The death of the daemon, kill -9 included. */
    NORMAL,
    /** The loss of power too. */
    FULL
}
