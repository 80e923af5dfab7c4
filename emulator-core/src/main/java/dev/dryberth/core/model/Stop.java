package dev.dryberth.core.model;

/** Why a task stops; the first cause stays. */
public record Stop(StopCode code, String reason) {}
