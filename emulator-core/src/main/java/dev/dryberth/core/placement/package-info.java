/** Where tasks go: constraints, resources, strategies, and a verdict that says why. */
@NullMarked
package dev.dryberth.core.placement;

import org.jspecify.annotations.NullMarked;
