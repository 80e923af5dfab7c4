package dev.dryberth.core.model;

import java.util.List;

/**
 * A VPC with its subnets and security groups.
 *
 * @param cidr its address range, {@code 172.31.0.0/16}
 */
public record Vpc(
        String id,
        Scope scope,
        String cidr,
        boolean isDefault,
        String internetGatewayId,
        List<Subnet> subnets,
        List<SecurityGroup> securityGroups) {

    /** A range of a VPC in one availability zone. */
    public record Subnet(String id, String cidr, String availabilityZone) {}

    /** A security group; its rules are not applied to traffic yet. */
    public record SecurityGroup(String id, String name) {}
}
