package dev.dryberth.api.ecs;

import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.NetworkMode;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.SubnetChoice;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.network.Networks;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.AssignPublicIp;
import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;

import java.util.List;

/** Reads a request's network configuration into the VPC and subnets it names. */
final class TaskNetworks {

    private static final int MAX_SUBNETS = 16;
    private static final int MAX_SECURITY_GROUPS = 5;

    private final Networks networks;

    TaskNetworks(Networks networks) {
        this.networks = networks;
    }

    /** The subnets asked for; null for a task that has no interface of its own. */
    @Nullable SubnetChoice choice(
            Tx tx,
            Scope scope,
            NetworkMode mode,
            LaunchType launchType,
            @Nullable NetworkConfiguration configuration) {
        AwsVpcConfiguration awsvpc =
                configuration == null ? null : configuration.awsvpcConfiguration();
        if (mode != NetworkMode.AWSVPC) {
            if (awsvpc != null) {
                throw EcsErrors.invalidParameter(
                        "Network Configuration is not valid for the given networkMode of this task"
                                + " definition.");
            }
            return null;
        }
        if (awsvpc == null) {
            throw EcsErrors.invalidParameter(
                    "Network Configuration must be provided when networkMode 'awsvpc' is"
                            + " specified.");
        }
        if (awsvpc.assignPublicIp() == AssignPublicIp.UNKNOWN_TO_SDK_VERSION) {
            throw EcsErrors.notOneOf("assignPublicIp", List.of("ENABLED", "DISABLED"));
        }
        if (awsvpc.assignPublicIp() == AssignPublicIp.ENABLED && launchType != LaunchType.FARGATE) {
            throw EcsErrors.invalidParameter(
                    "Assign public IP is not supported for this launch type.");
        }
        Vpc vpc = networks.defaultVpc(tx, scope);
        checkSecurityGroups(vpc, awsvpc.securityGroups());
        return new SubnetChoice(vpc.id(), subnets(vpc, awsvpc.subnets()));
    }

    private static List<String> subnets(Vpc vpc, List<String> ids) {
        if (ids.isEmpty()) {
            throw EcsErrors.invalidParameter("subnets can not be empty.");
        }
        if (ids.size() > MAX_SUBNETS) {
            throw EcsErrors.invalidParameter(
                    "subnets can have at most " + MAX_SUBNETS + " items."); // [?]
        }
        for (String id : ids) {
            if (vpc.subnets().stream().noneMatch(each -> each.id().equals(id))) {
                throw EcsErrors.invalidParameter(
                        "Error retrieving subnet information for ["
                                + id
                                + "]: The subnet ID '"
                                + id
                                + "' does not exist (ErrorCode: InvalidSubnetID.NotFound)");
            }
        }
        return List.copyOf(ids);
    }

    private static void checkSecurityGroups(Vpc vpc, List<String> ids) {
        if (ids.size() > MAX_SECURITY_GROUPS) {
            throw EcsErrors.invalidParameter(
                    "securityGroups can have at most " + MAX_SECURITY_GROUPS + " items."); // [?]
        }
        for (String id : ids) {
            if (vpc.securityGroups().stream().noneMatch(each -> each.id().equals(id))) {
                throw EcsErrors.invalidParameter(
                        "Error retrieving security group information for ["
                                + id
                                + "]: The security group '"
                                + id
                                + "' does not exist (ErrorCode: InvalidGroup.NotFound)");
            }
        }
    }
}
