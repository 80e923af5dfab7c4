package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

/** An attribute of a container instance or task; a value is optional. */
public record Attribute(String name, @Nullable String value) {}
