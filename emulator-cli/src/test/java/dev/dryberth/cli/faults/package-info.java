/**
 * What must hold however badly a daemon is treated: by its containers, its machine and its clients.
 */
@NullMarked
package dev.dryberth.cli.faults;

import org.jspecify.annotations.NullMarked;
