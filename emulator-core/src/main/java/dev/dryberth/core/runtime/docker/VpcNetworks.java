package dev.dryberth.core.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;

import dev.dryberth.core.runtime.docker.Reasons.Refused;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** A VPC is a Docker bridge network with the VPC's address range, made when first needed. */
final class VpcNetworks {

    private static final Logger log = LoggerFactory.getLogger(VpcNetworks.class);

    private final Engine engine;
    private final String instanceId;

    /** The networks known to exist, by VPC. */
    private final Map<String, String> known = new ConcurrentHashMap<>();

    /** Docker makes two networks of one name without complaint, so they are made one by one. */
    private final ReentrantLock making = new ReentrantLock();

    VpcNetworks(Engine engine, String instanceId) {
        this.engine = engine;
        this.instanceId = instanceId;
    }

    /** The name of the VPC's network, which exists. */
    String ensure(String vpcId, String cidr) {
        String name = known.get(vpcId);
        if (name != null) {
            return name;
        }
        making.lock();
        try {
            return known.computeIfAbsent(vpcId, id -> findOrMake(id, cidr));
        } finally {
            making.unlock();
        }
    }

    /** Somebody removed the network behind our back. */
    void forget(String vpcId) {
        known.remove(vpcId);
    }

    private String findOrMake(String vpcId, String cidr) {
        String name = Names.network(instanceId, vpcId);
        List<Network> all = engine.calls().listNetworksCmd().exec();
        for (Network network : all) {
            if (network.getName().equals(name)) {
                if (ranges(network).contains(cidr)) {
                    return name;
                }
                throw new Refused(
                        "Docker network '"
                                + name
                                + "' has the range "
                                + ranges(network)
                                + " (expected: "
                                + cidr
                                + "); remove it");
            }
        }
        try {
            engine.calls()
                    .createNetworkCmd()
                    .withName(name)
                    .withDriver("bridge")
                    .withCheckDuplicate(true)
                    .withLabels(Labels.network(instanceId, vpcId))
                    .withIpam(
                            new Network.Ipam()
                                    .withConfig(new Network.Ipam.Config().withSubnet(cidr)))
                    .exec();
        } catch (DockerException e) {
            if (Reasons.message(e).contains("overlaps")) {
                throw new Refused(clash(vpcId, cidr, all));
            }
            throw e;
        }
        return name;
    }

    /** A clash of address ranges, with the network that stands in the way where it can be seen. */
    static String clash(String vpcId, String cidr, List<Network> networks) {
        Ipv4Range wanted = Ipv4Range.parse(cidr);
        for (Network network : networks) {
            for (String range : ranges(network)) {
                if (Ipv4Range.isOne(range) && Ipv4Range.parse(range).overlaps(wanted)) {
                    return "the range "
                            + cidr
                            + " of "
                            + vpcId
                            + " overlaps with "
                            + range
                            + " of the Docker network '"
                            + network.getName()
                            + "'; remove that network";
                }
            }
        }
        return "the range " + cidr + " of " + vpcId + " overlaps with a route of this machine";
    }

    private static List<String> ranges(Network network) {
        if (network.getIpam() == null || network.getIpam().getConfig() == null) {
            return List.of();
        }
        return network.getIpam().getConfig().stream()
                .map(Network.Ipam.Config::getSubnet)
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    /** Removes every network of this daemon. */
    void removeAll() {
        known.clear();
        List<Network> ours =
                engine.calls()
                        .listNetworksCmd()
                        .withFilter("label", List.of(Labels.filter(Labels.INSTANCE, instanceId)))
                        .exec();
        for (Network network : ours) {
            try {
                disconnectAll(network.getId());
                engine.calls().removeNetworkCmd(network.getId()).exec();
            } catch (NotFoundException gone) {
                log.debug("Network {} is gone already", network.getName());
            }
        }
    }

    /** Containers that are not ours may have been connected by hand; they lose the network. */
    private void disconnectAll(String networkId) {
        Map<String, Network.ContainerNetworkConfig> connected =
                engine.calls().inspectNetworkCmd().withNetworkId(networkId).exec().getContainers();
        if (connected == null) {
            return;
        }
        for (String container : connected.keySet()) {
            engine.calls()
                    .disconnectFromNetworkCmd()
                    .withNetworkId(networkId)
                    .withContainerId(container)
                    .withForce(true)
                    .exec();
        }
    }

    /** A range of IPv4 addresses, {@code 10.0.0.0/16}. */
    record Ipv4Range(long first, long last) {

        static boolean isOne(String text) {
            return text.matches("\\d+\\.\\d+\\.\\d+\\.\\d+/\\d+");
        }

        static Ipv4Range parse(String text) {
            String[] parts = text.split("[./]", -1);
            long address = 0;
            for (int i = 0; i < 4; i++) {
                address = address << 8 | Integer.parseInt(parts[i]);
            }
            long size = 1L << (32 - Integer.parseInt(parts[4]));
            long first = address / size * size;
            return new Ipv4Range(first, first + size - 1);
        }

        boolean overlaps(Ipv4Range other) {
            return first <= other.last && other.first <= last;
        }
    }
}
