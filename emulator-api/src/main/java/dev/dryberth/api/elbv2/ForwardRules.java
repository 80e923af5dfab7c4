package dev.dryberth.api.elbv2;

import dev.dryberth.core.balancing.Carried;
import dev.dryberth.core.balancing.Forwards;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.ProtocolVersion;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TrafficProtocol;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ForwardActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupStickinessConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/** What a forward action may name, and with which weights. */
final class ForwardRules {

    static final int MAX_GROUPS = 5;
    static final int MAX_GROUPS_OF_LOAD_BALANCER = 100;
    private static final int MAX_WEIGHT = 999;
    private static final int MAX_STICKY_SECONDS = 604_800;

    private ForwardRules() {}

    /**
     * The action in full: always with a ForwardConfig, weights and stickiness, and with a
     * TargetGroupArn beside it when there is just one group.
     */
    static Action checked(ActionRules.Place place, Action action) {
        List<TargetGroupTuple> wanted = wanted(action);
        if (wanted.size() > MAX_GROUPS) {
            throw ElbErrors.tooManyTargetGroups("an action", MAX_GROUPS);
        }
        List<TargetGroupTuple> checked = new ArrayList<>();
        Set<TargetGroupArn> seen = new HashSet<>();
        for (TargetGroupTuple each : wanted) {
            TargetGroup group = References.targetGroup(place.world(), each.targetGroupArn());
            if (!seen.add(group.arn())) {
                throw ElbErrors.validation(
                        "The target group '%s' is specified more than once".formatted(group.arn()));
            }
            requireCompatible(place.protocol(), group);
            requireCarried(group);
            checked.add(
                    TargetGroupTuple.builder()
                            .targetGroupArn(group.arn().text())
                            .weight(weight(each))
                            .build());
        }
        checkAssociations(place, seen);
        return ActionRules.kept(action)
                .targetGroupArn(checked.size() == 1 ? checked.getFirst().targetGroupArn() : null)
                .forwardConfig(
                        ForwardActionConfig.builder()
                                .targetGroups(checked)
                                .targetGroupStickinessConfig(
                                        stickiness(place, action.forwardConfig()))
                                .build())
                .build();
    }

    private static List<TargetGroupTuple> wanted(Action action) {
        String single = action.targetGroupArn();
        List<TargetGroupTuple> several =
                action.forwardConfig() == null ? List.of() : action.forwardConfig().targetGroups();
        if (several.isEmpty()) {
            if (single == null) {
                throw ElbErrors.validation("A target group ARN must be specified");
            }
            return List.of(TargetGroupTuple.builder().targetGroupArn(single).build());
        }
        if (single != null
                && (several.size() > 1 || !single.equals(several.getFirst().targetGroupArn()))) {
            throw ElbErrors.validation(
                    "You can specify both TargetGroupArn and ForwardConfig only if they name one and the same target group");
        }
        return several;
    }

    private static int weight(TargetGroupTuple tuple) {
        int weight = tuple.weight() == null ? 1 : tuple.weight();
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw ElbErrors.invalid("Weight", weight, "from 0 to " + MAX_WEIGHT);
        }
        return weight;
    }

    private static TargetGroupStickinessConfig stickiness(
            ActionRules.Place place, ForwardActionConfig config) {
        TargetGroupStickinessConfig wanted =
                config == null ? null : config.targetGroupStickinessConfig();
        if (wanted == null || !Boolean.TRUE.equals(wanted.enabled())) {
            return TargetGroupStickinessConfig.builder().enabled(false).build();
        }
        if (!place.isApplication()) {
            throw ElbErrors.configuration(
                    "Target group stickiness is supported with application load balancers only");
        }
        Integer seconds = wanted.durationSeconds();
        if (seconds == null || seconds < 1 || seconds > MAX_STICKY_SECONDS) {
            throw ElbErrors.invalid(
                    "Target group stickiness duration",
                    seconds,
                    "from 1 to " + MAX_STICKY_SECONDS + " seconds");
        }
        return wanted;
    }

    /** A group that nothing can be sent to yet would look as if it worked. */
    private static void requireCarried(TargetGroup group) {
        TrafficProtocol protocol = group.protocol();
        String refusal =
                Carried.groupRefusal(
                        RouteTable.TargetType.valueOf(group.targetType().name()),
                        RouteTable.TargetProtocol.valueOf(
                                protocol == null ? "NONE" : protocol.name()));
        if (refusal != null) {
            throw ElbErrors.notBuilt("traffic to '" + group.arn() + "': " + refusal);
        }
    }

    private static void requireCompatible(TrafficProtocol listener, TargetGroup group) {
        TrafficProtocol protocol = group.protocol();
        boolean compatible =
                switch (listener) {
                    case HTTP, HTTPS -> protocol == null || protocol.isHttp();
                    case TCP ->
                            protocol == TrafficProtocol.TCP || protocol == TrafficProtocol.TCP_UDP;
                    case TLS -> protocol == TrafficProtocol.TCP || protocol == TrafficProtocol.TLS;
                    case UDP ->
                            protocol == TrafficProtocol.UDP || protocol == TrafficProtocol.TCP_UDP;
                    case TCP_UDP -> protocol == TrafficProtocol.TCP_UDP;
                };
        if (!compatible
                || (group.targetType() == TargetType.ALB && listener != TrafficProtocol.TCP)) {
            throw ElbErrors.incompatible(
                    "The listener protocol '%s' is not compatible with the protocol '%s' of the target group '%s'"
                            .formatted(listener, protocol, group.arn()));
        }
        // Clients speak HTTP/2 within TLS only, and HTTP/1.1 reaches neither of the two.
        ProtocolVersion version = group.protocolVersion();
        if ((version == ProtocolVersion.GRPC || version == ProtocolVersion.HTTP2)
                && listener != TrafficProtocol.HTTPS) {
            throw ElbErrors.incompatible(
                    "Listener protocol '%s' is not supported with a target group with the protocol-version '%s'"
                            .formatted(listener, version));
        }
    }

    /** A group belongs to one load balancer, and a load balancer has no more than a hundred. */
    private static void checkAssociations(ActionRules.Place place, Set<TargetGroupArn> groups) {
        SortedMap<TargetGroupArn, SortedSet<LoadBalancerArn>> users = Forwards.users(place.world());
        for (TargetGroupArn group : groups) {
            SortedSet<LoadBalancerArn> by = users.get(group);
            if (by != null && !(by.size() == 1 && by.contains(place.loadBalancer()))) {
                throw ElbErrors.associationLimit(group);
            }
        }
        Set<TargetGroupArn> all = new HashSet<>(groups);
        users.forEach((group, by) -> {
            if (by.contains(place.loadBalancer())) {
                all.add(group);
            }
        });
        if (all.size() > MAX_GROUPS_OF_LOAD_BALANCER) {
            throw ElbErrors.tooManyUniqueTargetGroups(MAX_GROUPS_OF_LOAD_BALANCER);
        }
    }
}
