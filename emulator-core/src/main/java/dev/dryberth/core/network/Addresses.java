package dev.dryberth.core.network;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.state.World;

import java.util.HashMap;
import java.util.Map;

/**
 * Hands out the addresses of a subnet, round and round, so that an address just given back is the
 * last to be given again and nobody's old connection reaches a new task. As on AWS, the first four
 * addresses of a subnet and its last one are never given. Loop thread only.
 */
public final class Addresses {

    private static final int RESERVED_AT_START = 4;
    private static final int RESERVED_AT_END = 1;

    private final Map<String, Long> lastOffset = new HashMap<>();

    /**
     * A free address of the subnet.
     *
     * @throws SubnetFull when every address is taken
     */
    public String next(World world, Vpc.Subnet subnet) throws SubnetFull {
        Cidr range = Cidr.parse(subnet.cidr());
        long usable = range.size() - RESERVED_AT_START - RESERVED_AT_END;
        long start = lastOffset.getOrDefault(subnet.id(), -1L) + 1;
        for (long i = 0; i < usable; i++) {
            long offset = (start + i) % usable;
            String address = range.addressAt(RESERVED_AT_START + offset);
            if (world.enisAt().size(new Eni.Place(subnet.id(), address)) == 0) {
                lastOffset.put(subnet.id(), offset);
                return address;
            }
        }
        throw new SubnetFull(subnet.id());
    }

    /** The hardware address that goes with an address: 02:42 and its four octets. */
    public static String macAddress(String address) {
        StringBuilder mac = new StringBuilder("02:42");
        int value = Cidr.address(address);
        for (int shift = 24; shift >= 0; shift -= 8) {
            mac.append(String.format(":%02x", (value >>> shift) & 0xFF));
        }
        return mac.toString();
    }

    /** A subnet has no free address left. */
    public static final class SubnetFull extends Exception {

        private static final long serialVersionUID = 1L;

        SubnetFull(String subnetId) {
            super("The subnet '" + subnetId + "' does not have enough free addresses");
        }
    }
}
