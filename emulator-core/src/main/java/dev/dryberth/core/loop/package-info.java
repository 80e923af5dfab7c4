/** The one thread that owns World, its timers, and the clock. */
@NullMarked
package dev.dryberth.core.loop;

import org.jspecify.annotations.NullMarked;
