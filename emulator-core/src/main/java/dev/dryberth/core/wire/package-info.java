/** AWS's own model classes as JSON, by walking the fields they describe themselves. */
@NullMarked
package dev.dryberth.core.wire;

import org.jspecify.annotations.NullMarked;
