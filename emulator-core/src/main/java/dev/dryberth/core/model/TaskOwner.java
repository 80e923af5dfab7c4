package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * For whom a task is made.
 *
 * @param membership its place in a service; null for a task of its own
 */
public record TaskOwner(
        String group,
        @Nullable String startedBy,
        boolean enableExecuteCommand,
        List<Tag> tags,
        @Nullable Membership membership) {}
