/** The task and container lifecycle as tables and pure functions. */
@NullMarked
package dev.dryberth.core.task;

import org.jspecify.annotations.NullMarked;
