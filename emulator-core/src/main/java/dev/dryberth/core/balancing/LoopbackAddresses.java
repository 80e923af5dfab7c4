package dev.dryberth.core.balancing;

import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.state.World;

import java.util.HashSet;
import java.util.Set;

/**
 * Gives every load balancer an address of its own in 127.0.0.0/8, so that two of them can listen on
 * the same port. The lowest one that is free in 127.1.0.0/16 is taken, which makes the first load
 * balancer 127.1.0.1 on every machine; the row keeps it, so it stays over restarts.
 */
public final class LoopbackAddresses {

    /** More than this many load balancers are refused long before. */
    private static final int MAX_OFFSET = 0xFFFE;

    private static final int OCTET = 256;

    private LoopbackAddresses() {}

    public static String free(World world) {
        Set<String> taken = HashSet.newHashSet(world.loadBalancers().size());
        for (LoadBalancer each : world.loadBalancers().all()) {
            taken.add(each.address());
        }
        for (int offset = 1; offset <= MAX_OFFSET; offset++) {
            String address = "127.1." + offset / OCTET + "." + offset % OCTET;
            if (!taken.contains(address)) {
                return address;
            }
        }
        throw new IllegalStateException("no address in 127.1.0.0/16 is free");
    }
}
