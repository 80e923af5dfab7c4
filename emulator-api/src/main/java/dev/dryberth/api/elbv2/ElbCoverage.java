package dev.dryberth.api.elbv2;

import java.util.List;

/**
 * Which members of requests are accepted and shown again without having any effect. A member that
 * would be dangerous or misleading to take without effect is refused instead and is not in here.
 */
final class ElbCoverage {

    private static final List<String> RECORDED_ONLY =
            List.of(
                    "CreateLoadBalancer.Scheme",
                    "CreateLoadBalancer.SecurityGroups",
                    "CreateLoadBalancer.SubnetMappings",
                    "CreateLoadBalancer.Subnets",
                    "ModifyLoadBalancerAttributes.access_logs.s3.bucket",
                    "ModifyLoadBalancerAttributes.access_logs.s3.prefix",
                    "ModifyLoadBalancerAttributes.connection_logs",
                    "ModifyLoadBalancerAttributes.dns_record.client_routing_policy",
                    "ModifyLoadBalancerAttributes.health_check_logs",
                    "ModifyLoadBalancerAttributes.ipv6.deny_all_igw_traffic",
                    "ModifyLoadBalancerAttributes.load_balancing.cross_zone.enabled",
                    "ModifyLoadBalancerAttributes.secondary_ips.auto_assigned.per_subnet",
                    "ModifyLoadBalancerAttributes.waf.fail_open.enabled",
                    "ModifyLoadBalancerAttributes.zonal_shift.config.enabled",
                    "ModifyTargetGroupAttributes.load_balancing.algorithm.anomaly_mitigation",
                    "ModifyTargetGroupAttributes.load_balancing.cross_zone.enabled",
                    "ModifyTargetGroupAttributes.preserve_client_ip.enabled",
                    "ModifyTargetGroupAttributes.target_group_health.dns_failover",
                    "RegisterTargets.Targets.AvailabilityZone",
                    "SetSecurityGroups.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
                    "SetSecurityGroups.SecurityGroups",
                    "SetSubnets.SubnetMappings",
                    "SetSubnets.Subnets");

    private ElbCoverage() {}

    /** {@code Operation.member} texts, sorted; may be called on any thread. */
    static List<String> recordedOnly() {
        return RECORDED_ONLY;
    }
}
