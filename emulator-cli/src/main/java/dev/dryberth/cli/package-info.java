/** The commands, one class each, and the composition root. */
@NullMarked
package dev.dryberth.cli;

import org.jspecify.annotations.NullMarked;
