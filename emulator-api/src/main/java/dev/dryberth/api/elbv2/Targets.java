package dev.dryberth.api.elbv2;

import dev.dryberth.core.balancing.Registrations;
import dev.dryberth.core.balancing.TargetHealth;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TargetReason;
import dev.dryberth.core.model.TargetState;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.AdministrativeOverride;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.AnomalyDetection;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeregisterTargetsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DeregisterTargetsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetHealthInputIncludeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetHealthRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.DescribeTargetHealthResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RegisterTargetsRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RegisterTargetsResponse;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetDescription;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** RegisterTargets, DeregisterTargets and DescribeTargetHealth. Loop thread. */
final class Targets {

    static final int MAX_TARGETS = 1000;

    private final TargetRules rules;
    private final Clock clock;

    Targets(TargetRules rules, Clock clock) {
        this.rules = rules;
        this.clock = clock;
    }

    RegisterTargetsResponse registerTargets(Tx tx, RegisterTargetsRequest request) {
        World world = tx.world();
        TargetGroup group = References.targetGroup(world, request.targetGroupArn());
        for (TargetDescription each : required(request.targets())) {
            Target.Key key = rules.checked(tx, group, each);
            Registrations.register(tx, key, rules.availabilityZone(tx, group, each), clock);
        }
        int most =
                group.targetType() == TargetType.LAMBDA || group.targetType() == TargetType.ALB
                        ? 1
                        : MAX_TARGETS;
        if (registered(world, group) > most) {
            throw ElbErrors.tooManyTargets(most);
        }
        return RegisterTargetsResponse.builder().build();
    }

    private static long registered(World world, TargetGroup group) {
        return TargetGroups.targets(world, group.arn()).stream()
                .filter(target -> !target.draining())
                .count();
    }

    private static List<TargetDescription> required(List<TargetDescription> targets) {
        if (targets.isEmpty()) {
            throw ElbErrors.validation("At least one target must be specified");
        }
        for (TargetDescription each : targets) {
            if (each.id() == null) {
                throw ElbErrors.missing("targets.id");
            }
        }
        return targets;
    }

    DeregisterTargetsResponse deregisterTargets(Tx tx, DeregisterTargetsRequest request) {
        World world = tx.world();
        TargetGroup group = References.targetGroup(world, request.targetGroupArn());
        for (TargetDescription each : required(request.targets())) {
            TargetRules.checkForm(group, each);
            Registrations.deregister(tx, key(group, each), clock);
        }
        return DeregisterTargetsResponse.builder().build();
    }

    /** The target meant; without a port, the one on the group's. */
    private static @Nullable Target find(World world, TargetGroup group, TargetDescription wanted) {
        return world.targets().get(key(group, wanted));
    }

    private static Target.Key key(TargetGroup group, TargetDescription wanted) {
        return new Target.Key(group.arn(), wanted.id(), port(group, wanted));
    }

    private static int port(TargetGroup group, TargetDescription wanted) {
        Integer port = wanted.port() == null ? group.port() : wanted.port();
        return port == null ? 0 : port;
    }

    DescribeTargetHealthResponse describeTargetHealth(Tx tx, DescribeTargetHealthRequest request) {
        World world = tx.world();
        TargetGroup group = References.targetGroup(world, request.targetGroupArn());
        boolean anomalies =
                includes(request, DescribeTargetHealthInputIncludeEnum.ANOMALY_DETECTION);
        List<TargetHealthDescription> descriptions = new ArrayList<>();
        if (request.targets().isEmpty()) {
            for (Target each : TargetGroups.targets(world, group.arn())) {
                descriptions.add(view(group, each, anomalies));
            }
        }
        for (TargetDescription each : request.targets()) {
            if (each.id() == null) {
                throw ElbErrors.missing("targets.id");
            }
            TargetRules.checkForm(group, each);
            Target target = find(world, group, each);
            descriptions.add(
                    target == null ? notRegistered(group, each) : view(group, target, anomalies));
        }
        return DescribeTargetHealthResponse.builder()
                .targetHealthDescriptions(descriptions)
                .build();
    }

    private static boolean includes(
            DescribeTargetHealthRequest request, DescribeTargetHealthInputIncludeEnum what) {
        return request.include().contains(what)
                || request.include().contains(DescribeTargetHealthInputIncludeEnum.ALL);
    }

    private static TargetHealthDescription view(
            TargetGroup group, Target target, boolean anomalies) {
        TargetReason reason = target.reason();
        return TargetHealthDescription.builder()
                .target(
                        TargetDescription.builder()
                                .id(target.id())
                                .port(target.port() == 0 ? null : target.port())
                                .availabilityZone(target.availabilityZone())
                                .build())
                .healthCheckPort(healthCheckPort(group, target.port()))
                .targetHealth(health ->
                        health.state(name(target.state()))
                                .reason(reason == null ? null : reason.code())
                                .description(TargetHealth.description(target)))
                .anomalyDetection(
                        anomalies
                                ? AnomalyDetection.builder()
                                        .result("normal")
                                        .mitigationInEffect("no")
                                        .build()
                                : null)
                .administrativeOverride(
                        AdministrativeOverride.builder()
                                .state("no_override")
                                .reason("AdministrativeOverride.NoOverride")
                                .description("No override is currently active on target")
                                .build())
                .build();
    }

    private static TargetHealthDescription notRegistered(
            TargetGroup group, TargetDescription wanted) {
        TargetReason reason = TargetReason.NOT_REGISTERED;
        int port = port(group, wanted);
        return TargetHealthDescription.builder()
                .target(
                        TargetDescription.builder()
                                .id(wanted.id())
                                .port(port == 0 ? null : port)
                                .build())
                .healthCheckPort(healthCheckPort(group, port))
                .targetHealth(health ->
                        health.state(name(TargetState.UNUSED))
                                .reason(reason.code())
                                .description(reason.description()))
                .build();
    }

    private static @Nullable String healthCheckPort(TargetGroup group, int port) {
        Integer fixed = group.healthCheck().port();
        if (fixed != null) {
            return fixed.toString();
        }
        return port == 0 ? null : Integer.toString(port);
    }

    private static String name(TargetState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
