/** Load balancing as pure decisions, and the picture of it that the data plane reads. */
@NullMarked
package dev.dryberth.core.balancing;

import org.jspecify.annotations.NullMarked;
