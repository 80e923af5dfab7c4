package dev.dryberth.core.balancing;

import java.net.InetAddress;

/** An IPv4 or IPv6 range in CIDR form. */
record AddressRange(AddressBytes base, int prefixBits) {

    private static final byte[] NOTHING = {};

    /** A copy of an address, since records and arrays do not mix. */
    private static final class AddressBytes {
        private final byte[] bytes;

        private AddressBytes(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /** A range that cannot be read holds nothing: the API refuses it before it gets here. */
    static AddressRange parse(String cidr) {
        int slash = cidr.indexOf('/');
        try {
            byte[] bytes =
                    InetAddress.ofLiteral(slash < 0 ? cidr : cidr.substring(0, slash)).getAddress();
            int bits = slash < 0 ? 8 * bytes.length : Integer.parseInt(cidr.substring(slash + 1));
            return bits < 0 || bits > 8 * bytes.length
                    ? new AddressRange(new AddressBytes(NOTHING), 0)
                    : new AddressRange(new AddressBytes(bytes), bits);
        } catch (IllegalArgumentException unreadable) {
            return new AddressRange(new AddressBytes(NOTHING), 0);
        }
    }

    boolean contains(byte[] address) {
        if (base.bytes.length != address.length) {
            return false;
        }
        int whole = prefixBits / 8;
        for (int i = 0; i < whole; i++) {
            if (base.bytes[i] != address[i]) {
                return false;
            }
        }
        int rest = prefixBits % 8;
        return rest == 0 || ((base.bytes[whole] ^ address[whole]) & 0xFF) >> (8 - rest) == 0;
    }
}
