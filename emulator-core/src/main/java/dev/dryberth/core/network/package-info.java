/** VPCs, subnets, network interfaces and address allocation. */
@NullMarked
package dev.dryberth.core.network;

import org.jspecify.annotations.NullMarked;
