package dev.dryberth.api.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Proxy protocol version 2: a binary header that says who the client is. Follows "The PROXY
 * protocol", section 2.2, as AWS's attribute {@code proxy_protocol_v2.enabled} does; AWS's own
 * extensions about VPC endpoints are left out, as there are none here.
 */
final class ProxyProtocol {

    private static final byte[] SIGNATURE = {
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
    };
    private static final byte VERSION_2_PROXY = 0x21;
    private static final int OVER_IPV4 = 0x10;
    private static final int OVER_IPV6 = 0x20;
    private static final int STREAM = 0x1;
    private static final int DATAGRAM = 0x2;
    private static final int PORTS_BYTES = 4;

    private ProxyProtocol() {}

    /** Goes once, before all else. */
    static byte[] ofConnection(InetSocketAddress client, InetSocketAddress listener) {
        return header(client, listener, STREAM);
    }

    /** Goes before each datagram, since one of them may come alone. */
    static byte[] ofDatagram(InetSocketAddress client, InetSocketAddress listener) {
        return header(client, listener, DATAGRAM);
    }

    private static byte[] header(
            InetSocketAddress client, InetSocketAddress listener, int transport) {
        InetAddress from = client.getAddress();
        byte[] source = from.getAddress();
        byte[] destination = listener.getAddress().getAddress();
        int length = source.length + destination.length + PORTS_BYTES;
        return ByteBuffer.allocate(SIGNATURE.length + 4 + length)
                .put(SIGNATURE)
                .put(VERSION_2_PROXY)
                .put((byte) ((source.length == 4 ? OVER_IPV4 : OVER_IPV6) | transport))
                .putShort((short) length)
                .put(source)
                .put(destination)
                .putShort((short) client.getPort())
                .putShort((short) listener.getPort())
                .array();
    }
}
