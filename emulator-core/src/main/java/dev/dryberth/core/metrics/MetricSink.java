package dev.dryberth.core.metrics;

import java.util.List;

/** Takes what was measured. May be called on any thread, and never waits. */
@FunctionalInterface
public interface MetricSink {

    void record(List<MetricSample> samples);
}
