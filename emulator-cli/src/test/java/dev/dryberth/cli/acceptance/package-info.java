/** The daemon as its users have it: a process of its own, stock AWS clients and real containers. */
@NullMarked
package dev.dryberth.cli.acceptance;

import org.jspecify.annotations.NullMarked;
