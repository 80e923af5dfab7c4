/** AWS Lambda, as far as functions that are container images need it. */
@NullMarked
package dev.dryberth.api.lambda;

import org.jspecify.annotations.NullMarked;
