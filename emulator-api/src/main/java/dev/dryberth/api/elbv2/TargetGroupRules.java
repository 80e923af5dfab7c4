package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TrafficProtocol;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ProtocolEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupIpAddressTypeEnum;

/** What a target group may be. */
final class TargetGroupRules {

    private TargetGroupRules() {}

    static TargetType targetType(CreateTargetGroupRequest request) {
        if (request.targetType() == null) {
            return TargetType.INSTANCE;
        }
        return switch (request.targetType()) {
            case INSTANCE -> TargetType.INSTANCE;
            case IP -> TargetType.IP;
            case LAMBDA -> TargetType.LAMBDA;
            case ALB -> TargetType.ALB;
            case UNKNOWN_TO_SDK_VERSION ->
                    throw ElbErrors.invalid(
                            "TargetType",
                            request.targetTypeAsString(),
                            "instance, ip, lambda or alb");
        };
    }

    /** The group's protocol; null for Lambda functions, which have none. */
    static @Nullable TrafficProtocol protocol(CreateTargetGroupRequest request, TargetType type) {
        TrafficProtocol protocol = protocol(request.protocol(), request.protocolAsString());
        if (type == TargetType.LAMBDA) {
            if (protocol != null) {
                throw ElbErrors.validation(
                        "Protocol cannot be specified for target groups with target type 'lambda'");
            }
            if (request.port() != null) {
                throw ElbErrors.validation(
                        "Port cannot be specified for target groups with target type 'lambda'");
            }
            if (request.vpcId() != null) {
                throw ElbErrors.validation(
                        "VPC ID cannot be specified for target groups with target type 'lambda'");
            }
            return null;
        }
        if (protocol == null) {
            throw ElbErrors.validation("A protocol must be specified");
        }
        if (type == TargetType.ALB && protocol != TrafficProtocol.TCP) {
            throw ElbErrors.configuration(
                    "Target groups with target type 'alb' must have the protocol TCP");
        }
        return protocol;
    }

    /** A request's protocol; null: it named none. */
    static @Nullable TrafficProtocol protocol(
            @Nullable ProtocolEnum protocol, @Nullable String text) {
        if (protocol == null) {
            return null;
        }
        return switch (protocol) {
            case HTTP -> TrafficProtocol.HTTP;
            case HTTPS -> TrafficProtocol.HTTPS;
            case TCP -> TrafficProtocol.TCP;
            case TLS -> TrafficProtocol.TLS;
            case UDP -> TrafficProtocol.UDP;
            case TCP_UDP -> TrafficProtocol.TCP_UDP;
            case GENEVE, QUIC, TCP_QUIC -> throw ElbErrors.notBuilt("the protocol " + text);
            case UNKNOWN_TO_SDK_VERSION ->
                    throw ElbErrors.invalid(
                            "Protocol", text, "one of HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP");
        };
    }

    static TargetGroup.@Nullable ProtocolVersion version(
            CreateTargetGroupRequest request, @Nullable TrafficProtocol protocol) {
        String text = request.protocolVersion();
        if (protocol == null || !protocol.isHttp()) {
            if (text != null) {
                throw ElbErrors.validation(
                        "Protocol version '%s' needs the protocol HTTP or HTTPS".formatted(text));
            }
            return null;
        }
        if (text == null) {
            return TargetGroup.ProtocolVersion.HTTP1;
        }
        for (TargetGroup.ProtocolVersion each : TargetGroup.ProtocolVersion.values()) {
            if (each.name().equals(text)) {
                return each;
            }
        }
        throw ElbErrors.invalid("ProtocolVersion", text, "HTTP1, HTTP2 or GRPC");
    }

    static int port(@Nullable Integer port) {
        if (port == null) {
            throw ElbErrors.validation("A port must be specified");
        }
        return checkedPort(port);
    }

    static int checkedPort(int port) {
        if (port < 1 || port > TargetGroups.MAX_PORT) {
            throw ElbErrors.invalid("Port", port, "from 1 to " + TargetGroups.MAX_PORT);
        }
        return port;
    }

    static void requireIpv4(CreateTargetGroupRequest request) {
        if (request.ipAddressType() == TargetGroupIpAddressTypeEnum.IPV6) {
            throw ElbErrors.notBuilt("target groups of IPv6 addresses");
        }
        if (request.ipAddressType() == TargetGroupIpAddressTypeEnum.UNKNOWN_TO_SDK_VERSION) {
            throw ElbErrors.invalid(
                    "IpAddressType", request.ipAddressTypeAsString(), "ipv4 or ipv6");
        }
    }
}
