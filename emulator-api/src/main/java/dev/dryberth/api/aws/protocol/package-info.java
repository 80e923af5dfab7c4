/** What all AWS protocols have in common: reading a request's shape, writing answers and errors. */
@NullMarked
package dev.dryberth.api.aws.protocol;

import org.jspecify.annotations.NullMarked;
