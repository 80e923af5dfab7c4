package dev.dryberth.api.codedeploy;

import dev.dryberth.core.model.CodeDeployConfig;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.Shift;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.codedeploy.model.AutoRollbackEvent;
import software.amazon.awssdk.services.codedeploy.model.BlueGreenDeploymentConfiguration;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentOption;
import software.amazon.awssdk.services.codedeploy.model.DeploymentReadyAction;
import software.amazon.awssdk.services.codedeploy.model.DeploymentType;
import software.amazon.awssdk.services.codedeploy.model.ECSService;
import software.amazon.awssdk.services.codedeploy.model.InstanceAction;
import software.amazon.awssdk.services.codedeploy.model.TargetGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.TargetGroupPairInfo;
import software.amazon.awssdk.services.codedeploy.model.TrafficRoute;

import java.util.List;

/** What a deployment group for ECS must be. Loop thread. */
final class GroupRules {

    /** Two days, as AWS has it. */
    private static final int MAX_WAIT_MINUTES = 2880;

    private static final int MAX_ALARMS = 10;

    private GroupRules() {}

    /**
     * Checks a deployment group as it is to be.
     *
     * @return the service it deploys
     */
    static ServiceArn check(World world, DeploymentGroupInfo info) {
        if (info.serviceRoleArn() == null || info.serviceRoleArn().isEmpty()) {
            throw CodeDeployErrors.of("RoleRequired", "The role ID was not specified.");
        }
        refuseOtherPlatforms(info);
        CodeDeployConfig config = DeploymentConfigs.existing(world, info.deploymentConfigName());
        ServiceArn service = service(world, info.ecsServices());
        pair(info, config);
        style(info);
        waits(info.blueGreenDeploymentConfiguration());
        var alarms = info.alarmConfiguration();
        if (alarms != null && Boolean.TRUE.equals(alarms.enabled())) {
            if (alarms.alarms().isEmpty() || alarms.alarms().size() > MAX_ALARMS) {
                throw CodeDeployErrors.of(
                        "InvalidAlarmConfig",
                        "From 1 to %d alarms must be given.".formatted(MAX_ALARMS));
            }
        }
        var rollback = info.autoRollbackConfiguration();
        if (rollback != null
                && (rollback.events().contains(AutoRollbackEvent.UNKNOWN_TO_SDK_VERSION)
                        || (Boolean.TRUE.equals(rollback.enabled())
                                && rollback.events().isEmpty()))) {
            throw CodeDeployErrors.of(
                    "InvalidAutoRollbackConfig",
                    "Events must be some of DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM and"
                            + " DEPLOYMENT_STOP_ON_REQUEST.");
        }
        return service;
    }

    private static void refuseOtherPlatforms(DeploymentGroupInfo info) {
        if (!info.ec2TagFilters().isEmpty()
                || !info.onPremisesInstanceTagFilters().isEmpty()
                || !info.autoScalingGroups().isEmpty()
                || info.ec2TagSet() != null
                || info.onPremisesTagSet() != null) {
            throw CodeDeployErrors.of(
                    "InvalidInput",
                    "Instances can't be given for an application of the compute platform ECS.");
        }
        if (!info.triggerConfigurations().isEmpty()) {
            throw CodeDeployErrors.notBuilt("triggers (triggerConfigurations)");
        }
    }

    private static ServiceArn service(World world, List<ECSService> asked) {
        if (asked.size() != 1
                || asked.getFirst().serviceName() == null
                || asked.getFirst().clusterName() == null) {
            throw CodeDeployErrors.of(
                    "InvalidECSService", "One ECS service with its cluster must be given.");
        }
        Scope scope = Rows.scope();
        ServiceArn arn =
                new ServiceArn(
                        scope,
                        last(asked.getFirst().clusterName()),
                        last(asked.getFirst().serviceName()));
        Service row = world.services().get(arn);
        if (row == null || row.controller() != Service.Controller.CODE_DEPLOY) {
            throw CodeDeployErrors.of(
                    "InvalidECSService",
                    "Deployment group's ECSService must be configured for a CODE_DEPLOY deployment"
                            + " controller.");
        }
        return arn;
    }

