package dev.dryberth.core.runtime.journal;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads instants as {@link Instant#toString} writes them, several times as fast as {@link
 * Instant#parse}: a task has up to a dozen, and a large journal is read in seconds.
 */
final class Instants {

    /** {@code 2026-01-01T00:00:00}. */
    private static final int SECONDS_END = 19;

    private static final int MAX_FRACTION_DIGITS = 9;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int SECONDS_PER_HOUR = 3600;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int HOURS_PER_DAY = 24;

    private Instants() {}

    /**
     * Reads an instant.
     *
     * @throws DateTimeException if the text is none
     */
    static Instant parse(String text) {
        int fraction = text.length() - 1 - SECONDS_END;
        boolean usual =
                fraction >= 0
                        && fraction <= MAX_FRACTION_DIGITS + 1
                        && fraction != 1
                        && text.charAt(4) == '-'
                        && text.charAt(7) == '-'
                        && text.charAt(10) == 'T'
                        && text.charAt(13) == ':'
                        && text.charAt(16) == ':'
                        && (fraction == 0 || text.charAt(SECONDS_END) == '.')
                        && text.charAt(text.length() - 1) == 'Z';
        if (!usual) {
            return Instant.parse(text);
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, SECONDS_END);
        int nanos = fraction == 0 ? 0 : digits(text, SECONDS_END + 1, text.length() - 1);
        boolean odd =
                (year | month | day | hour | minute | second | nanos) < 0
                        || hour >= HOURS_PER_DAY
                        || minute >= SECONDS_PER_MINUTE
                        || second >= SECONDS_PER_MINUTE;
        if (odd) {
            return Instant.parse(text);
        }
        for (int i = fraction - 1; fraction > 0 && i < MAX_FRACTION_DIGITS; i++) {
            nanos *= 10;
        }
        long days = LocalDate.of(year, month, day).toEpochDay();
        return Instant.ofEpochSecond(
                days * SECONDS_PER_DAY
                        + (long) hour * SECONDS_PER_HOUR
                        + (long) minute * SECONDS_PER_MINUTE
                        + second,
                nanos);
    }

    /** A number of decimal digits; negative: there is something else among them. */
    private static int digits(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
