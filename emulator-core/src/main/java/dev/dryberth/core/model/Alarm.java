package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/**
 * An alarm on one metric, and the state it is in.
 *
 * @param actions recorded only: nothing is ever notified
 * @param stateReasonData JSON; null: the state was not found by evaluating
 * @param updatedAt when the state was last set
 * @param transitionedAt when the state last became another
 */
public record Alarm(
        AlarmArn arn,
        @Nullable String description,
        AlarmRule rule,
        Actions actions,
        Instant configuredAt,
        AlarmState state,
        String stateReason,
        @Nullable String stateReasonData,
        Instant updatedAt,
        Instant transitionedAt,
        List<Tag> tags) {

    /** Whom to notify of which state. */
    public record Actions(
            boolean enabled, List<String> ok, List<String> alarm, List<String> insufficientData) {}

    public Alarm configured(
            @Nullable String newDescription, AlarmRule newRule, Actions newActions, Instant at) {
        return new Alarm(
                arn,
                newDescription,
                newRule,
                newActions,
                at,
                state,
                stateReason,
                stateReasonData,
                updatedAt,
                transitionedAt,
                tags);
    }

    public Alarm withActions(Actions next, Instant at) {
        return configured(description, rule, next, at);
    }

    public Alarm inState(AlarmState next, String reason, @Nullable String reasonData, Instant at) {
        return new Alarm(
                arn,
                description,
                rule,
                actions,
                configuredAt,
                next,
                reason,
                reasonData,
                at,
                next == state ? transitionedAt : at,
                tags);
    }

    public Alarm withTags(List<Tag> next) {
        return new Alarm(
                arn,
                description,
                rule,
                actions,
                configuredAt,
                state,
                stateReason,
                stateReasonData,
                updatedAt,
                transitionedAt,
                next);
    }
}
