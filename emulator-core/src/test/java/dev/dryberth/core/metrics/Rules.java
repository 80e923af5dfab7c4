package dev.dryberth.core.metrics;

import dev.dryberth.core.model.AlarmRule;
import dev.dryberth.core.model.AlarmRule.Comparison;
import dev.dryberth.core.model.AlarmRule.MissingData;
import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/** Alarm rules for tests: the sum of a minute is to stay at 5 or below. */
public final class Rules {

    public static final Scope SCOPE = new Scope("us-east-1", "123456789012");
    public static final Metric ERRORS = new Metric("shop", "Errors", List.of());

    private Rules() {}

    public static AlarmRule rule(int needed, int periods, @Nullable MissingData missing) {
        return rule("Sum", Comparison.GREATER, needed, periods, missing, null);
    }

    static AlarmRule rule(
            String statistic,
            Comparison comparison,
            int needed,
            int periods,
            @Nullable MissingData missing,
            @Nullable Boolean ignoresLowSampleCount) {
        return new AlarmRule(
                ERRORS,
                statistic,
                Duration.ofMinutes(1),
                null,
                periods,
                needed == periods ? null : needed,
                5,
                comparison,
                missing,
                ignoresLowSampleCount,
                null);
    }
}
