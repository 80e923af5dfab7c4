package dev.dryberth.cli;

import java.util.Locale;

/** How log lines are written. */
enum LogFormat {
    TEXT,
    /** One JSON object a line. */
    JSON;

    /** As users write it, and so as a mistake is explained to them. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
