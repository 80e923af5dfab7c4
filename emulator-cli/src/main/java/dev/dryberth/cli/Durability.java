package dev.dryberth.cli;

import java.util.Locale;

/** What a change that was acknowledged survives. */
enum Durability {
    /** The death of the daemon, kill -9 included. */
    NORMAL,
    /** The loss of power too. */
    FULL;

    /** As users write it, and so as a mistake is explained to them. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
