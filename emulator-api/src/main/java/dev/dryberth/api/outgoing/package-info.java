/** Calls Dryberth itself makes to other servers, and only to those the user has named. */
@NullMarked
package dev.dryberth.api.outgoing;

import org.jspecify.annotations.NullMarked;
