package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.engine.ServiceRecords;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.Service.Status;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceEvent;
import dev.dryberth.core.model.TaskStatus;

import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.AssignPublicIp;
import software.amazon.awssdk.services.ecs.model.AvailabilityZoneRebalancing;
import software.amazon.awssdk.services.ecs.model.ClientException;
import software.amazon.awssdk.services.ecs.model.ClusterNotFoundException;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeleteServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeploymentRolloutState;
import software.amazon.awssdk.services.ecs.model.DeploymentStrategy;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.PropagateTags;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;

import java.util.function.Consumer;

/** CreateService and DeleteService, on the rows and the answers. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class ServicesTest {

    private final ServiceFixture fixture = new ServiceFixture();

    private Service delete(boolean force) {
        return fixture.ecs
                .call(tx ->
                        fixture.services.deleteService(
                                tx,
                                DeleteServiceRequest.builder().service("web").force(force).build()))
                .service();
    }

    private void refused(Consumer<CreateServiceRequest.Builder> changes, String message) {
        assertThatThrownBy(() -> fixture.create(changes))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(message);
        assertThat(fixture.ecs.world.services().all()).isEmpty();
    }

    @Test
    void answersWithTheDefaultsOfAws() {
        Service web = fixture.create(request -> {});
        assertThat(web.serviceArn()).isEqualTo(EcsFixture.ARN + "service/default/web");
        assertThat(web.clusterArn()).isEqualTo(EcsFixture.ARN + "cluster/default");
        assertThat(web.status()).isEqualTo("ACTIVE");
        assertThat(web.desiredCount()).isEqualTo(1);
        assertThat(web.runningCount()).isZero();
        assertThat(web.pendingCount()).isZero();
        assertThat(web.launchType()).isEqualTo(LaunchType.FARGATE);
        assertThat(web.hasCapacityProviderStrategy()).isFalse();
        assertThat(web.platformVersion()).isEqualTo("LATEST");
        assertThat(web.platformFamily()).isEqualTo("Linux");
        assertThat(web.taskDefinition()).isEqualTo(EcsFixture.ARN + "task-definition/web:1");
        assertThat(web.schedulingStrategy()).isEqualTo(SchedulingStrategy.REPLICA);
        assertThat(web.deploymentController()).isNull();
        assertThat(web.propagateTags()).isEqualTo(PropagateTags.NONE);
        assertThat(web.enableECSManagedTags()).isFalse();
        assertThat(web.enableExecuteCommand()).isFalse();
        assertThat(web.availabilityZoneRebalancing())
                .isEqualTo(AvailabilityZoneRebalancing.ENABLED);
        assertThat(web.healthCheckGracePeriodSeconds()).isNull();
        assertThat(web.createdBy()).isEqualTo(EcsFixture.USER);
        assertThat(web.createdAt()).isEqualTo(EcsFixture.NOW);
        assertThat(web.events()).isEmpty();
        assertThat(web.loadBalancers()).isEmpty();
        assertThat(web.roleArn())
                .isEqualTo(
                        "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/"
                                + "AWSServiceRoleForECS");
        assertThat(web.networkConfiguration().awsvpcConfiguration().assignPublicIp())
                .isEqualTo(AssignPublicIp.DISABLED);
        var configuration = web.deploymentConfiguration();
        assertThat(configuration.maximumPercent()).isEqualTo(200);
        assertThat(configuration.minimumHealthyPercent()).isEqualTo(100);
        assertThat(configuration.strategy()).isEqualTo(DeploymentStrategy.ROLLING);
        assertThat(configuration.bakeTimeInMinutes()).isZero();
        assertThat(configuration.deploymentCircuitBreaker().enable()).isFalse();
        assertThat(configuration.deploymentCircuitBreaker().rollback()).isFalse();
    }

    @Test
    void beginsTheFirstDeployment() {
        Service web = fixture.create(request -> request.desiredCount(3));
        assertThat(web.deployments()).hasSize(1);
        var primary = web.deployments().getFirst();
        assertThat(primary.id()).matches("ecs-svc/[0-9]{19}");
        assertThat(primary.status()).isEqualTo("PRIMARY");
        assertThat(primary.desiredCount()).isEqualTo(3);
        assertThat(primary.rolloutState()).isEqualTo(DeploymentRolloutState.IN_PROGRESS);
        assertThat(primary.rolloutStateReason())
                .isEqualTo("ECS deployment " + primary.id() + " in progress.");
        assertThat(primary.platformVersion()).isEqualTo("1.4.0");
        assertThat(web.currentServiceDeployment())
                .matches("arn:aws:ecs:eu-west-1:123456789012:service-deployment/default/web/.{21}");
        assertThat(web.currentServiceRevisions()).hasSize(1);
        assertThat(web.currentServiceRevisions().getFirst().arn())
                .isEqualTo(
                        EcsFixture.ARN
                                + "service-revision/default/web/"
                                + primary.id().substring("ecs-svc/".length()));
        assertThat(web.currentServiceRevisions().getFirst().requestedTaskCount()).isEqualTo(3);
        ServiceDeployment started = fixture.ecs.world.serviceDeployments().all().iterator().next();
        assertThat(started.status()).isEqualTo(ServiceDeployment.Status.PENDING);
        assertThat(started.sources()).isEmpty();
    }

    @Test
    void countsTasksByTheRevisionTheyAreOf() {
        fixture.create(request -> request.desiredCount(2));
        Deployment old = fixture.row().primary();
        fixture.task("a".repeat(32), old, TaskStatus.RUNNING);
        fixture.task("b".repeat(32), old, TaskStatus.DEACTIVATING);
        fixture.define();
        fixture.update(request -> request.taskDefinition("web"));
        fixture.task("c".repeat(32), fixture.row().primary(), TaskStatus.ACTIVATING);
        fixture.task("d".repeat(32), fixture.row().primary(), TaskStatus.PROVISIONING);
        Service web = fixture.describe();
        assertThat(web.runningCount()).isEqualTo(1);
        assertThat(web.pendingCount()).isEqualTo(2);
        var primary = web.deployments().getFirst();
        var active = web.deployments().getLast();
        assertThat(primary.pendingCount()).isEqualTo(2);
        assertThat(primary.runningCount()).isZero();
        assertThat(active.status()).isEqualTo("ACTIVE");
        assertThat(active.runningCount()).isEqualTo(1);
        assertThat(active.pendingCount()).isZero();
        assertThat(web.currentServiceRevisions()).hasSize(2);
        assertThat(web.currentServiceRevisions().getFirst().pendingTaskCount()).isEqualTo(2);
    }

    @Test
    void createsTheSameServiceTwiceOnlyOnce() {
        Service first = fixture.create(request -> {});
        fixture.later(60);
        assertThat(fixture.create(request -> {})).isEqualTo(first);
        refusedAsNotIdempotent(request -> request.desiredCount(2));
        refusedAsNotIdempotent(request -> request.enableECSManagedTags(true));
        refusedAsNotIdempotent(request -> request.tags(EcsFixture.tag("a", "b")));
        fixture.define();
        refusedAsNotIdempotent(request -> request.taskDefinition("web:2"));
        assertThat(fixture.ecs.world.serviceRevisions().all()).hasSize(1);
    }

    private void refusedAsNotIdempotent(Consumer<CreateServiceRequest.Builder> changes) {
        assertThatThrownBy(() -> fixture.create(changes))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("Creation of service was not idempotent.");
    }

    @Test
    void aTokenRemembersTheRequestWhateverBecameOfTheService() {
        fixture.create(request -> request.clientToken("once"));
        fixture.update(request -> request.desiredCount(4));
        assertThat(fixture.create(request -> request.clientToken("once")).desiredCount())
                .isEqualTo(4);
        refusedAsNotIdempotent(request -> request.clientToken("twice"));
        refusedAsNotIdempotent(request -> request.clientToken("once").desiredCount(2));
        assertThatThrownBy(() -> fixture.create(request -> request.clientToken("t".repeat(37))))
                .hasMessageContaining("clientToken");
    }

    @Test
    void drainsWhatIsDeleted() {
        fixture.create(request -> request.desiredCount(2));
        assertThatThrownBy(() -> delete(false))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("The service cannot be stopped while it is scaled above 0.");
        Service web = delete(true);
        assertThat(web.status()).isEqualTo("DRAINING");
        assertThat(web.desiredCount()).isZero();
        assertThat(web.deployments().getFirst().desiredCount()).isZero();
        ServiceDeployment stopped = fixture.ecs.world.serviceDeployments().all().iterator().next();
        assertThat(stopped.status()).isEqualTo(ServiceDeployment.Status.STOPPED);
        assertThat(stopped.stoppedAt()).isEqualTo(EcsFixture.NOW);
        assertThat(delete(true).status()).isEqualTo("DRAINING");
        assertThatThrownBy(() -> fixture.create(request -> {}))
                .hasMessageContaining("Unable to Start a service that is still Draining.");
    }

    @Test
    void deletesAServiceThatIsScaledToNothingWithoutForce() {
        fixture.create(request -> request.desiredCount(0));
        assertThat(delete(false).status()).isEqualTo("DRAINING");
    }

    @Test
    void anInactiveServiceMayBeCreatedAgainWithNothingOfItsPast() {
        fixture.create(request -> {});
        delete(true);
        ServiceEvent.Key key = new ServiceEvent.Key(fixture.arn(), 1);
        fixture.ecs.write(tx ->
                tx.put(
                        fixture.ecs.world.serviceEvents(),
                        key,
                        new ServiceEvent(key, "id", EcsFixture.NOW, "(service web) said.")));
        fixture.put(
                fixture.row().copy().status(Status.INACTIVE).inactiveAt(EcsFixture.NOW).build());
        assertThatThrownBy(() -> delete(true)).isInstanceOf(ServiceNotFoundException.class);
        assertThat(fixture.describe().events()).hasSize(1);
        fixture.later(5);
        Service again = fixture.create(request -> request.desiredCount(5));
        assertThat(again.status()).isEqualTo("ACTIVE");
        assertThat(again.events()).isEmpty();
        assertThat(again.createdAt()).isEqualTo(fixture.now());
        assertThat(ServiceRecords.revisions(fixture.ecs.world, fixture.arn())).hasSize(1);
        assertThat(ServiceRecords.deployments(fixture.ecs.world, fixture.arn())).hasSize(1);
    }

    @Test
    void aDaemonHasNoCountOfItsOwn() {
        fixture.ecs.register(request -> request.family("agent"));
        fixture.ecs.addInstance("default", EcsFixture.ID, ContainerInstance.Status.ACTIVE);
        Consumer<CreateServiceRequest.Builder> daemon =
                request ->
                        request.schedulingStrategy("DAEMON")
                                .taskDefinition("agent")
                                .networkConfiguration((NetworkConfiguration) null)
                                .launchType("EC2")
                                .desiredCount(null);
        refused(daemon.andThen(r -> r.desiredCount(1)), "does not support a desired count");
        refused(daemon.andThen(r -> r.launchType("FARGATE")), "not supported for the FARGATE");
        refused(
                daemon.andThen(r -> r.placementStrategy(s -> s.type("random"))),
                "does not support placement strategies");
        refused(
                daemon.andThen(r -> r.availabilityZoneRebalancing("ENABLED")),
                "Availability Zone rebalancing is not supported");
        Service agent = fixture.create(daemon);
        assertThat(agent.desiredCount()).isEqualTo(1);
        assertThat(agent.deploymentConfiguration().maximumPercent()).isEqualTo(100);
        assertThat(agent.deploymentConfiguration().minimumHealthyPercent()).isZero();
        assertThat(agent.availabilityZoneRebalancing())
                .isEqualTo(AvailabilityZoneRebalancing.DISABLED);
        assertThat(fixture.create(daemon)).isEqualTo(agent);
        assertThatThrownBy(() -> fixture.update(request -> request.desiredCount(2)))
                .hasMessageContaining("does not support a desired count");
        assertThat(delete(false).status()).isEqualTo("DRAINING");
    }

    @Test
    void aServiceMayWaitForInstancesThatAreNotThereYet() {
        fixture.ecs.register(request -> request.family("bridge"));
        Service web =
                fixture.create(request ->
                        request.taskDefinition("bridge")
                                .launchType((String) null)
                                .networkConfiguration((NetworkConfiguration) null));
        assertThat(web.launchType()).isEqualTo(LaunchType.EC2);
        assertThat(web.platformVersion()).isNull();
    }

    @Test
    void aStrategyTakesThePlaceOfTheLaunchType() {
        Service web =
                fixture.create(request ->
                        request.launchType((String) null)
                                .capacityProviderStrategy(
                                        item -> item.capacityProvider("FARGATE_SPOT").weight(1)));
        assertThat(web.launchType()).isNull();
        assertThat(web.capacityProviderStrategy().getFirst().capacityProvider())
                .isEqualTo("FARGATE_SPOT");
        assertThat(web.deployments().getFirst().launchType()).isNull();
        assertThat(web.deployments().getFirst().capacityProviderStrategy()).hasSize(1);
        assertThat(fixture.describe().capacityProviderStrategy())
                .isEqualTo(web.capacityProviderStrategy());
    }

    @Test
    void refusesWhatIsNoService() {
        refused(request -> request.serviceName(null), "serviceName");
        refused(request -> request.serviceName("a b"), "serviceName must match");
        refused(request -> request.desiredCount(null), "desiredCount");
        refused(request -> request.desiredCount(-1), "desiredCount must be between 0 and 5000");
        refused(request -> request.desiredCount(5001), "desiredCount must be between 0 and 5000");
        refused(request -> request.schedulingStrategy("CRON"), "schedulingStrategy should be");
        refused(request -> request.launchType("MOON"), "launch type should be one of");
        refused(request -> request.propagateTags("ALL"), "propagateTags should be one of");
        refused(request -> request.healthCheckGracePeriodSeconds(-1), "healthCheckGracePeriod");
        refused(request -> request.role("ecs"), "IAM role is only valid");
        refused(
                request ->
                        request.capacityProviderStrategy(item -> item.capacityProvider("FARGATE")),
                "Specify either Launch Type or Capacity Provider Strategy, but not both.");
        refused(
                request -> request.networkConfiguration((NetworkConfiguration) null),
                "Network Configuration must be provided");
        assertThatThrownBy(() -> fixture.create(request -> request.taskDefinition("other")))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("TaskDefinition not found.");
        assertThatThrownBy(() -> fixture.create(request -> request.cluster("other")))
                .isInstanceOf(ClusterNotFoundException.class);
    }

    @Test
    void refusesWhatIsNotBuilt() {
        refused(
                request -> request.deploymentController(c -> c.type("CODE_DEPLOY")),
                "must have one load balancer, but have 0");
        refused(
                request -> request.serviceRegistries(r -> r.registryArn("arn")),
                "does not support service discovery");
        refused(
                request -> request.serviceConnectConfiguration(c -> c.enabled(true)),
                "does not support Service Connect");
        refused(
                request -> request.volumeConfigurations(v -> v.name("data")),
                "does not support Amazon EBS volumes");
        refused(
                request -> request.vpcLatticeConfigurations(v -> v.portName("p")),
                "does not support VPC Lattice");
        refused(
                request -> request.loadBalancers(l -> l.loadBalancerName("classic")),
                "does not support Classic Load Balancers");
        refused(
                request -> request.placementConstraints(c -> c.type("distinctInstance")),
                "Placement constraints are not supported with FARGATE");
        assertThat(
                        fixture.create(request ->
                                        request.serviceConnectConfiguration(c -> c.enabled(false))
                                                .deploymentController(c -> c.type("ECS")))
                                .deploymentController()
                                .typeAsString())
                .isEqualTo("ECS");
    }
}
