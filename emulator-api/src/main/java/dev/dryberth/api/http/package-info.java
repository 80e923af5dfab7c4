/** Netty bootstrap, limits and graceful shutdown; no AWS words. */
@NullMarked
package dev.dryberth.api.http;

import org.jspecify.annotations.NullMarked;
