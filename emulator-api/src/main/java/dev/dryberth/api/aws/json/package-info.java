/** The awsJson protocol. */
@NullMarked
package dev.dryberth.api.aws.json;

import org.jspecify.annotations.NullMarked;
