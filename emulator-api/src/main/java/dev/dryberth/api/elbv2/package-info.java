/** Elastic Load Balancing v2: the API, operations grouped by resource. */
@NullMarked
package dev.dryberth.api.elbv2;

import org.jspecify.annotations.NullMarked;
