@NullMarked
package dev.dryberth.core.runtime.docker;

import org.jspecify.annotations.NullMarked;
