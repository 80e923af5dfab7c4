/** AWS Certificate Manager, as far as load balancers need it, and the authority behind it. */
@NullMarked
package dev.dryberth.api.acm;

import org.jspecify.annotations.NullMarked;
