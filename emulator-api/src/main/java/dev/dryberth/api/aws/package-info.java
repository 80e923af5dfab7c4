/** The AWS request chain as one readable list. */
@NullMarked
package dev.dryberth.api.aws;

import org.jspecify.annotations.NullMarked;
