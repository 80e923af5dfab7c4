package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.state.World;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.AvailabilityZone;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.IpAddressType;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerAddress;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerSchemeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerState;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerStateEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancerTypeEnum;

import java.util.List;

/** Load balancers as AWS shows them. */
final class LoadBalancerViews {

    private LoadBalancerViews() {}

    static software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer view(
            World world, LoadBalancer row) {
        return software.amazon.awssdk.services.elasticloadbalancingv2.model.LoadBalancer.builder()
                .loadBalancerArn(row.arn().text())
                .dnsName(row.dnsName())
                .canonicalHostedZoneId(HostedZones.of(row))
                .createdTime(row.createdAt())
                .loadBalancerName(row.arn().name())
                .scheme(
                        row.scheme() == LoadBalancer.Scheme.INTERNAL
                                ? LoadBalancerSchemeEnum.INTERNAL
                                : LoadBalancerSchemeEnum.INTERNET_FACING)
                .vpcId(row.vpcId())
                .state(state(world, row))
                .type(
                        row.isApplication()
                                ? LoadBalancerTypeEnum.APPLICATION
                                : LoadBalancerTypeEnum.NETWORK)
                .availabilityZones(zones(row))
                .securityGroups(row.securityGroups().isEmpty() ? null : row.securityGroups())
                .ipAddressType(IpAddressType.IPV4)
                .enforceSecurityGroupInboundRulesOnPrivateLinkTraffic(row.privateLinkRules())
                .enablePrefixForIpv6SourceNat(row.isApplication() ? null : "off")
                .build();
    }

    /** Impaired while a listener's port can't be bound, which the reason names. */
    private static LoadBalancerState state(World world, LoadBalancer row) {
        for (Listener listener : LoadBalancers.listeners(world, row.arn())) {
            if (listener.problem() != null) {
                return LoadBalancerState.builder()
                        .code(LoadBalancerStateEnum.ACTIVE_IMPAIRED)
                        .reason("Port " + listener.port() + ": " + listener.problem())
                        .build();
            }
        }
        return LoadBalancerState.builder().code(LoadBalancerStateEnum.ACTIVE).build();
    }

    static List<AvailabilityZone> zones(LoadBalancer row) {
        return row.zones().stream()
                .map(zone ->
                        AvailabilityZone.builder()
                                .zoneName(zone.name())
                                .subnetId(zone.subnetId())
                                .loadBalancerAddresses(
                                        zone.privateAddress() == null
                                                ? List.of()
                                                : List.of(
                                                        LoadBalancerAddress.builder()
                                                                .privateIPv4Address(
                                                                        zone.privateAddress())
                                                                .build()))
                                .build())
                .toList();
    }
}
