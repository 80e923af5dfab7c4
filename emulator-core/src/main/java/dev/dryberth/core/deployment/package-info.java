/** How a service goes from one revision to the next. */
@NullMarked
package dev.dryberth.core.deployment;

import org.jspecify.annotations.NullMarked;
