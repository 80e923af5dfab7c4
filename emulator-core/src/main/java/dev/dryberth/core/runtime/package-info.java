/** The port to whatever runs containers: effects out, events in. */
@NullMarked
package dev.dryberth.core.runtime;

import org.jspecify.annotations.NullMarked;
