package dev.dryberth.core.metrics;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Figures over the values between two bounds: {@code tm90} leaves the highest tenth out, {@code
 * TM(10%:90%)} the lowest tenth too, {@code TC(0.5:)} counts what is above a value. The lower bound
 * is outside of what counts, the upper one inside.
 *
 * @param inPercent whether the bounds are percentiles rather than values
 */
record Trimmed(Kind kind, double from, double to, boolean inPercent) implements Statistic {

    private static final double ALL = 100;
    private static final String NUMBER = "(-?[0-9]{1,15}(?:\\.[0-9]{1,10})?)";
    private static final Pattern SHORT =
            Pattern.compile("(tm|wm|tc|ts)([0-9]{1,2}(?:\\.[0-9]{1,10})?|100)");
    private static final Pattern LONG =
            Pattern.compile("(tm|wm|tc|ts|pr)\\(" + NUMBER + "?(%?):" + NUMBER + "?(%?)\\)");

    /** What is said of the values between the bounds. */
    enum Kind {
        TRIMMED_MEAN,
        WINSORIZED_MEAN,
        TRIMMED_COUNT,
        TRIMMED_SUM,
        PERCENTILE_RANK;

        static Kind of(String prefix) {
            return switch (prefix) {
                case "tm" -> TRIMMED_MEAN;
                case "wm" -> WINSORIZED_MEAN;
                case "tc" -> TRIMMED_COUNT;
                case "ts" -> TRIMMED_SUM;
                default -> PERCENTILE_RANK;
            };
        }
    }

    static @Nullable Trimmed parse(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (name.equals("iqm")) {
            return new Trimmed(Kind.TRIMMED_MEAN, 25, 75, true);
        }
        Matcher brief = SHORT.matcher(name);
        if (brief.matches()) {
            return new Trimmed(
                    Kind.of(brief.group(1)), 0, Double.parseDouble(brief.group(2)), true);
        }
        Matcher full = LONG.matcher(name);
        return full.matches()
                ? bounded(
                        Kind.of(full.group(1)),
                        full.group(2),
                        full.group(3),
                        full.group(4),
                        full.group(5))
                : null;
    }

    private static @Nullable Trimmed bounded(
            Kind kind,
            @Nullable String from,
            String fromPercent,
            @Nullable String to,
            String toPercent) {
        boolean percent = !fromPercent.isEmpty() || !toPercent.isEmpty();
        boolean mixed =
                percent
                        && ((from != null && fromPercent.isEmpty())
                                || (to != null && toPercent.isEmpty()));
        if (mixed
                || (from == null && to == null)
                || (from == null && !fromPercent.isEmpty())
                || (to == null && !toPercent.isEmpty())
                || (percent && kind == Kind.PERCENTILE_RANK)) {
            return null;
        }
        double low = from == null ? (percent ? 0 : Double.NEGATIVE_INFINITY) : number(from);
        double high = to == null ? (percent ? ALL : Double.POSITIVE_INFINITY) : number(to);
        boolean outside = percent && (low < 0 || high > ALL);
        return outside || low >= high ? null : new Trimmed(kind, low, high, percent);
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }

    @Override
    public OptionalDouble of(Aggregate aggregate) {
        Distribution values = aggregate.distribution();
        if (values == null) {
            return OptionalDouble.empty();
        }
        double total = values.total();
        double count = 0;
        double sum = 0;
        double before = 0;
        for (int i = 0; i < values.size(); i++) {
            double each = inside(values, i, before, total);
            count += each;
            sum += each * values.value(i);
            before += values.count(i);
        }
        return switch (kind) {
            case TRIMMED_MEAN ->
                    count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
            case WINSORIZED_MEAN -> OptionalDouble.of(winsorized(values, total));
            case TRIMMED_COUNT -> OptionalDouble.of(count);
            case TRIMMED_SUM -> OptionalDouble.of(sum);
            case PERCENTILE_RANK -> OptionalDouble.of(ALL * count / total);
        };
    }

    /** How many of a value's occurrences lie between the bounds. */
    private double inside(Distribution values, int index, double before, double total) {
        double count = values.count(index);
        if (!inPercent) {
            double value = values.value(index);
            return value > from && value <= to ? count : 0;
        }
        double low = Math.max(before, total * from / ALL);
        double high = Math.min(before + count, total * to / ALL);
        return Math.max(0, high - low);
    }

    /** The mean when each value outside of the bounds is taken for the bound. */
    private double winsorized(Distribution values, double total) {
        double low = inPercent ? Percentile.of(values, from) : from;
        double high = inPercent ? Percentile.of(values, to) : to;
        double sum = 0;
        for (int i = 0; i < values.size(); i++) {
            sum += values.count(i) * Math.clamp(values.value(i), low, high);
        }
        return sum / total;
    }
}
