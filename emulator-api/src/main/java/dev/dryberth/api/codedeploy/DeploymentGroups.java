package dev.dryberth.api.codedeploy;

import dev.dryberth.core.engine.CodeDeployRecords;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.CodeDeployApplication;
import dev.dryberth.core.model.CodeDeployArn;
import dev.dryberth.core.model.CodeDeployDeployment;
import dev.dryberth.core.model.CodeDeployGroup;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentGroupResponse;
import software.amazon.awssdk.services.codedeploy.model.DeleteDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.DeleteDeploymentGroupResponse;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentReadyAction;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentGroupResponse;
import software.amazon.awssdk.services.codedeploy.model.LastDeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentGroupsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentGroupsResponse;
import software.amazon.awssdk.services.codedeploy.model.UpdateDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.UpdateDeploymentGroupResponse;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** Deployment groups: which service is deployed, behind which listeners, and how. Loop thread. */
final class DeploymentGroups {

    /** As many of an application as AWS's quota has it. */
    private static final int MAX_GROUPS = 1000;

    private final Ids ids;

    DeploymentGroups(Ids ids) {
        this.ids = ids;
    }

    CreateDeploymentGroupResponse createDeploymentGroup(
            Tx tx, CreateDeploymentGroupRequest request) {
        World world = tx.world();
        CodeDeployApplication application = Rows.application(world, request.applicationName());
        String name = CodeDeployErrors.name("DeploymentGroup", request.deploymentGroupName());
        CodeDeployArn arn = CodeDeployArn.group(Rows.scope(), application.arn().name(), name);
        requireNew(world, arn);
        if (of(world, application).size() >= MAX_GROUPS) {
            throw CodeDeployErrors.of(
                    "DeploymentGroupLimitExceeded",
                    "More than " + MAX_GROUPS + " deployment groups are not allowed.");
        }
        DeploymentGroupInfo info =
                completed(
                        DeploymentGroupInfo.builder()
                                .applicationName(application.arn().name())
                                .deploymentGroupId(ids.uuid())
                                .deploymentGroupName(name)
                                .deploymentConfigName(
                                        Objects.requireNonNullElse(
                                                request.deploymentConfigName(),
                                                DeploymentConfigs.ALL_AT_ONCE))
                                .ec2TagFilters(request.ec2TagFilters())
                                .onPremisesInstanceTagFilters(
                                        request.onPremisesInstanceTagFilters())
                                .serviceRoleArn(request.serviceRoleArn())
                                .triggerConfigurations(request.triggerConfigurations())
                                .alarmConfiguration(request.alarmConfiguration())
                                .autoRollbackConfiguration(request.autoRollbackConfiguration())
                                .deploymentStyle(request.deploymentStyle())
                                .blueGreenDeploymentConfiguration(
                                        request.blueGreenDeploymentConfiguration())
                                .loadBalancerInfo(request.loadBalancerInfo())
                                .ec2TagSet(request.ec2TagSet())
                                .onPremisesTagSet(request.onPremisesTagSet())
                                .computePlatform(ComputePlatform.ECS)
                                .ecsServices(request.ecsServices()));
        ServiceArn service = GroupRules.check(world, info);
        requireFree(world, service, arn);
        tx.put(
                world.codeDeployGroups(),
                arn,
                new CodeDeployGroup(
                        arn,
                        application.arn().name(),
                        name,
                        info.deploymentGroupId(),
                        service,
                        GroupDocuments.text(info)));
        return CreateDeploymentGroupResponse.builder()
                .deploymentGroupId(info.deploymentGroupId())
                .build();
    }

