package dev.dryberth.api.http;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

/**
 * The Date header, formatted once a second. By hand, because a DateTimeFormatter with names of days
 * loads the JDK's locale data, which costs more than the whole first answer. Safe on any thread.
 */
public final class HttpDate {

    private static final int MILLIS_PER_SECOND = 1000;
    private static final List<String> DAYS =
            List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final List<String> MONTHS =
            List.of(
                    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov",
                    "Dec");

    private static volatile Formatted latest = new Formatted(-1, "");

    private HttpDate() {}

    /** This second's date, as in {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
    public static String now() {
        long second = System.currentTimeMillis() / MILLIS_PER_SECOND;
        Formatted known = latest;
        if (known.second != second) {
            known = new Formatted(second, format(second));
            latest = known;
        }
        return known.text;
    }

    static String format(long epochSecond) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(epochSecond, 0, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(29);
        text.append(DAYS.get(time.getDayOfWeek().getValue() - 1)).append(", ");
        twoDigits(text, time.getDayOfMonth()).append(' ');
        text.append(MONTHS.get(time.getMonthValue() - 1)).append(' ');
        text.append(time.getYear()).append(' ');
        twoDigits(text, time.getHour()).append(':');
        twoDigits(text, time.getMinute()).append(':');
        return twoDigits(text, time.getSecond()).append(" GMT").toString();
    }

    private static StringBuilder twoDigits(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }

    private record Formatted(long second, String text) {}
}
