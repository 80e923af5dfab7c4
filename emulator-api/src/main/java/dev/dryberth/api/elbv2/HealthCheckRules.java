package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.HealthCheck;
import dev.dryberth.core.model.TargetGroup.ProtocolVersion;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TrafficProtocol;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.CreateTargetGroupRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Matcher;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ModifyTargetGroupRequest;

import java.time.Duration;

/**
 * How targets may be checked, and how they are unless something else is said: the defaults depend
 * on the kind of group, as the table of AWS's documentation has it.
 */
final class HealthCheckRules {

    static final String TRAFFIC_PORT = "traffic-port";
    private static final String GRPC_PATH = "/AWS.ALB/healthcheck";
    private static final int MAX_PATH = 1024;

    private HealthCheckRules() {}

    /** What a request says of the check; null: nothing, so the default or present value holds. */
    private record Wanted(
            @Nullable Boolean enabled,
            @Nullable TrafficProtocol protocol,
            @Nullable String port,
            @Nullable String path,
            @Nullable Integer interval,
            @Nullable Integer timeout,
            @Nullable Integer healthy,
            @Nullable Integer unhealthy,
            @Nullable Matcher matcher) {}

    static HealthCheck created(
            CreateTargetGroupRequest request,
            TargetType type,
            @Nullable TrafficProtocol protocol,
            @Nullable ProtocolVersion version) {
        Wanted wanted =
                new Wanted(
                        request.healthCheckEnabled(),
                        TargetGroupRules.protocol(
                                request.healthCheckProtocol(),
                                request.healthCheckProtocolAsString()),
                        request.healthCheckPort(),
                        request.healthCheckPath(),
                        request.healthCheckIntervalSeconds(),
                        request.healthCheckTimeoutSeconds(),
                        request.healthyThresholdCount(),
                        request.unhealthyThresholdCount(),
                        request.matcher());
        return checked(
                wanted, defaults(wanted.protocol(), type, protocol, version), protocol, version);
    }

    static HealthCheck modified(ModifyTargetGroupRequest request, TargetGroup group) {
        Wanted wanted =
                new Wanted(
                        request.healthCheckEnabled(),
                        TargetGroupRules.protocol(
                                request.healthCheckProtocol(),
                                request.healthCheckProtocolAsString()),
                        request.healthCheckPort(),
                        request.healthCheckPath(),
                        request.healthCheckIntervalSeconds(),
                        request.healthCheckTimeoutSeconds(),
                        request.healthyThresholdCount(),
                        request.unhealthyThresholdCount(),
                        request.matcher());
        HealthCheck present = group.healthCheck();
        if (wanted.protocol() != null && wanted.protocol() != present.protocol()) {
            // Path and matcher belong to a protocol, so they begin anew with it.
            HealthCheck fresh =
                    defaults(
                            wanted.protocol(),
                            group.targetType(),
                            group.protocol(),
                            group.protocolVersion());
            present =
                    new HealthCheck(
                            present.enabled(),
                            fresh.protocol(),
                            present.port(),
                            fresh.path(),
                            present.interval(),
                            present.timeout(),
                            present.healthyThreshold(),
                            present.unhealthyThreshold(),
                            fresh.matcher());
        }
        return checked(wanted, present, group.protocol(), group.protocolVersion());
    }

    private static HealthCheck defaults(
            @Nullable TrafficProtocol wanted,
            TargetType type,
            @Nullable TrafficProtocol protocol,
            @Nullable ProtocolVersion version) {
        if (protocol == null) {
            return new HealthCheck(
                    false,
                    null,
                    null,
                    "/",
                    Duration.ofSeconds(35),
                    Duration.ofSeconds(30),
                    5,
                    2,
                    "200");
        }
        boolean application = protocol.isHttp();
        TrafficProtocol own =
                application || type == TargetType.ALB ? TrafficProtocol.HTTP : TrafficProtocol.TCP;
        TrafficProtocol by = wanted == null ? own : wanted;
        int timeout = application ? 5 : by.isHttp() ? 6 : 10;
        String path = !by.isHttp() ? null : version == ProtocolVersion.GRPC ? GRPC_PATH : "/";
        return new HealthCheck(
                true,
                by,
                null,
                path,
                Duration.ofSeconds(30),
                Duration.ofSeconds(timeout),
                5,
                2,
                path == null ? null : matcher(application, version));
    }

    private static String matcher(boolean application, @Nullable ProtocolVersion version) {
        if (version == ProtocolVersion.GRPC) {
            return "12";
        }
        return application ? "200" : "200-399";
    }

