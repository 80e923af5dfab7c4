/** Immutable records and typed identifiers; imports nothing else of ours. */
@NullMarked
package dev.dryberth.core.model;

import org.jspecify.annotations.NullMarked;
