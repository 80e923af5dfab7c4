/** The shell: command, Tx, commit, reconcile, effects. */
@NullMarked
package dev.dryberth.core.engine;

import org.jspecify.annotations.NullMarked;
