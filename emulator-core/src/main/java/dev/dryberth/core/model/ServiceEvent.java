package dev.dryberth.core.model;

import java.time.Instant;

/**
 * What a service said.
 *
 * @param id a UUID
 */
public record ServiceEvent(Key key, String id, Instant createdAt, String message) {

    /** How many events of a service are kept. */
    public static final int MAX_KEPT = 100;

    /** Which event of which service, counted from 1. Its text is {@code {number} {service ARN}}. */
    public record Key(ServiceArn service, long number) implements Comparable<Key> {

        public static Key parse(String text) {
            int space = text.indexOf(' ');
            return new Key(
                    ServiceArn.parse(text.substring(space + 1)),
                    Long.parseLong(text.substring(0, space)));
        }

        @Override
        public int compareTo(Key other) {
            int byService = service.compareTo(other.service);
            return byService != 0 ? byService : Long.compare(number, other.number);
        }

        @Override
        public String toString() {
            return number + " " + service;
        }
    }
}