    /** The waits are shown as numbers, as `aws ecs deploy` needs them. */
    private static DeploymentGroupInfo completed(DeploymentGroupInfo.Builder asked) {
        DeploymentGroupInfo info = asked.build();
        var blueGreen = info.blueGreenDeploymentConfiguration();
        if (blueGreen == null
                || blueGreen.deploymentReadyOption() == null
                || blueGreen.terminateBlueInstancesOnDeploymentSuccess() == null) {
            return info;
        }
        var ready = blueGreen.deploymentReadyOption();
        var terminate = blueGreen.terminateBlueInstancesOnDeploymentSuccess();
        return info.toBuilder()
                .blueGreenDeploymentConfiguration(
                        blueGreen.toBuilder()
                                .deploymentReadyOption(
                                        ready.toBuilder()
                                                .actionOnTimeout(
                                                        ready.actionOnTimeoutAsString() == null
                                                                ? DeploymentReadyAction
                                                                        .CONTINUE_DEPLOYMENT
                                                                        .toString()
                                                                : ready.actionOnTimeoutAsString())
                                                .waitTimeInMinutes(zero(ready.waitTimeInMinutes()))
                                                .build())
                                .terminateBlueInstancesOnDeploymentSuccess(
                                        terminate.toBuilder()
                                                .terminationWaitTimeInMinutes(
                                                        zero(
                                                                terminate
                                                                        .terminationWaitTimeInMinutes()))
                                                .build())
                                .build())
                .build();
    }

    private static int zero(@Nullable Integer minutes) {
        return minutes == null ? 0 : minutes;
    }

    private static List<CodeDeployGroup> of(World world, CodeDeployApplication application) {
        return world.codeDeployGroups().all().stream()
                .filter(each ->
                        each.arn().scope().equals(application.arn().scope())
                                && each.application().equals(application.arn().name()))
                .toList();
    }

    private static void requireNew(World world, CodeDeployArn arn) {
        if (world.codeDeployGroups().get(arn) != null) {
            throw CodeDeployErrors.of(
                    "DeploymentGroupAlreadyExists",
                    "A deployment group with the name " + arn.name() + " exists.");
        }
    }

    /** A service is in one deployment group at most. */
    private static void requireFree(World world, ServiceArn service, CodeDeployArn group) {
        for (CodeDeployGroup each : world.codeDeployGroups().all()) {
            if (each.service().equals(service) && !each.arn().equals(group)) {
                throw CodeDeployErrors.of(
                        "ECSServiceMappingLimitExceeded",
                        "The Amazon ECS service %s is in the deployment group %s already."
                                .formatted(service.name(), each.arn().name()));
            }
        }
    }

    UpdateDeploymentGroupResponse updateDeploymentGroup(
            Tx tx, UpdateDeploymentGroupRequest request) {
        World world = tx.world();
        CodeDeployGroup row =
                Rows.group(world, request.applicationName(), request.currentDeploymentGroupName());
        DeploymentGroupInfo info = merged(GroupDocuments.of(row), request);
        ServiceArn service = GroupRules.check(world, info);
        requireFree(world, service, row.arn());
        String name = info.deploymentGroupName();
        CodeDeployArn arn = CodeDeployArn.group(row.arn().scope(), row.application(), name);
        if (!arn.equals(row.arn())) {
            requireNew(world, arn);
            requireIdle(world, row);
            tx.delete(world.codeDeployGroups(), row.arn());
        }
        tx.put(
                world.codeDeployGroups(),
                arn,
                new CodeDeployGroup(
                        arn,
                        row.application(),
                        name,
                        row.id(),
                        service,
                        GroupDocuments.text(info)));
        return UpdateDeploymentGroupResponse.builder().hooksNotCleanedUp(List.of()).build();
    }

    private static DeploymentGroupInfo merged(
            DeploymentGroupInfo present, UpdateDeploymentGroupRequest change) {
        DeploymentGroupInfo.Builder merged = present.toBuilder();
        if (change.newDeploymentGroupName() != null) {
            merged.deploymentGroupName(
                    CodeDeployErrors.name("DeploymentGroup", change.newDeploymentGroupName()));
        }
        Optional.ofNullable(change.deploymentConfigName()).ifPresent(merged::deploymentConfigName);
        Optional.ofNullable(change.serviceRoleArn()).ifPresent(merged::serviceRoleArn);
        Optional.ofNullable(change.alarmConfiguration()).ifPresent(merged::alarmConfiguration);
        Optional.ofNullable(change.autoRollbackConfiguration())
                .ifPresent(merged::autoRollbackConfiguration);
        Optional.ofNullable(change.deploymentStyle()).ifPresent(merged::deploymentStyle);
        Optional.ofNullable(change.blueGreenDeploymentConfiguration())
                .ifPresent(merged::blueGreenDeploymentConfiguration);
        Optional.ofNullable(change.loadBalancerInfo()).ifPresent(merged::loadBalancerInfo);
        if (change.hasEcsServices()) {
            merged.ecsServices(change.ecsServices());
        }
        if (change.hasTriggerConfigurations()) {
            merged.triggerConfigurations(change.triggerConfigurations());
        }
        if (change.hasEc2TagFilters()) {
            merged.ec2TagFilters(change.ec2TagFilters());
        }
        return completed(merged);
    }

