/** Measurements, what can be said of them, and when they raise an alarm. */
@NullMarked
package dev.dryberth.core.metrics;

import org.jspecify.annotations.NullMarked;
