package dev.dryberth.api.codedeploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.api.ecs.Ecs;
import dev.dryberth.api.elbv2.ElbFixture;
import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.network.Networks;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.TaskSet;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetTypeEnum;

import java.util.List;
import java.util.function.Consumer;

/** CodeDeploy's operations over a real engine without a runtime: tasks never come to run. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class CodeDeployApiTest {

    private final ElbFixture fixture = new ElbFixture();
    private final Ecs ecs =
            new Ecs(fixture.engine, new Networks(null, List::of), HostAccess.NONE, "x86_64");
    private final CodeDeploy codeDeploy = new CodeDeploy(fixture.engine, ecs.replacements());
    private String listener = "";

    @BeforeEach
    void create() {
        ecs.createCluster(request -> request.clusterName("c"));
        ecs.registerTaskDefinition(request ->
                request.family("web")
                        .requiresCompatibilitiesWithStrings("FARGATE")
                        .networkMode(NetworkMode.AWSVPC)
                        .cpu("256")
                        .memory("512")
                        .containerDefinitions(app ->
                                app.name("app")
                                        .image("app:1")
                                        .portMappings(port -> port.containerPort(80))));
        String vpc = fixture.loadBalancer("web").vpcId();
        String balancer =
                fixture.elb
                        .describeLoadBalancers(request -> request.names("web"))
                        .loadBalancers()
                        .getFirst()
                        .loadBalancerArn();
        String blue = group("blue", vpc);
        group("green", vpc);
        Action forward = Action.builder().type(ActionTypeEnum.FORWARD).targetGroupArn(blue).build();
        listener =
                fixture.elb
                        .createListener(request ->
                                request.loadBalancerArn(balancer)
                                        .protocol("HTTP")
                                        .port(80)
                                        .defaultActions(forward))
                        .listeners()
                        .getFirst()
                        .listenerArn();
        ecs.createService(request ->
                request.cluster("c")
                        .serviceName("web")
                        .taskDefinition("web")
                        .desiredCount(1)
                        .launchType("FARGATE")
                        .deploymentController(controller -> controller.type("CODE_DEPLOY"))
                        .networkConfiguration(network ->
                                network.awsvpcConfiguration(
                                        awsvpc -> awsvpc.subnets(fixture.subnets())))
                        .loadBalancers(lb ->
                                lb.targetGroupArn(blue).containerName("app").containerPort(80)));
        codeDeploy.createApplication(
                request -> request.applicationName("app").computePlatform("ECS"));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private String group(String name, String vpc) {
        return fixture.elb
                .createTargetGroup(request ->
                        request.name(name)
                                .targetType(TargetTypeEnum.IP)
                                .protocol("HTTP")
                                .port(80)
                                .vpcId(vpc))
                .targetGroups()
                .getFirst()
                .targetGroupArn();
    }

    private CreateDeploymentGroupRequest.Builder group() {
        return CreateDeploymentGroupRequest.builder()
                .applicationName("app")
                .deploymentGroupName("group")
                .serviceRoleArn("arn:aws:iam::000000000000:role/deploy")
                .ecsServices(service -> service.clusterName("c").serviceName("web"))
                .deploymentStyle(style ->
                        style.deploymentType("BLUE_GREEN").deploymentOption("WITH_TRAFFIC_CONTROL"))
                .blueGreenDeploymentConfiguration(config ->
                        config.terminateBlueInstancesOnDeploymentSuccess(terminate ->
                                        terminate
                                                .action("TERMINATE")
                                                .terminationWaitTimeInMinutes(5))
                                .deploymentReadyOption(
                                        ready -> ready.actionOnTimeout("CONTINUE_DEPLOYMENT")))
                .loadBalancerInfo(info ->
                        info.targetGroupPairInfoList(pair ->
                                pair.targetGroups(one -> one.name("blue"), two -> two.name("green"))
                                        .prodTrafficRoute(route -> route.listenerArns(listener))));
    }

    private void createGroup(Consumer<CreateDeploymentGroupRequest.Builder> changes) {
        CreateDeploymentGroupRequest.Builder request = group();
        changes.accept(request);
        codeDeploy.createDeploymentGroup(request.build());
    }

    private String deploy(String taskDefinition) {
        String appSpec =
                """
                {"Resources": [{"S": {"Type": "AWS::ECS::Service", "Properties": {
                 "TaskDefinition": "%s",
                 "LoadBalancerInfo": {"ContainerName": "app", "ContainerPort": 80}}}}]}
                """
                        .formatted(taskDefinition);
        return codeDeploy
                .createDeployment(
                        CreateDeploymentRequest.builder()
                                .applicationName("app")
                                .deploymentGroupName("group")
                                .revision(revision ->
                                        revision.revisionType("AppSpecContent")
                                                .appSpecContent(
                                                        content -> content.content(appSpec)))
                                .build())
                .deploymentId();
    }

    private DeploymentInfo info(String id) {
        return codeDeploy.getDeployment(request -> request.deploymentId(id)).deploymentInfo();
    }

    private List<TaskSet> taskSets() {
        return ecs.describeServices(request -> request.cluster("c").services("web"))
                .services()
                .getFirst()
                .taskSets();
    }

    private static void refused(Runnable call, String code) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        AwsServiceException.class,
                        e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    @Test
    void aServiceBeginsWithATaskSetOfItsOwn() {
        assertThat(taskSets()).hasSize(1);
        assertThat(taskSets().getFirst().status()).isEqualTo("PRIMARY");
        assertThat(taskSets().getFirst().computedDesiredCount()).isEqualTo(1);
        assertThat(taskSets().getFirst().scale().value()).isEqualTo(100.0);
        assertThatThrownBy(() ->
                        ecs.updateService(request ->
                                request.cluster("c").service("web").taskDefinition("web")))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(
                        "Unable to update task definition on services with a CODE_DEPLOY deployment"
                                + " controller. Use AWS CodeDeploy to trigger a new deployment.");
        assertThatThrownBy(() ->
                        ecs.updateService(request ->
                                request.cluster("c").service("web").forceNewDeployment(true)))
                .hasMessageContaining(
                        "Cannot force a new deployment on services with a CODE_DEPLOY deployment"
                                + " controller. Use AWS CodeDeploy to trigger a new deployment.");
        ecs.updateService(request -> request.cluster("c").service("web").desiredCount(3));
        assertThat(taskSets().getFirst().computedDesiredCount()).isEqualTo(3);
    }

    @Test
    void aDeploymentMakesTheReplacementAndIsStopped() {
        createGroup(request -> {});
        String id = deploy("web:1");
        assertThat(id).matches("d-[0-9A-Z]{9}");
        assertThat(info(id).status()).isEqualTo(DeploymentStatus.IN_PROGRESS);
        assertThat(info(id).deploymentConfigName()).isEqualTo("CodeDeployDefault.ECSAllAtOnce");
        assertThat(taskSets()).extracting(TaskSet::status).containsExactly("ACTIVE", "PRIMARY");
        assertThat(taskSets().getFirst().externalId()).isEqualTo(id);
        assertThat(taskSets().getFirst().loadBalancers().getFirst().targetGroupArn())
                .contains("targetgroup/green/");

        refused(() -> deploy("web:1"), "DeploymentLimitExceededException");
        refused(
                () -> codeDeploy.continueDeployment(request -> request.deploymentId(id)),
                "DeploymentIsNotInReadyStateException");
        var target =
                codeDeploy
                        .getDeploymentTarget(request -> request.deploymentId(id).targetId("c:web"))
                        .deploymentTarget()
                        .ecsTarget();
        assertThat(target.lifecycleEvents())
                .extracting(each -> each.lifecycleEventName())
                .containsExactly(
                        "BeforeInstall",
                        "Install",
                        "AfterInstall",
                        "BeforeAllowTraffic",
                        "AllowTraffic",
                        "AfterAllowTraffic");
        assertThat(target.taskSetsInfo()).hasSize(2);

        codeDeploy.stopDeployment(request -> request.deploymentId(id).autoRollbackEnabled(true));
        assertThat(info(id).status()).isEqualTo(DeploymentStatus.STOPPED);
        assertThat(info(id).errorInformation().codeAsString()).isEqualTo("MANUAL_STOP");
        String back = info(id).rollbackInfo().rollbackDeploymentId();
        assertThat(info(back).creatorAsString()).isEqualTo("codeDeployRollback");
        assertThat(info(back).rollbackInfo().rollbackTriggeringDeploymentId()).isEqualTo(id);
        assertThat(
                        codeDeploy
                                .listDeployments(request ->
                                        request.applicationName("app").deploymentGroupName("group"))
                                .deployments())
                .containsExactlyInAnyOrder(id, back);
        refused(
                () -> codeDeploy.stopDeployment(request -> request.deploymentId(id)),
                "DeploymentAlreadyCompletedException");
    }

    @Test
    void whatCantBeRolledOutIsADeploymentThatFailed() {
        createGroup(request -> {});
        String id = deploy("web:99");
        assertThat(info(id).status()).isEqualTo(DeploymentStatus.FAILED);
        assertThat(info(id).errorInformation().message()).contains("TaskDefinition not found.");
        assertThat(taskSets()).hasSize(1);
    }

    @Test
    void aPrimaryTaskSetMustBeBehindTheListener() {
        createGroup(request -> {});
        String green =
                fixture.elb
                        .describeTargetGroups(request -> request.names("green"))
                        .targetGroups()
                        .getFirst()
                        .targetGroupArn();
        fixture.elb.modifyListener(request ->
                request.listenerArn(listener)
                        .defaultActions(action ->
                                action.type(ActionTypeEnum.FORWARD).targetGroupArn(green)));
        assertThat(info(deploy("web:1")).errorInformation().message())
                .isEqualTo(
                        "The ELB could not be updated due to the following error: Primary taskset"
                                + " target group must be behind listener "
                                + listener);
    }

    @Test
    void groupsAreChecked() {
        refused(
                () -> createGroup(request -> request.deploymentConfigName("none")),
                "DeploymentConfigDoesNotExistException");
        refused(
                () -> createGroup(request -> request.applicationName("none")),
                "ApplicationDoesNotExistException");
        refused(
                () ->
                        createGroup(request ->
                                request.ecsServices(
                                        service -> service.clusterName("c").serviceName("none"))),
                "InvalidECSServiceException");
        refused(
                () -> createGroup(request -> request.loadBalancerInfo(info -> {})),
                "InvalidLoadBalancerInfoException");
        refused(
                () -> createGroup(request -> request.deploymentStyle(style -> {})),
                "InvalidDeploymentStyleException");
        refused(
                () ->
                        createGroup(
                                request -> request.blueGreenDeploymentConfiguration(config -> {})),
                "InvalidBlueGreenDeploymentConfigurationException");
        createGroup(request -> {});
        refused(() -> createGroup(request -> {}), "DeploymentGroupAlreadyExistsException");
        refused(
                () -> createGroup(request -> request.deploymentGroupName("second")),
                "ECSServiceMappingLimitExceededException");

        codeDeploy.updateDeploymentGroup(request ->
                request.applicationName("app")
                        .currentDeploymentGroupName("group")
                        .newDeploymentGroupName("renamed")
                        .deploymentConfigName("CodeDeployDefault.ECSCanary10Percent5Minutes"));
        var renamed =
                codeDeploy
                        .getDeploymentGroup(request ->
                                request.applicationName("app").deploymentGroupName("renamed"))
                        .deploymentGroupInfo();
        assertThat(renamed.deploymentConfigName()).endsWith("ECSCanary10Percent5Minutes");
        assertThat(
                        renamed.blueGreenDeploymentConfiguration()
                                .deploymentReadyOption()
                                .waitTimeInMinutes())
                .isZero();
        codeDeploy.deleteApplication(request -> request.applicationName("app"));
        assertThat(codeDeploy.listApplications(request -> {}).applications()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ECSAllAtOnce, AllAtOnce",
        "ECSCanary10Percent15Minutes, TimeBasedCanary",
        "ECSLinear10PercentEvery3Minutes, TimeBasedLinear"
    })
    void someConfigurationsAreThereFromTheStart(String name, String type) {
        assertThat(
                        codeDeploy
                                .getDeploymentConfig(request ->
                                        request.deploymentConfigName("CodeDeployDefault." + name))
                                .deploymentConfigInfo()
                                .trafficRoutingConfig()
                                .typeAsString())
                .isEqualTo(type);
    }

    @Test
    void aConfigurationIsMade() {
        codeDeploy.createDeploymentConfig(request ->
                request.deploymentConfigName("slow")
                        .computePlatform("ECS")
                        .trafficRoutingConfig(routing ->
                                routing.type("TimeBasedLinear")
                                        .timeBasedLinear(linear ->
                                                linear.linearPercentage(25).linearInterval(2))));
        assertThat(codeDeploy.listDeploymentConfigs(request -> {}).deploymentConfigsList())
                .contains("slow", "CodeDeployDefault.ECSAllAtOnce");
        refused(
                () ->
                        codeDeploy.createDeploymentConfig(request ->
                                request.deploymentConfigName("bad")
                                        .computePlatform("ECS")
                                        .trafficRoutingConfig(routing ->
                                                routing.type("TimeBasedCanary")
                                                        .timeBasedCanary(canary ->
                                                                canary.canaryPercentage(100)
                                                                        .canaryInterval(1)))),
                "InvalidTrafficRoutingConfigurationException");
    }
}
