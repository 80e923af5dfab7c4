package dev.dryberth.core.model;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A target group.
 *
 * @param protocol null, as port and VPC, of a group of Lambda functions
 * @param protocolVersion null unless the protocol is HTTP or HTTPS
 * @param attributes those that were set; all others have their defaults
 */
public record TargetGroup(
        TargetGroupArn arn,
        TargetType targetType,
        @Nullable TrafficProtocol protocol,
        @Nullable ProtocolVersion protocolVersion,
        @Nullable Integer port,
        @Nullable String vpcId,
        HealthCheck healthCheck,
        Map<String, String> attributes,
        List<Tag> tags) {

    /** What the targets are. */
    public enum TargetType {
        INSTANCE,
        IP,
        LAMBDA,
        ALB
    }

    /** What an application load balancer speaks to the targets. */
    public enum ProtocolVersion {
        HTTP1,
        HTTP2,
        GRPC
    }

    /**
     * How the targets are checked.
     *
     * @param protocol null for Lambda functions
     * @param port a fixed one; null: the port a target receives traffic on
     * @param path null, as the matcher, unless the protocol is HTTP or HTTPS
     * @param interval as AWS means it, before the clock's speed
     */
    public record HealthCheck(
            boolean enabled,
            @Nullable TrafficProtocol protocol,
            @Nullable Integer port,
            @Nullable String path,
            Duration interval,
            Duration timeout,
            int healthyThreshold,
            int unhealthyThreshold,
            @Nullable String matcher) {}

    public TargetGroup withHealthCheck(HealthCheck next) {
        return new TargetGroup(
                arn, targetType, protocol, protocolVersion, port, vpcId, next, attributes, tags);
    }

    public TargetGroup withAttributes(Map<String, String> next) {
        return new TargetGroup(
                arn, targetType, protocol, protocolVersion, port, vpcId, healthCheck, next, tags);
    }

    public TargetGroup withTags(List<Tag> next) {
        return new TargetGroup(
                arn,
                targetType,
                protocol,
                protocolVersion,
                port,
                vpcId,
                healthCheck,
                attributes,
                next);
    }
}
