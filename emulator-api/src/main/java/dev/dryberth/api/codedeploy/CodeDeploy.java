package dev.dryberth.api.codedeploy;

import dev.dryberth.api.aws.AwsService;
import dev.dryberth.api.aws.json.AwsJson;
import dev.dryberth.api.ecs.Replacements;
import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.loop.Clock;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.BatchGetDeploymentTargetsRequest;
import software.amazon.awssdk.services.codedeploy.model.BatchGetDeploymentTargetsResponse;
import software.amazon.awssdk.services.codedeploy.model.ContinueDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.ContinueDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.CreateApplicationRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateApplicationResponse;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentConfigRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentConfigResponse;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentGroupResponse;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.DeleteApplicationRequest;
import software.amazon.awssdk.services.codedeploy.model.DeleteApplicationResponse;
import software.amazon.awssdk.services.codedeploy.model.DeleteDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.DeleteDeploymentGroupResponse;
import software.amazon.awssdk.services.codedeploy.model.GetApplicationRequest;
import software.amazon.awssdk.services.codedeploy.model.GetApplicationResponse;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentConfigRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentConfigResponse;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentGroupResponse;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentTargetRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentTargetResponse;
import software.amazon.awssdk.services.codedeploy.model.ListApplicationsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListApplicationsResponse;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentConfigsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentConfigsResponse;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentGroupsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentGroupsResponse;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentTargetsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentTargetsResponse;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentsResponse;
import software.amazon.awssdk.services.codedeploy.model.PutLifecycleEventHookExecutionStatusRequest;
import software.amazon.awssdk.services.codedeploy.model.PutLifecycleEventHookExecutionStatusResponse;
import software.amazon.awssdk.services.codedeploy.model.StopDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.StopDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.UpdateDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.UpdateDeploymentGroupResponse;

import java.util.List;

/**
 * AWS CodeDeploy for Amazon ECS: the table of contents. Each operation runs in one transaction on
 * the loop; those that are not overridden are not built, and say so. May be called on any thread.
 */
public final class CodeDeploy implements CodeDeployClient {

    private final Engine engine;
    private final Replacements replacements;

    /** Made with the first call: a daemon nobody deploys with pays nothing. */
    private @Nullable Parts parts;

    public CodeDeploy(Engine engine, Replacements replacements) {
        this.engine = engine;
        this.replacements = replacements;
    }

    /** CodeDeploy as the request chain serves it. */
    public AwsService service() {
        return new AwsService(
                        "codedeploy",
                        "CodeDeploy_20141006",
                        List.of("codedeploy"),
                        AwsJson.V1_1,
                        CodeDeployClient.class,
                        this)
                .withRecordedOnly(
                        List.of(
                                "CreateApplication.tags",
                                "CreateDeployment.fileExistsBehavior",
                                "CreateDeployment.ignoreApplicationStopFailures",
                                "CreateDeployment.updateOutdatedInstancesOnly",
                                "CreateDeploymentGroup.alarmConfiguration.ignorePollAlarmFailure",
                                "CreateDeploymentGroup.outdatedInstancesStrategy",
                                "CreateDeploymentGroup.serviceRoleArn",
                                "CreateDeploymentGroup.tags",
                                "CreateDeploymentGroup.terminationHookEnabled"));
    }

    private static final class Parts {

        final Applications applications;
        final DeploymentGroups groups;
        final DeploymentConfigs configs;
        final DeploymentRequests requests;
        final DeploymentActions actions;
        final DeploymentLists lists = new DeploymentLists();
        final DeploymentTargets targets = new DeploymentTargets();

        Parts(Engine engine, Replacements replacements) {
            Clock clock = engine.loop().clock();
            applications = new Applications(clock, engine.ids());
            groups = new DeploymentGroups(engine.ids());
            configs = new DeploymentConfigs(clock, engine.ids());
            requests = new DeploymentRequests(clock, engine.ids(), replacements);
            actions = new DeploymentActions(clock);
        }
    }

