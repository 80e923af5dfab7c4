/** The Docker runtime; the only importer of docker-java. */
@NullMarked
package dev.dryberth.core.runtime.docker;

import org.jspecify.annotations.NullMarked;
