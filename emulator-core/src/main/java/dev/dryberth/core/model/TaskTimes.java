package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** The timestamps of a task, in the order they are set; each is set once. */
public record TaskTimes(
        Instant createdAt,
        @Nullable Instant connectivityAt,
        @Nullable Instant pullStartedAt,
        @Nullable Instant pullStoppedAt,
        @Nullable Instant startedAt,
        @Nullable Instant stoppingAt,
        @Nullable Instant executionStoppedAt,
        @Nullable Instant stoppedAt) {

    public static TaskTimes created(Instant at) {
        return new TaskTimes(at, null, null, null, null, null, null, null);
    }

    public TaskTimes connectivity(Instant at) {
        return new TaskTimes(
                createdAt,
                at,
                pullStartedAt,
                pullStoppedAt,
                startedAt,
                stoppingAt,
                executionStoppedAt,
                stoppedAt);
    }

    public TaskTimes pullStarted(Instant at) {
        return new TaskTimes(
                createdAt,
                connectivityAt,
                pullStartedAt == null ? at : pullStartedAt,
                pullStoppedAt,
                startedAt,
                stoppingAt,
                executionStoppedAt,
                stoppedAt);
    }

    /** The last pull counts, so a later call replaces the time. */
    public TaskTimes pullStopped(Instant at) {
        return new TaskTimes(
                createdAt,
                connectivityAt,
                pullStartedAt,
                startedAt == null ? at : pullStoppedAt,
                startedAt,
                stoppingAt,
                executionStoppedAt,
                stoppedAt);
    }

    public TaskTimes started(Instant at) {
        return new TaskTimes(
                createdAt,
                connectivityAt,
                pullStartedAt,
                pullStoppedAt,
                at,
                stoppingAt,
                executionStoppedAt,
                stoppedAt);
    }

    public TaskTimes stopping(Instant at) {
        return new TaskTimes(
                createdAt,
                connectivityAt,
                pullStartedAt,
                pullStoppedAt,
                startedAt,
                stoppingAt == null ? at : stoppingAt,
                executionStoppedAt,
                stoppedAt);
    }

    public TaskTimes executionStopped(Instant at) {
        return new TaskTimes(
                createdAt,
                connectivityAt,
                pullStartedAt,
                pullStoppedAt,
                startedAt,
                stoppingAt,
                executionStoppedAt == null ? at : executionStoppedAt,
                stoppedAt);
    }

    public TaskTimes stopped(Instant at) {
        return new TaskTimes(
                createdAt,
                connectivityAt,
                pullStartedAt,
                pullStoppedAt,
                startedAt,
                stoppingAt,
                executionStoppedAt,
                at);
    }
}