    /** A name, which may have been given as an ARN. */
    private static String last(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private static void pair(DeploymentGroupInfo info, CodeDeployConfig config) {
        TargetGroupPairInfo pair = pairOf(info);
        for (TargetGroupInfo each : pair.targetGroups()) {
            if (each.name() == null || each.name().isEmpty()) {
                throw invalidPair("each of its target groups must have a name");
            }
        }
        if (pair.targetGroups().stream().distinct().count() != 2) {
            throw invalidPair("it must have two target groups");
        }
        ListenerArn production = listener("prodTrafficRoute", pair.prodTrafficRoute());
        if (production == null) {
            throw invalidPair("it must have a production listener (prodTrafficRoute)");
        }
        listener("testTrafficRoute", pair.testTrafficRoute());
        if (production.loadBalancer().type() == LoadBalancer.Type.NETWORK
                && config.strategy() != Shift.Strategy.BLUE_GREEN) {
            throw CodeDeployErrors.of(
                    "InvalidTrafficRoutingConfiguration",
                    "Only ALB supports gradual traffic routing, use AllAtOnce Traffic routing"
                            + " instead when you create/update Deployment group.");
        }
    }

    static TargetGroupPairInfo pairOf(DeploymentGroupInfo info) {
        if (info.loadBalancerInfo() == null
                || info.loadBalancerInfo().targetGroupPairInfoList().size() != 1) {
            throw CodeDeployErrors.of(
                    "InvalidLoadBalancerInfo",
                    "loadBalancerInfo must have one pair of target groups"
                            + " (targetGroupPairInfoList).");
        }
        return info.loadBalancerInfo().targetGroupPairInfoList().getFirst();
    }

    static @Nullable ListenerArn listener(String member, @Nullable TrafficRoute route) {
        if (route == null || route.listenerArns().isEmpty()) {
            return null;
        }
        if (route.listenerArns().size() > 1) {
            throw invalidPair(member + " must have one listener");
        }
        try {
            return ListenerArn.parse(route.listenerArns().getFirst());
        } catch (IllegalArgumentException notOne) {
            throw invalidPair(member + " must have the ARN of a listener");
        }
    }

    private static RuntimeException invalidPair(String why) {
        return CodeDeployErrors.of(
                "InvalidTargetGroupPair", "The target group pair is invalid: " + why + ".");
    }

    private static void style(DeploymentGroupInfo info) {
        var style = info.deploymentStyle();
        if (style == null
                || style.deploymentType() != DeploymentType.BLUE_GREEN
                || style.deploymentOption() != DeploymentOption.WITH_TRAFFIC_CONTROL) {
            throw CodeDeployErrors.of(
                    "InvalidDeploymentStyle",
                    "For the compute platform ECS the deployment type must be BLUE_GREEN and the"
                            + " deployment option WITH_TRAFFIC_CONTROL.");
        }
    }

    private static void waits(@Nullable BlueGreenDeploymentConfiguration asked) {
        if (asked == null
                || asked.terminateBlueInstancesOnDeploymentSuccess() == null
                || asked.deploymentReadyOption() == null) {
            throw invalidBlueGreen(
                    "terminateBlueInstancesOnDeploymentSuccess and deploymentReadyOption are"
                            + " required");
        }
        var terminate = asked.terminateBlueInstancesOnDeploymentSuccess();
        if (terminate.action() != InstanceAction.TERMINATE) {
            throw invalidBlueGreen("for ECS the original task set is terminated (TERMINATE)");
        }
        Integer termination = terminate.terminationWaitTimeInMinutes();
        if (termination != null && (termination < 0 || termination > MAX_WAIT_MINUTES)) {
            throw invalidBlueGreen("a wait is from 0 to " + MAX_WAIT_MINUTES + " minutes");
        }
        var ready = asked.deploymentReadyOption();
        if (ready.actionOnTimeout() == DeploymentReadyAction.UNKNOWN_TO_SDK_VERSION) {
            throw invalidBlueGreen(
                    "actionOnTimeout must be CONTINUE_DEPLOYMENT or STOP_DEPLOYMENT");
        }
        Integer wait = ready.waitTimeInMinutes();
        boolean stops = ready.actionOnTimeout() == DeploymentReadyAction.STOP_DEPLOYMENT;
        if (wait != null && (wait < 0 || wait > MAX_WAIT_MINUTES)) {
            throw invalidBlueGreen("a wait is from 0 to " + MAX_WAIT_MINUTES + " minutes");
        }
        if (stops != (wait != null && wait > 0)) {
            throw invalidBlueGreen("waitTimeInMinutes goes with STOP_DEPLOYMENT");
        }
        if (asked.greenFleetProvisioningOption() != null) {
            throw invalidBlueGreen("greenFleetProvisioningOption is not for ECS");
        }
    }

    private static RuntimeException invalidBlueGreen(String why) {
        return CodeDeployErrors.of(
                "InvalidBlueGreenDeploymentConfiguration",
                "The configuration of the blue/green deployment is invalid: " + why + ".");
    }
}
