package dev.dryberth.core.model;

/** What a capacity provider gets of a strategy's tasks: its base first, then by weight. */
public record ProviderShare(String provider, int weight, int base) {}
