package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * When an alarm is raised.
 *
 * @param statistic {@code Average} or {@code p99.9}; core.metrics reads it
 * @param period as AWS means it, before the clock's speed
 * @param unit null: measurements of any unit count
 * @param datapointsToAlarm null: as many as there are evaluation periods
 * @param missingData null: as MISSING
 * @param ignoresLowSampleCount null: it was not said; a percentile of too few samples then counts
 * @param query how the metric was named, if as one of a list of queries
 */
public record AlarmRule(
        Metric metric,
        String statistic,
        Duration period,
        @Nullable String unit,
        int evaluationPeriods,
        @Nullable Integer datapointsToAlarm,
        double threshold,
        Comparison comparison,
        @Nullable MissingData missingData,
        @Nullable Boolean ignoresLowSampleCount,
        @Nullable Query query) {

    /** When a value is past the threshold. */
    public enum Comparison {
        GREATER_OR_EQUAL("GreaterThanOrEqualToThreshold", "greater than or equal to"),
        GREATER("GreaterThanThreshold", "greater than"),
        LESS("LessThanThreshold", "less than"),
        LESS_OR_EQUAL("LessThanOrEqualToThreshold", "less than or equal to");

        private final String wireName;
        private final String words;

        Comparison(String wireName, String words) {
            this.wireName = wireName;
            this.words = words;
        }

        public String wireName() {
            return wireName;
        }

        /** As a state reason says it. */
        public String words() {
            return words;
        }

        public boolean breaches(double value, double threshold) {
            return switch (this) {
                case GREATER_OR_EQUAL -> value >= threshold;
                case GREATER -> value > threshold;
                case LESS -> value < threshold;
                case LESS_OR_EQUAL -> value <= threshold;
            };
        }
    }

    /** What a period without measurements counts as. */
    public enum MissingData {
        BREACHING("breaching"),
        NOT_BREACHING("notBreaching"),
        IGNORE("ignore"),
        MISSING("missing");

        private final String wireName;

        MissingData(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /** The id and label a query gave the metric, which are only shown again. */
    public record Query(String id, @Nullable String label, List<String> accountIds) {}

    public int datapointsNeeded() {
        return datapointsToAlarm == null ? evaluationPeriods : datapointsToAlarm;
    }

    public MissingData missing() {
        return missingData == null ? MissingData.MISSING : missingData;
    }
}
