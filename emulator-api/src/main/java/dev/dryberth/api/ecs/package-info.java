/** Amazon ECS, operations grouped by resource. */
@NullMarked
package dev.dryberth.api.ecs;

import org.jspecify.annotations.NullMarked;
