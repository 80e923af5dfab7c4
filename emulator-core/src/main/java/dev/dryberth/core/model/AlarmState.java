package dev.dryberth.core.model;

/** What an alarm says of its metric. */
public enum AlarmState {
    OK,
    ALARM,
    INSUFFICIENT_DATA
}
