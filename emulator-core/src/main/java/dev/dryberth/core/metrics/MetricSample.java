package dev.dryberth.core.metrics;

import dev.dryberth.core.model.Metric;
import dev.dryberth.core.model.Scope;

import java.time.Instant;

/**
 * Something that was measured.
 *
 * @param highResolution whether it is kept by the second rather than by the minute
 */
public record MetricSample(
        Scope scope,
        Metric metric,
        String unit,
        Instant at,
        boolean highResolution,
        Aggregate aggregate) {

    /** The unit of what has none. */
    public static final String NO_UNIT = "None";
}
