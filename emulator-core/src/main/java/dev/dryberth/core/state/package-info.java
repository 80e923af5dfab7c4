/** World: typed tables of immutable records, changed only through a Tx. */
@NullMarked
package dev.dryberth.core.state;

import org.jspecify.annotations.NullMarked;
