package dev.dryberth.cli;

/** How log lines are written. */
enum LogFormat {
    TEXT,
    /** One JSON object a line. */
    JSON
}
