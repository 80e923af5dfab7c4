package dev.dryberth.core.service;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** How a service sees one of its tasks. */
public sealed interface Standing {

    /** It does not run yet. */
    record Starting() implements Standing {}

    /**
     * It runs, and it is not known yet whether it is healthy.
     *
     * @param rule what it is that keeps it
     * @param why what is waited for, for people
     * @param until when to look again; null: something will be heard of it
     */
    record Unknown(Wait.Rule rule, String why, @Nullable Instant until) implements Standing {}

    /** It runs and is healthy. */
    record Healthy() implements Standing {}

    /**
     * Its checks failed, and its grace period is over.
     *
     * @param reason why it is stopped when it is
     * @param event what the service says of it, without the service's name
     */
    record Unhealthy(String reason, String event) implements Standing {}

    /** It has been told to stop, or stops by itself. */
    record Stopping() implements Standing {}
}
