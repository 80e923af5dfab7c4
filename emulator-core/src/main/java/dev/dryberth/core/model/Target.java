package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * A target of a group, from its registration until it has left.
 *
 * @param id an address, an instance id, a function's or a load balancer's ARN
 * @param port 0 for a Lambda function
 * @param availabilityZone as it was registered or found out; null where none is shown
 * @param detail what the last failed check found: the code that did not match
 * @param successes checks that succeeded in a row, counted while it matters
 * @param failures checks that failed in a row, counted while it matters
 * @param healthySince when it first became healthy after it was registered; null: not yet
 * @param drainingSince when it was deregistered; null, as is {@code drainUntil}, until then
 */
public record Target(
        TargetGroupArn group,
        String id,
        int port,
        @Nullable String availabilityZone,
        TargetState state,
        @Nullable TargetReason reason,
        @Nullable String detail,
        int successes,
        int failures,
        Instant registeredAt,
        @Nullable Instant healthySince,
        @Nullable Instant drainingSince,
        @Nullable Instant drainUntil) {

    /**
     * What identifies a target; ordered by group, so the targets of one stand side by side. Its
     * text is {@code {ARN of the group} {port} {id}}.
     */
    public record Key(TargetGroupArn group, String id, int port) implements Comparable<Key> {

        private static final String AFTER_ALL = "\uFFFF";

        public static Key parse(String text) {
            String[] parts = text.split(" ", 3);
            if (parts.length != 3) {
                throw new IllegalArgumentException("Not a target: " + text);
            }
            return new Key(TargetGroupArn.parse(parts[0]), parts[2], Integer.parseInt(parts[1]));
        }

        /** Comes before every target of the group. */
        public static Key firstOf(TargetGroupArn group) {
            return new Key(group, "", 0);
        }

        /** Comes after every target of the group. */
        public static Key afterAllOf(TargetGroupArn group) {
            return new Key(group, AFTER_ALL, 0);
        }

        @Override
        public int compareTo(Key other) {
            int byGroup = group.compareTo(other.group);
            if (byGroup != 0) {
                return byGroup;
            }
            int byId = id.compareTo(other.id);
            return byId != 0 ? byId : Integer.compare(port, other.port);
        }

        @Override
        public String toString() {
            return group + " " + port + " " + id;
        }
    }

    public Key key() {
        return new Key(group, id, port);
    }

    public boolean draining() {
        return state == TargetState.DRAINING;
    }
}
