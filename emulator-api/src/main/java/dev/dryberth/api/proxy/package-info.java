/** The data plane: listeners, connections to targets, health checks, access log and metrics. */
@NullMarked
package dev.dryberth.api.proxy;

import org.jspecify.annotations.NullMarked;
