package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetDescription;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What may be a target of a group. Instances are the ones that container instances stand for; there
 * are no others here. Deviation: addresses of this machine's loopback are taken too, so that a
 * program under development can be a target without a container around it.
 */
final class TargetRules {

    private static final String ALL_ZONES = "all";
    private static final Pattern INSTANCE = Pattern.compile("i-([0-9a-f]{8}|[0-9a-f]{17})");
    private static final Pattern FUNCTION =
            Pattern.compile("arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[^:]+(:[^:]+)?");
    private static final List<String> RANGES =
            List.of(
                    "10.0.0.0/8",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "100.64.0.0/10",
                    "127.0.0.0/8");

    private final ElbNetworks networks;

    TargetRules(ElbNetworks networks) {
        this.networks = networks;
    }

    /** The target a registration means, which must exist and fit the group. */
    Target.Key checked(Tx tx, TargetGroup group, TargetDescription wanted) {
        checkForm(group, wanted);
        if (wanted.quicServerId() != null) {
            throw ElbErrors.validation("A server ID needs the protocol QUIC or TCP_QUIC");
        }
        Integer groupPort = group.port();
        if (groupPort == null) {
            requireSameScope(group, wanted.id());
            return new Target.Key(group.arn(), wanted.id(), 0);
        }
        int port = wanted.port() == null ? groupPort : TargetGroupRules.checkedPort(wanted.port());
        switch (group.targetType()) {
            case INSTANCE -> requireInstance(tx.world(), wanted.id());
            case ALB -> requireLoadBalancer(tx.world(), wanted.id(), port);
            case IP -> requireUsable(tx.world(), networks.vpc(tx), wanted.id());
            case LAMBDA -> {}
        }
        return new Target.Key(group.arn(), wanted.id(), port);
    }

    /** Refuses ids that could not be of the group's type at all. */
    static void checkForm(TargetGroup group, TargetDescription wanted) {
        String id = wanted.id();
        switch (group.targetType()) {
            case INSTANCE -> {
                if (!INSTANCE.matcher(id).matches()) {
                    throw ElbErrors.target("Instance ID '" + id + "' is not valid");
                }
            }
            case IP -> {
                if (!ElbNetworks.contains("0.0.0.0/0", id)) {
                    throw ElbErrors.validation(
                            "The IP address '" + id + "' is not a valid IPv4 address");
                }
            }
            case LAMBDA -> {
                if (!FUNCTION.matcher(id).matches()) {
                    throw ElbErrors.validation("'" + id + "' is not a valid Lambda function ARN");
                }
                if (wanted.port() != null) {
                    throw ElbErrors.validation(
                            "Port cannot be specified for targets of target type 'lambda'");
                }
            }
            case ALB -> {
                if (References.loadBalancerArn(id).type() != LoadBalancer.Type.APPLICATION) {
                    throw ElbErrors.target("'" + id + "' is not an application load balancer");
                }
            }
        }
    }

    private static void requireInstance(World world, String id) {
        for (ContainerInstance each : world.containerInstances().all()) {
            if (each.ec2InstanceId().equals(id)
                    && each.status() != ContainerInstance.Status.INACTIVE) {
                return;
            }
        }
        throw ElbErrors.target(
                "The following targets are not in a running state and cannot be registered: '%s'"
                        .formatted(id));
    }

    private static void requireSameScope(TargetGroup group, String functionArn) {
        String[] fields = functionArn.split(":", 6);
        Scope scope = group.arn().scope();
        if (!fields[3].equals(scope.region()) || !fields[4].equals(scope.account())) {
            throw ElbErrors.target(
                    "The function '%s' is not in the account %s and region %s of the target group"
                            .formatted(functionArn, scope.account(), scope.region()));
        }
    }

    private static void requireLoadBalancer(World world, String id, int port) {
        LoadBalancerArn arn = References.loadBalancerArn(id);
        if (world.loadBalancers().get(arn) == null || References.isForeign(arn)) {
            throw ElbErrors.target("The load balancer '" + id + "' does not exist");
        }
        if (LoadBalancers.listeners(world, arn).stream()
                .noneMatch(listener -> listener.port() == port)) {
            throw ElbErrors.target(
                    "The load balancer '%s' has no listener on port %d".formatted(id, port));
        }
    }

    private static void requireUsable(World world, Vpc vpc, String address) {
        for (LoadBalancer each : world.loadBalancers().all()) {
            if (each.address().equals(address)) {
                throw ElbErrors.target(
                        "The IP address '%s' cannot be used as a target, as it is in use by a load balancer"
                                .formatted(address));
            }
        }
        if (!ElbNetworks.contains(vpc.cidr(), address)
                && RANGES.stream().noneMatch(range -> ElbNetworks.contains(range, address))) {
            throw ElbErrors.target(
                    "The IP address '%s' is not within the VPC CIDR block or a private range"
                            .formatted(address));
        }
    }

    /** The zone a target is shown in: that of its subnet, or the one given from outside the VPC. */
    @Nullable String availabilityZone(Tx tx, TargetGroup group, TargetDescription wanted) {
        String given = wanted.availabilityZone();
        if (group.targetType() == TargetType.LAMBDA) {
            if (given != null && !given.equals(ALL_ZONES)) {
                throw ElbErrors.validation(
                        "The Availability Zone of a Lambda function can only be 'all'");
            }
            return given;
        }
        if (group.targetType() != TargetType.IP) {
            if (given != null) {
                throw ElbErrors.validation(
                        "An Availability Zone cannot be specified for this target type");
            }
            return null;
        }
        Vpc vpc = networks.vpc(tx);
        for (Vpc.Subnet subnet : vpc.subnets()) {
            if (ElbNetworks.contains(subnet.cidr(), wanted.id())) {
                return subnet.availabilityZone();
            }
        }
        if (given == null) {
            throw ElbErrors.validation(
                    "You must specify an Availability Zone for the IP address '%s', which is outside the VPC"
                            .formatted(wanted.id()));
        }
        if (!given.equals(ALL_ZONES)
                && vpc.subnets().stream()
                        .noneMatch(subnet -> subnet.availabilityZone().equals(given))) {
            throw ElbErrors.invalid("AvailabilityZone", given, "'all' or a zone of the VPC");
        }
        return given;
    }
}
