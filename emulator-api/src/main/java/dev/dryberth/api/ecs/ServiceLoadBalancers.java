package dev.dryberth.api.ecs;

import dev.dryberth.core.balancing.Forwards;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.ServiceRevision.Balanced;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LoadBalancer;
import software.amazon.awssdk.services.ecs.model.PortMapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The load balancers of a service: which target groups its tasks are registered in. */
final class ServiceLoadBalancers {

    private static final int MAX_TARGET_GROUPS = 5;

    private ServiceLoadBalancers() {}

    /**
     * Checks what a service asks for.
     *
     * @param shifts whether its deployments move traffic, for which each load balancer must have an
     *     advancedConfiguration
     * @param forwarded whether listeners must forward to the target groups already
     */
    static List<Balanced> check(
            World world,
            Scope scope,
            TaskDefinition definition,
            List<LoadBalancer> asked,
            boolean shifts,
            boolean forwarded) {
        if (asked.size() > MAX_TARGET_GROUPS) {
            throw EcsErrors.invalidParameter(
                    "loadBalancers can have at most " + MAX_TARGET_GROUPS + " items."); // [?]
        }
        refuseWhatIsNotBuilt(asked);
        AdvancedConfigurations.check(world, asked, shifts);
        NetworkMode mode = TaskRecipes.networkMode(definition);
        List<Balanced> balanced = new ArrayList<>();
        for (LoadBalancer each : asked) {
            ContainerDefinition container = checkPort(definition, each);
            TargetGroup group = group(world, scope, each.targetGroupArn());
            checkType(group, mode);
            checkProtocol(group, container, each.containerPort());
            if (forwarded && !Forwards.users(world).containsKey(group.arn())) {
                throw EcsErrors.invalidParameter(
                        "The target group with targetGroupArn "
                                + group.arn()
                                + " does not have an associated load balancer.");
            }
            TargetGroup other = null;
            if (each.advancedConfiguration() != null) {
                other = group(world, scope, each.advancedConfiguration().alternateTargetGroupArn());
                checkType(other, mode);
            }
            balanced.add(
                    new Balanced(
                            group.arn(),
                            group.targetType() == TargetGroup.TargetType.INSTANCE,
                            each.containerName(),
                            each.containerPort(),
                            other == null
                                    ? null
                                    : AdvancedConfigurations.pair(
                                            other.arn(), each.advancedConfiguration())));
        }
        return List.copyOf(balanced);
    }

    private static void refuseWhatIsNotBuilt(List<LoadBalancer> asked) {
        for (LoadBalancer each : asked) {
            if (each.loadBalancerName() != null && each.targetGroupArn() != null) {
                throw EcsErrors.invalidParameter(
                        "loadBalancerName and targetGroupArn cannot both be specified. You must"
                                + " specify either a loadBalancerName or a targetGroupArn."); // [?]
            }
            if (each.loadBalancerName() != null) {
                throw EcsErrors.notBuilt("Classic Load Balancers (loadBalancerName)");
            }
        }
    }

    private static TargetGroup group(World world, Scope scope, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            throw EcsErrors.invalidParameter("targetGroupArn can not be blank."); // [?]
        }
        TargetGroupArn arn;
        try {
            arn = TargetGroupArn.parse(text);
        } catch (IllegalArgumentException notOne) {
            throw EcsErrors.invalidParameter("Unable to parse target group ARN " + text); // [?]
        }
        TargetGroup group = arn.scope().equals(scope) ? world.targetGroups().get(arn) : null;
        if (group == null) {
            throw EcsErrors.invalidParameter("The specified target group does not exist."); // [?]
        }
        return group;
    }

    private static ContainerDefinition checkPort(TaskDefinition definition, LoadBalancer asked) {
        String name = asked.containerName();
        if (name == null || name.isEmpty()) {
            throw EcsErrors.invalidParameter("Container name can not be blank."); // [?]
        }
        ContainerDefinition container =
                definition.document().containerDefinitions().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .orElseThrow(() ->
                                EcsErrors.invalidParameter(
                                        "The container "
                                                + name
                                                + " does not exist in the task definition."));
        Integer port = asked.containerPort();
        if (port == null || container.portMappings().stream().noneMatch(each -> maps(each, port))) {
            throw EcsErrors.invalidParameter(
                    "The container "
                            + name
                            + " did not have a container port "
                            + port
                            + " defined.");
        }
        return container;
    }

    /**
     * A host port is bound for TCP or for UDP, so an instance is reached only with the mapping's
     * own protocol. A task with an address of its own is reached with both.
     */
    private static void checkProtocol(
            TargetGroup group, ContainerDefinition container, int containerPort) {
        boolean udp = group.protocol() == TrafficProtocol.UDP;
        if (group.targetType() == TargetGroup.TargetType.INSTANCE
                && container.portMappings().stream()
                        .noneMatch(each ->
                                maps(each, containerPort)
                                        && "udp".equals(each.protocolAsString()) == udp)) {
            throw EcsErrors.invalidParameter( // [?]
                    "The container %s did not have a container port %d defined with the protocol %s, which the target group %s needs."
                            .formatted(
                                    container.name(),
                                    containerPort,
                                    udp ? "udp" : "tcp",
                                    group.arn()));
        }
    }

    private static boolean maps(PortMapping mapping, int port) {
        String range = mapping.containerPortRange();
        if (range == null) {
            return mapping.containerPort() != null && mapping.containerPort() == port;
        }
        int dash = range.indexOf('-');
        return Integer.parseInt(range.substring(0, dash)) <= port
                && port <= Integer.parseInt(range.substring(dash + 1));
    }

    private static void checkType(TargetGroup group, NetworkMode mode) {
        boolean fits =
                switch (group.targetType()) {
                    case IP -> mode == NetworkMode.AWSVPC;
                    case INSTANCE -> mode == NetworkMode.BRIDGE || mode == NetworkMode.HOST;
                    case LAMBDA, ALB -> false;
                };
        if (!fits) {
            throw EcsErrors.invalidParameter(
                    "The provided target group "
                            + group.arn()
                            + " has target type "
                            + group.targetType().name().toLowerCase(Locale.ROOT)
                            + ", which is incompatible with the "
                            + mode.name().toLowerCase(Locale.ROOT)
                            + " network mode specified in the task definition.");
        }
    }
}
