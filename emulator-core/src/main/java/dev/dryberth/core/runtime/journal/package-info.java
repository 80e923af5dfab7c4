/** The disk; the only place that knows the database. */
@NullMarked
package dev.dryberth.core.runtime.journal;

import org.jspecify.annotations.NullMarked;
