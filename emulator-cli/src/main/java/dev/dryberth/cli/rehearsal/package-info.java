/** Rehearses a deployment: lays a service out elsewhere, rolls it under load and reports. */
@NullMarked
package dev.dryberth.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
