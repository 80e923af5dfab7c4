package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.network.Cidr;
import dev.dryberth.core.network.Networks;
import dev.dryberth.core.state.Tx;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.AllocationIdNotFoundException;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SubnetMapping;

import java.util.ArrayList;
import java.util.List;

/** Reads the subnets and security groups of requests. Loop thread. */
final class ElbNetworks {

    private static final int MAX_SECURITY_GROUPS = 5;

    private final Networks networks;

    ElbNetworks(Networks networks) {
        this.networks = networks;
    }

    Vpc vpc(Tx tx) {
        return networks.defaultVpc(tx, References.scope());
    }

    /** The zones that subnets or mappings, one of both, stand for. */
    List<LoadBalancer.Zone> zones(
            Vpc vpc,
            LoadBalancer.Type type,
            LoadBalancer.Scheme scheme,
            List<String> subnets,
            List<SubnetMapping> mappings) {
        if (!subnets.isEmpty() && !mappings.isEmpty()) {
            throw ElbErrors.validation(
                    "You must specify either subnets or subnet mappings, but not both");
        }
        List<SubnetMapping> wanted =
                mappings.isEmpty()
                        ? subnets.stream()
                                .map(id -> SubnetMapping.builder().subnetId(id).build())
                                .toList()
                        : mappings;
        List<LoadBalancer.Zone> zones = new ArrayList<>();
        for (SubnetMapping each : wanted) {
            LoadBalancer.Zone zone = zone(vpc, type, scheme, each);
            if (zones.stream().anyMatch(other -> other.name().equals(zone.name()))) {
                throw ElbErrors.configuration(
                        "A load balancer cannot be attached to multiple subnets in the same Availability Zone");
            }
            zones.add(zone);
        }
        switch (type) {
            case APPLICATION -> {
                if (zones.size() < 2) {
                    throw ElbErrors.validation(
                            "At least two subnets in two different Availability Zones must be specified");
                }
            }
            case NETWORK -> {
                if (zones.isEmpty()) {
                    throw ElbErrors.validation("At least one subnet must be specified");
                }
            }
        }
        return List.copyOf(zones);
    }

    private static LoadBalancer.Zone zone(
            Vpc vpc, LoadBalancer.Type type, LoadBalancer.Scheme scheme, SubnetMapping mapping) {
        String id = mapping.subnetId();
        if (id == null) {
            throw ElbErrors.missing("subnetId");
        }
        Vpc.Subnet subnet =
                vpc.subnets().stream()
                        .filter(each -> each.id().equals(id))
                        .findFirst()
                        .orElseThrow(() -> ElbErrors.subnetNotFound(id));
        if (mapping.allocationId() != null) {
            throw AllocationIdNotFoundException.builder()
                    .message("The allocation IDs '" + mapping.allocationId() + "' do not exist")
                    .build();
        }
        if (mapping.iPv6Address() != null || mapping.sourceNatIpv6Prefix() != null) {
            throw ElbErrors.subnet("Subnet '" + id + "' has no IPv6 CIDR block");
        }
        String address = mapping.privateIPv4Address();
        if (address != null) {
            if (type != LoadBalancer.Type.NETWORK || scheme != LoadBalancer.Scheme.INTERNAL) {
                throw ElbErrors.configuration(
                        "A private IPv4 address can only be specified for internal network load balancers");
            }
            if (!contains(subnet.cidr(), address)) {
                throw ElbErrors.subnet(
                        "The address '%s' is not in the subnet '%s'".formatted(address, id));
            }
        }
        return new LoadBalancer.Zone(subnet.availabilityZone(), id, address);
    }

    static boolean contains(String cidr, String address) {
        try {
            return Cidr.parse(cidr).overlaps(Cidr.parse(address + "/32"));
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    static List<String> securityGroups(Vpc vpc, List<String> ids) {
        if (ids.size() > MAX_SECURITY_GROUPS) {
            throw ElbErrors.configuration(
                    "A load balancer can have at most " + MAX_SECURITY_GROUPS + " security groups");
        }
        for (String id : ids) {
            if (vpc.securityGroups().stream().noneMatch(each -> each.id().equals(id))) {
                throw ElbErrors.securityGroup(id);
            }
        }
        return ids.stream().distinct().toList();
    }
}
