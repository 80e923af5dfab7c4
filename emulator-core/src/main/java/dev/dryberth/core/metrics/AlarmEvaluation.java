package dev.dryberth.core.metrics;

import dev.dryberth.core.model.AlarmRule;
import dev.dryberth.core.model.AlarmRule.MissingData;
import dev.dryberth.core.model.AlarmState;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Decides which state an alarm is in. Pure.
 *
 * <p>Goal: the states AWS arrives at, also when measurements are missing.
 *
 * <p>Algorithm: of a rule that needs M breaching of N periods, the last N + 2 complete periods are
 * looked at, the evaluation range. If N of them or more have a figure, the most recent N of those
 * decide, and older ones stand in for what is missing. If fewer have, all of them count and the
 * rest is filled as the rule says: with breaching or not breaching periods; or not at all, in which
 * case a figure that does not breach means OK, and only breaching ones leave the state as it is. To
 * that there is one exception, so that an alarm is raised though its metric has fallen silent: if
 * missing data counts as missing, and the oldest breaching period among the last N is M periods old
 * and nothing but breaching or missing ones came after it, the state is ALARM. With no figure at
 * all, missing data means INSUFFICIENT_DATA.
 *
 * <p>Example, M = N = 3, newest last, {@code X} breaching, {@code 0} not, {@code -} missing: {@code
 * 0 X X - X} is ALARM, for three figures decide; {@code - - X - -} is ALARM by the exception;
 * {@code - - - - X} leaves the state; {@code - - - - 0} is OK.
 *
 * <p>Follows "Configuring how CloudWatch alarms treat missing data" in the CloudWatch user guide.
 * Deviation: AWS does not say how long its evaluation range is; its examples have N + 2.
 */
public final class AlarmEvaluation {

    /** Periods beyond those of the rule that may stand in for missing ones. */
    private static final int SPARE_PERIODS = 2;

    private AlarmEvaluation() {}

    /** A complete period. {@code aggregate} null: nothing was measured in it. */
    public record Period(Instant start, @Nullable Aggregate aggregate) {}

    /** A period's figure. */
    public record Figure(Instant start, double value, double sampleCount) {}

    /**
     * The state an alarm is in.
     *
     * @param newestFirst the figures it was found from
     * @param breaching how many of these were past the threshold
     * @param missing how many periods had none
     */
    public record Finding(AlarmState state, List<Figure> newestFirst, int breaching, int missing) {}

    /** How many periods are looked at. */
    public static int range(AlarmRule rule) {
        return rule.evaluationPeriods() + SPARE_PERIODS;
    }

    /**
     * The state now.
     *
     * @param newestFirst the complete periods of the {@link #range}, those without figures too
     */
    public static Finding evaluate(AlarmRule rule, AlarmState now, List<Period> newestFirst) {
        Statistic statistic = Statistic.parse(rule.statistic());
        if (statistic == null) {
            throw new IllegalStateException("no statistic: " + rule.statistic());
        }
        List<@Nullable Figure> periods = new ArrayList<>();
        List<Figure> figures = new ArrayList<>();
        for (Period each : newestFirst) {
            Figure figure = figure(statistic, each);
            periods.add(figure);
            if (figure != null) {
                figures.add(figure);
            }
        }
        int wanted = rule.evaluationPeriods();
        List<Figure> used = List.copyOf(figures.subList(0, Math.min(figures.size(), wanted)));
        int breaching = (int) used.stream().filter(each -> breaches(rule, each)).count();
        int missing = wanted - used.size();
        boolean tooFew = !used.isEmpty() && ignored(rule, statistic, used.getFirst());
        AlarmState state =
                tooFew
                        ? now
                        : state(rule, now, new Counts(used.size(), breaching, missing), periods);
        return new Finding(state, used, breaching, missing);
    }

    private record Counts(int figures, int breaching, int missing) {}

    private static @Nullable Figure figure(Statistic statistic, Period period) {
        Aggregate aggregate = period.aggregate();
        OptionalDouble value = aggregate == null ? OptionalDouble.empty() : statistic.of(aggregate);
        return aggregate == null || value.isEmpty()
                ? null
                : new Figure(period.start(), value.getAsDouble(), aggregate.count());
    }

    private static boolean breaches(AlarmRule rule, Figure figure) {
        return rule.comparison().breaches(figure.value(), rule.threshold());
    }

    /** A percentile of too few samples tells nothing, if the rule says so. */
    private static boolean ignored(AlarmRule rule, Statistic statistic, Figure newest) {
        return Boolean.TRUE.equals(rule.ignoresLowSampleCount())
                && statistic instanceof Percentile percentile
                && !percentile.isSignificant(newest.sampleCount());
    }

    private static AlarmState state(
            AlarmRule rule, AlarmState now, Counts counts, List<@Nullable Figure> periods) {
        int needed = rule.datapointsNeeded();
        if (counts.breaching() >= needed) {
            return AlarmState.ALARM;
        }
        if (counts.missing() == 0) {
            return AlarmState.OK;
        }
        return switch (rule.missing()) {
            case BREACHING ->
                    counts.breaching() + counts.missing() >= needed
                            ? AlarmState.ALARM
                            : AlarmState.OK;
            case NOT_BREACHING -> AlarmState.OK;
            case IGNORE, MISSING -> unfilled(rule, now, counts, periods);
        };
    }

    private static AlarmState unfilled(
            AlarmRule rule, AlarmState now, Counts counts, List<@Nullable Figure> periods) {
        boolean missing = rule.missing() == MissingData.MISSING;
        if (counts.figures() == 0) {
            return missing ? AlarmState.INSUFFICIENT_DATA : now;
        }
        if (missing && fellSilent(rule, periods)) {
            return AlarmState.ALARM;
        }
        return counts.breaching() < counts.figures() ? AlarmState.OK : now;
    }

    /** Whether the rule's exception holds; periods are as old as their place in the list. */
    private static boolean fellSilent(AlarmRule rule, List<@Nullable Figure> periods) {
        int oldestBreaching = 0;
        for (int age = 1; age <= Math.min(rule.evaluationPeriods(), periods.size()); age++) {
            Figure figure = periods.get(age - 1);
            if (figure != null && !breaches(rule, figure)) {
                break;
            }
            if (figure != null) {
                oldestBreaching = age;
            }
        }
        return oldestBreaching >= rule.datapointsNeeded();
    }
}