    private synchronized Parts parts() {
        if (parts == null) {
            parts = new Parts(engine, replacements);
        }
        return parts;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateApplicationResponse createApplication(CreateApplicationRequest request) {
        return engine.call(tx -> parts().applications.createApplication(tx, request));
    }

    @Override
    public GetApplicationResponse getApplication(GetApplicationRequest request) {
        return engine.call(tx -> parts().applications.getApplication(tx, request));
    }

    @Override
    public ListApplicationsResponse listApplications(ListApplicationsRequest request) {
        return engine.call(tx -> parts().applications.listApplications(tx, request));
    }

    @Override
    public DeleteApplicationResponse deleteApplication(DeleteApplicationRequest request) {
        return engine.call(tx -> parts().applications.deleteApplication(tx, request));
    }

    @Override
    public CreateDeploymentGroupResponse createDeploymentGroup(
            CreateDeploymentGroupRequest request) {
        return engine.call(tx -> parts().groups.createDeploymentGroup(tx, request));
    }

    @Override
    public UpdateDeploymentGroupResponse updateDeploymentGroup(
            UpdateDeploymentGroupRequest request) {
        return engine.call(tx -> parts().groups.updateDeploymentGroup(tx, request));
    }

    @Override
    public GetDeploymentGroupResponse getDeploymentGroup(GetDeploymentGroupRequest request) {
        return engine.call(tx -> parts().groups.getDeploymentGroup(tx, request));
    }

    @Override
    public ListDeploymentGroupsResponse listDeploymentGroups(ListDeploymentGroupsRequest request) {
        return engine.call(tx -> parts().groups.listDeploymentGroups(tx, request));
    }

    @Override
    public DeleteDeploymentGroupResponse deleteDeploymentGroup(
            DeleteDeploymentGroupRequest request) {
        return engine.call(tx -> parts().groups.deleteDeploymentGroup(tx, request));
    }

    @Override
    public CreateDeploymentConfigResponse createDeploymentConfig(
            CreateDeploymentConfigRequest request) {
        return engine.call(tx -> parts().configs.createDeploymentConfig(tx, request));
    }

    @Override
    public GetDeploymentConfigResponse getDeploymentConfig(GetDeploymentConfigRequest request) {
        return engine.call(tx -> parts().configs.getDeploymentConfig(tx, request));
    }

    @Override
    public ListDeploymentConfigsResponse listDeploymentConfigs(
            ListDeploymentConfigsRequest request) {
        return engine.call(tx -> parts().configs.listDeploymentConfigs(tx, request));
    }

    @Override
    public CreateDeploymentResponse createDeployment(CreateDeploymentRequest request) {
        return engine.call(tx -> parts().requests.createDeployment(tx, request));
    }

    @Override
    public GetDeploymentResponse getDeployment(GetDeploymentRequest request) {
        return engine.call(tx -> parts().lists.getDeployment(tx, request));
    }

    @Override
    public ListDeploymentsResponse listDeployments(ListDeploymentsRequest request) {
        return engine.call(tx -> parts().lists.listDeployments(tx, request));
    }

    @Override
    public ListDeploymentTargetsResponse listDeploymentTargets(
            ListDeploymentTargetsRequest request) {
        return engine.call(tx -> parts().targets.listDeploymentTargets(tx, request));
    }

    @Override
    public GetDeploymentTargetResponse getDeploymentTarget(GetDeploymentTargetRequest request) {
        return engine.call(tx -> parts().targets.getDeploymentTarget(tx, request));
    }

    @Override
    public BatchGetDeploymentTargetsResponse batchGetDeploymentTargets(
            BatchGetDeploymentTargetsRequest request) {
        return engine.call(tx -> parts().targets.batchGetDeploymentTargets(tx, request));
    }

    @Override
    public ContinueDeploymentResponse continueDeployment(ContinueDeploymentRequest request) {
        return engine.call(tx -> parts().actions.continueDeployment(tx, request));
    }

    @Override
    public StopDeploymentResponse stopDeployment(StopDeploymentRequest request) {
        return engine.call(tx -> parts().actions.stopDeployment(tx, request));
    }

    @Override
    public PutLifecycleEventHookExecutionStatusResponse putLifecycleEventHookExecutionStatus(
            PutLifecycleEventHookExecutionStatusRequest request) {
        return engine.call(tx -> parts().actions.putLifecycleEventHookExecutionStatus(tx, request));
    }
}
