/**
 * Finding a Docker engine, and making sure of one. Uses nothing but the JDK, so that the build can
 * run it from source.
 */
@NullMarked
package dev.dryberth.cli.engine;

import org.jspecify.annotations.NullMarked;
