/** The port by which Lambda functions are called; who stands behind it is not known here. */
@NullMarked
package dev.dryberth.core.function;

import org.jspecify.annotations.NullMarked;
