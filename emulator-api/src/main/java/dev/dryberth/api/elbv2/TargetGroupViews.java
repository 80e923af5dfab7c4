package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.ElbArn;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.ProtocolVersion;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TargetGroupArn;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Matcher;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupIpAddressTypeEnum;

import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/** Target groups as AWS shows them. */
final class TargetGroupViews {

    private TargetGroupViews() {}

    static software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup view(
            TargetGroup row, SortedMap<TargetGroupArn, SortedSet<LoadBalancerArn>> users) {
        TargetGroup.HealthCheck check = row.healthCheck();
        boolean lambda = row.targetType() == TargetType.LAMBDA;
        return software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroup.builder()
                .targetGroupArn(row.arn().text())
                .targetGroupName(row.arn().name())
                .protocol(name(row.protocol()))
                .port(row.port())
                .vpcId(row.vpcId())
                .healthCheckProtocol(name(check.protocol()))
                .healthCheckPort(lambda ? null : healthCheckPort(check))
                .healthCheckEnabled(check.enabled())
                .healthCheckIntervalSeconds((int) check.interval().toSeconds())
                .healthCheckTimeoutSeconds((int) check.timeout().toSeconds())
                .healthyThresholdCount(check.healthyThreshold())
                .unhealthyThresholdCount(check.unhealthyThreshold())
                .healthCheckPath(check.path())
                .matcher(matcher(row))
                .loadBalancerArns(
                        users.getOrDefault(row.arn(), new TreeSet<>()).stream()
                                .map(ElbArn::text)
                                .toList())
                .targetType(row.targetType().name().toLowerCase(Locale.ROOT))
                .protocolVersion(name(row.protocolVersion()))
                .ipAddressType(TargetGroupIpAddressTypeEnum.IPV4)
                .build();
    }

    static String healthCheckPort(TargetGroup.HealthCheck check) {
        return check.port() == null ? HealthCheckRules.TRAFFIC_PORT : check.port().toString();
    }

    private static @Nullable Matcher matcher(TargetGroup row) {
        String codes = row.healthCheck().matcher();
        if (codes == null) {
            return null;
        }
        return row.protocolVersion() == ProtocolVersion.GRPC
                ? Matcher.builder().grpcCode(codes).build()
                : Matcher.builder().httpCode(codes).build();
    }

    private static @Nullable String name(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name();
    }
}
