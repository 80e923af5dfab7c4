package dev.dryberth.core.balancing;

/** One line of an HTTP head; the same name may come again. */
public record HeaderField(String name, String value) {}
