package dev.dryberth.cli;

/** How a command shows what the daemon told. */
enum OutputFormat {
    TEXT,
    JSON
}
