/** A runtime without Docker, with scripted behaviour. */
@NullMarked
package dev.dryberth.core.runtime.simulated;

import org.jspecify.annotations.NullMarked;
