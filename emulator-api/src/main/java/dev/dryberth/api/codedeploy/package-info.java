/** AWS CodeDeploy, as far as Amazon ECS services need it. */
@NullMarked
package dev.dryberth.api.codedeploy;

import org.jspecify.annotations.NullMarked;
