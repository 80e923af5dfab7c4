package dev.dryberth.core.model;

import java.time.Instant;

/** Something that happened to an alarm. {@code data} is JSON. */
public record AlarmHistoryItem(Key key, Instant at, Type type, String summary, String data) {

    /** What kind of thing happened. */
    public enum Type {
        CONFIGURATION_UPDATE("ConfigurationUpdate"),
        STATE_UPDATE("StateUpdate");

        private final String wireName;

        Type(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /** Items of an alarm stand side by side, the oldest first. */
    public record Key(AlarmArn alarm, long sequence) implements Comparable<Key> {

        public static Key parse(String text) {
            int slash = text.indexOf('/');
            return new Key(
                    AlarmArn.parse(text.substring(slash + 1)),
                    Long.parseLong(text.substring(0, slash)));
        }

        @Override
        public int compareTo(Key other) {
            int byAlarm = alarm.compareTo(other.alarm);
            return byAlarm != 0 ? byAlarm : Long.compare(sequence, other.sequence);
        }

        @Override
        public String toString() {
            return sequence + "/" + alarm;
        }
    }
}
