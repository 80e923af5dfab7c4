/** The awsQuery protocol. */
@NullMarked
package dev.dryberth.api.aws.query;

import org.jspecify.annotations.NullMarked;
