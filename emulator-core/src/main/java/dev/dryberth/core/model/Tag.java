package dev.dryberth.core.model;

/** A tag on a resource. */
public record Tag(String key, String value) {}
