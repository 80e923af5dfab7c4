package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.state.Tx;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.IpAddressType;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetIpAddressTypeRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetIpAddressTypeResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetSecurityGroupsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetSecurityGroupsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetSubnetsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.SetSubnetsResponse;

import java.util.List;

/** SetSubnets, SetSecurityGroups and SetIpAddressType. Loop thread. */
final class LoadBalancerSettings {

    private static final List<String> SWITCH = List.of("on", "off");

    private final ElbNetworks networks;

    LoadBalancerSettings(ElbNetworks networks) {
        this.networks = networks;
    }

    SetSubnetsResponse setSubnets(Tx tx, SetSubnetsRequest request) {
        LoadBalancer row = References.loadBalancer(tx.world(), request.loadBalancerArn());
        LoadBalancers.requireIpv4(request.ipAddressType(), request.ipAddressTypeAsString());
        LoadBalancers.requireNoSourceNat(request.enablePrefixForIpv6SourceNat());
        LoadBalancer next =
                row.inZones(
                        networks.zones(
                                networks.vpc(tx),
                                row.arn().type(),
                                row.scheme(),
                                request.subnets(),
                                request.subnetMappings()));
        tx.put(tx.world().loadBalancers(), row.arn(), next);
        return SetSubnetsResponse.builder()
                .availabilityZones(LoadBalancerViews.zones(next))
                .ipAddressType(IpAddressType.IPV4)
                .enablePrefixForIpv6SourceNat(row.isApplication() ? null : "off")
                .build();
    }

    SetSecurityGroupsResponse setSecurityGroups(Tx tx, SetSecurityGroupsRequest request) {
        LoadBalancer row = References.loadBalancer(tx.world(), request.loadBalancerArn());
        String rules = request.enforceSecurityGroupInboundRulesOnPrivateLinkTrafficAsString();
        if (row.isApplication()) {
            if (rules != null) {
                throw ElbErrors.configuration(
                        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic is for network load balancers only");
            }
            if (request.securityGroups().isEmpty()) {
                throw ElbErrors.validation("At least one security group must be specified");
            }
        } else if (row.securityGroups().isEmpty()) {
            throw ElbErrors.configuration(
                    "You cannot set security groups on a load balancer that was created without any");
        }
        if (rules != null && !SWITCH.contains(rules)) {
            throw ElbErrors.invalid(
                    "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", rules, "on or off");
        }
        List<String> groups =
                ElbNetworks.securityGroups(networks.vpc(tx), request.securityGroups());
        LoadBalancer next =
                row.withSecurityGroups(groups, rules == null ? row.privateLinkRules() : rules);
        tx.put(tx.world().loadBalancers(), row.arn(), next);
        return SetSecurityGroupsResponse.builder()
                .securityGroupIds(groups)
                .enforceSecurityGroupInboundRulesOnPrivateLinkTraffic(next.privateLinkRules())
                .build();
    }

    SetIpAddressTypeResponse setIpAddressType(Tx tx, SetIpAddressTypeRequest request) {
        References.loadBalancer(tx.world(), request.loadBalancerArn());
        if (request.ipAddressType() == null) {
            throw ElbErrors.missing("ipAddressType");
        }
        LoadBalancers.requireIpv4(request.ipAddressType(), request.ipAddressTypeAsString());
        return SetIpAddressTypeResponse.builder().ipAddressType(IpAddressType.IPV4).build();
    }
}
