package dev.dryberth.core.state;

import org.jspecify.annotations.Nullable;

/** One row as a transaction left it; a null value is a row that is gone. */
public record Change(String table, String key, @Nullable Record value) {}