    GetDeploymentGroupResponse getDeploymentGroup(Tx tx, GetDeploymentGroupRequest request) {
        World world = tx.world();
        CodeDeployGroup row =
                Rows.group(world, request.applicationName(), request.deploymentGroupName());
        List<CodeDeployDeployment> newestFirst = CodeDeployRecords.of(world, row.arn());
        return GetDeploymentGroupResponse.builder()
                .deploymentGroupInfo(
                        GroupDocuments.of(row).toBuilder()
                                .lastAttemptedDeployment(last(newestFirst, each -> true))
                                .lastSuccessfulDeployment(
                                        last(
                                                newestFirst,
                                                each ->
                                                        each.status()
                                                                == CodeDeployDeployment.Status
                                                                        .SUCCEEDED))
                                .build())
                .build();
    }

    private static @Nullable LastDeploymentInfo last(
            List<CodeDeployDeployment> newestFirst, Predicate<CodeDeployDeployment> which) {
        for (CodeDeployDeployment each : newestFirst) {
            if (which.test(each)) {
                return LastDeploymentInfo.builder()
                        .deploymentId(each.arn().name())
                        .status(DeploymentViews.status(each))
                        .createTime(each.createdAt())
                        .endTime(each.completedAt())
                        .build();
            }
        }
        return null;
    }

    ListDeploymentGroupsResponse listDeploymentGroups(Tx tx, ListDeploymentGroupsRequest request) {
        CodeDeployApplication application = Rows.application(tx.world(), request.applicationName());
        List<String> names =
                of(tx.world(), application).stream().map(CodeDeployGroup::name).toList();
        Listing page = Listing.of("ListDeploymentGroups", names, request.nextToken());
        return ListDeploymentGroupsResponse.builder()
                .applicationName(application.arn().name())
                .deploymentGroups(page.names())
                .nextToken(page.nextToken())
                .build();
    }

    /** One that is not there is gone already. */
    DeleteDeploymentGroupResponse deleteDeploymentGroup(
            Tx tx, DeleteDeploymentGroupRequest request) {
        String application = CodeDeployErrors.name("Application", request.applicationName());
        String name = CodeDeployErrors.name("DeploymentGroup", request.deploymentGroupName());
        CodeDeployGroup row =
                tx.world()
                        .codeDeployGroups()
                        .get(CodeDeployArn.group(Rows.scope(), application, name));
        if (row != null) {
            delete(tx, row);
        }
        return DeleteDeploymentGroupResponse.builder().hooksNotCleanedUp(List.of()).build();
    }

    static void delete(Tx tx, CodeDeployGroup row) {
        requireIdle(tx.world(), row);
        for (CodeDeployDeployment each : CodeDeployRecords.of(tx.world(), row.arn())) {
            tx.delete(tx.world().codeDeployDeployments(), each.arn());
        }
        tx.delete(tx.world().codeDeployGroups(), row.arn());
    }

    private static void requireIdle(World world, CodeDeployGroup row) {
        for (CodeDeployDeployment each : CodeDeployRecords.of(world, row.arn())) {
            if (!each.status().terminal()) {
                throw CodeDeployErrors.of(
                        "InvalidInput",
                        "The deployment group %s has an active deployment: %s."
                                .formatted(row.name(), each.arn().name()));
            }
        }
    }
}