    private static HealthCheck checked(
            Wanted wanted,
            HealthCheck base,
            @Nullable TrafficProtocol group,
            @Nullable ProtocolVersion version) {
        TrafficProtocol protocol = wanted.protocol() == null ? base.protocol() : wanted.protocol();
        checkProtocol(protocol, group);
        boolean enabled = wanted.enabled() == null ? base.enabled() : wanted.enabled();
        if (!enabled && group != null) {
            throw ElbErrors.validation(
                    "Health check enabled must be true for target groups with target type 'instance', 'ip' or 'alb'");
        }
        int interval = range("interval", wanted.interval(), seconds(base.interval()), 5, 300);
        int timeout = range("timeout", wanted.timeout(), seconds(base.timeout()), 2, 120);
        boolean http = protocol == null || protocol.isHttp();
        if (http ? timeout >= interval : timeout > interval) {
            throw ElbErrors.validation(
                    "Health check timeout '%d' must be smaller than the interval '%d'"
                            .formatted(timeout, interval));
        }
        if (!http && (wanted.path() != null || wanted.matcher() != null)) {
            throw ElbErrors.configuration(
                    "A health check path or matcher needs the health check protocol HTTP or HTTPS");
        }
        return new HealthCheck(
                enabled,
                protocol,
                wanted.port() == null ? base.port() : port(wanted.port(), group),
                wanted.path() == null ? base.path() : path(wanted.path()),
                Duration.ofSeconds(interval),
                Duration.ofSeconds(timeout),
                range("healthy threshold", wanted.healthy(), base.healthyThreshold(), 2, 10),
                range("unhealthy threshold", wanted.unhealthy(), base.unhealthyThreshold(), 2, 10),
                wanted.matcher() == null
                        ? base.matcher()
                        : matcher(wanted.matcher(), group, version));
    }

    private static int seconds(Duration duration) {
        return (int) duration.toSeconds();
    }

    private static int range(String what, @Nullable Integer wanted, int base, int least, int most) {
        if (wanted == null) {
            return base;
        }
        if (wanted < least || wanted > most) {
            throw ElbErrors.validation(
                    "Health check %s '%d' must be in the range %d-%d"
                            .formatted(what, wanted, least, most));
        }
        return wanted;
    }

    private static void checkProtocol(
            @Nullable TrafficProtocol protocol, @Nullable TrafficProtocol group) {
        if (protocol == null) {
            return;
        }
        if (group == null) {
            throw ElbErrors.validation(
                    "Health check protocol cannot be specified for target groups with target type 'lambda'");
        }
        boolean allowed = protocol.isHttp() || (protocol == TrafficProtocol.TCP && !group.isHttp());
        if (!allowed) {
            throw ElbErrors.configuration(
                    "Health check protocol '%s' is not supported for target groups with the protocol '%s'"
                            .formatted(protocol, group));
        }
    }

    private static @Nullable Integer port(String text, @Nullable TrafficProtocol group) {
        if (text.equals(TRAFFIC_PORT)) {
            return null;
        }
        if (group == null) {
            throw ElbErrors.validation(
                    "Health check port cannot be specified for target groups with target type 'lambda'");
        }
        try {
            return TargetGroupRules.checkedPort(Integer.parseInt(text));
        } catch (NumberFormatException noNumber) {
            throw ElbErrors.validation(
                    "Health check port '%s' must be 'traffic-port' or in the range 1-65535"
                            .formatted(text));
        }
    }

    private static String path(String path) {
        if (!path.startsWith("/") || path.length() > MAX_PATH) {
            throw ElbErrors.validation(
                    "Health check path '%s' must begin with '/' and have at most %d characters"
                            .formatted(path, MAX_PATH));
        }
        return path;
    }

    /** HTTP codes as {@code 200,202} or {@code 200-299}; gRPC's likewise. */
    private static String matcher(
            Matcher matcher, @Nullable TrafficProtocol group, @Nullable ProtocolVersion version) {
        boolean grpc = version == ProtocolVersion.GRPC;
        String codes = grpc ? matcher.grpcCode() : matcher.httpCode();
        if (codes == null || (grpc ? matcher.httpCode() : matcher.grpcCode()) != null) {
            throw ElbErrors.validation(
                    grpc
                            ? "A gRPC code must be specified for the protocol version GRPC"
                            : "An HTTP code must be specified");
        }
        int least = grpc ? 0 : 200;
        int most = grpc ? 99 : group == null || group.isHttp() ? 499 : 599;
        for (String part : codes.split(",", -1)) {
            String[] ends = part.split("-", -1);
            boolean valid = ends.length <= 2;
            int before = least;
            for (String end : ends) {
                valid = valid && isCode(end.trim()) && Integer.parseInt(end.trim()) >= before;
                before = valid ? Integer.parseInt(end.trim()) : before;
            }
            if (!valid || before > most) {
                throw ElbErrors.validation(
                        "Health check matcher '%s' must be codes or ranges of codes from %d to %d"
                                .formatted(codes, least, most));
            }
        }
        return codes;
    }

    private static boolean isCode(String text) {
        return !text.isEmpty()
                && text.length() <= 3
                && text.chars().allMatch(each -> each >= '0' && each <= '9');
    }
}
