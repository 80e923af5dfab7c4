package dev.dryberth.cli.rehearsal;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What goes wrong in a rehearsal: so many of the requests to a revision's tasks are answered in
 * their place. Health checks are not: they see what the containers really do.
 *
 * @param revision whose requests
 * @param after how long after the roll-out began, on the service's clock
 * @param lasts for how long from then, on the service's clock
 * @param status what they are answered
 * @param rate which part of them, more than 0 and at most 1
 * @param delay how long the answer takes, on the machine's clock
 */
public record InjectedFault(
        Revision revision,
        Duration after,
        Duration lasts,
        int status,
        double rate,
        Duration delay) {

    private static final Duration FOR_EVER = Duration.ofDays(365);
    private static final int DEFAULT_STATUS = 500;
    private static final int LOWEST_STATUS = 200;
    private static final int HIGHEST_STATUS = 599;
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m|h)");
    private static final String EXPECTED =
            "expected: revision=new|old|any,after=2m,for=5m,status=500,rate=0.05,delay=2s, each but"
                    + " once and in any order";

    /** Whose tasks. */
    public enum Revision {
        NEW,
        OLD,
        ANY
    }

    /**
     * Reads {@code revision=new,after=2m,status=500,rate=0.05}; what is not said is {@code any}, at
     * once, for ever, 500, every request, without a delay.
     *
     * @throws RehearsalException if the text is none
     */
    public static InjectedFault parse(String text) {
        InjectedFault fault =
                new InjectedFault(
                        Revision.ANY, Duration.ZERO, FOR_EVER, DEFAULT_STATUS, 1, Duration.ZERO);
        for (String each : text.split(",", -1)) {
            int equals = each.indexOf('=');
            if (equals < 0) {
                throw wrong(each);
            }
            fault = fault.with(each, each.substring(0, equals), each.substring(equals + 1));
        }
        return fault;
    }

    private InjectedFault with(String whole, String name, String value) {
        return switch (name) {
            case "revision" ->
                    new InjectedFault(revision(whole, value), after, lasts, status, rate, delay);
            case "after" ->
                    new InjectedFault(revision, time(whole, value), lasts, status, rate, delay);
            case "for" ->
                    new InjectedFault(revision, after, time(whole, value), status, rate, delay);
            case "status" ->
                    new InjectedFault(revision, after, lasts, status(whole, value), rate, delay);
            case "rate" ->
                    new InjectedFault(revision, after, lasts, status, rate(whole, value), delay);
            case "delay" ->
                    new InjectedFault(revision, after, lasts, status, rate, time(whole, value));
            default -> throw wrong(whole);
        };
    }

    private static Revision revision(String whole, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "new" -> Revision.NEW;
            case "old" -> Revision.OLD;
            case "any" -> Revision.ANY;
            default -> throw wrong(whole);
        };
    }

    private static int status(String whole, String value) {
        if (!value.matches("[0-9]{3}")) {
            throw wrong(whole);
        }
        int status = Integer.parseInt(value);
        if (status < LOWEST_STATUS || status > HIGHEST_STATUS) {
            throw wrong(whole);
        }
        return status;
    }

    private static double rate(String whole, String value) {
        if (!value.matches("[0-9]{1,3}([.][0-9]{1,9})?%?")) {
            throw wrong(whole);
        }
        double rate =
                value.endsWith("%")
                        ? Double.parseDouble(value.substring(0, value.length() - 1)) / 100
                        : Double.parseDouble(value);
        if (rate <= 0 || rate > 1) {
            throw wrong(whole);
        }
        return rate;
    }

    private static Duration time(String whole, String value) {
        try {
            return duration(value);
        } catch (RehearsalException notOne) {
            throw wrong(whole);
        }
    }

    /**
     * Reads {@code 500ms}, {@code 90s}, {@code 2m} or {@code 1h}.
     *
     * @throws RehearsalException if the text is none
     */
    public static Duration duration(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw new RehearsalException("'%s' (expected: 500ms, 90s, 2m or 1h)".formatted(text));
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    private static RehearsalException wrong(String part) {
        return new RehearsalException("'%s' (%s)".formatted(part, EXPECTED));
    }

    /** Whether it is in force so long after the roll-out began, on the service's clock. */
    boolean inForce(Duration since) {
        return since.compareTo(after) >= 0 && since.compareTo(after.plus(lasts)) < 0;
    }
}
