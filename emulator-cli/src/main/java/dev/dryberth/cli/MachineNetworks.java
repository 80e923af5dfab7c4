package dev.dryberth.cli;

import dev.dryberth.core.network.Cidr;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.Inet4Address;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** The address ranges this machine's own interfaces have, Docker's bridges among them. */
final class MachineNetworks {

    private static final Logger LOG = LoggerFactory.getLogger(MachineNetworks.class);

    private MachineNetworks() {}

    static List<Cidr> inUse() {
        List<Cidr> ranges = new ArrayList<>();
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                for (InterfaceAddress address : each.getInterfaceAddresses()) {
                    if (address.getAddress() instanceof Inet4Address v4
                            && !v4.isLoopbackAddress()) {
                        ranges.add(
                                Cidr.parse(
                                        v4.getHostAddress()
                                                + "/"
                                                + address.getNetworkPrefixLength()));
                    }
                }
            }
        } catch (SocketException e) {
            LOG.warn("This machine's networks can't be listed; a VPC may clash with one", e);
        }
        return ranges;
    }
}
