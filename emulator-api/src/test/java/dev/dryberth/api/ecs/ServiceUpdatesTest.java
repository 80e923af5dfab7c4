package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.engine.ServiceRecords;
import dev.dryberth.core.model.RolloutRules;
import dev.dryberth.core.model.Service.Status;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.wire.SdkJson;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.DeleteServiceRequest;
import software.amazon.awssdk.services.ecs.model.DeploymentCircuitBreaker;
import software.amazon.awssdk.services.ecs.model.DeregisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.PlacementStrategy;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.ServiceNotActiveException;
import software.amazon.awssdk.services.ecs.model.ServiceNotFoundException;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Which updates of a service begin a deployment, and what the others change. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class ServiceUpdatesTest {

    private final ServiceFixture fixture = new ServiceFixture();

    @BeforeEach
    void create() {
        fixture.create(request -> {});
        fixture.later(10);
    }

    private void begins(Consumer<UpdateServiceRequest.Builder> changes) {
        String before = fixture.row().primary().id();
        fixture.update(changes);
        assertThat(fixture.row().primary().id()).isNotEqualTo(before);
    }

    private void keepsTheDeployment(Consumer<UpdateServiceRequest.Builder> changes) {
        String before = fixture.row().primary().id();
        fixture.update(changes);
        assertThat(fixture.row().primary().id()).isEqualTo(before);
    }

    @Test
    void anotherTaskDefinitionBeginsADeployment() {
        String second = fixture.define();
        Service web = fixture.update(request -> request.taskDefinition("web"));
        assertThat(web.taskDefinition()).isEqualTo(second);
        assertThat(web.deployments()).hasSize(2);
        assertThat(web.deployments().getFirst().status()).isEqualTo("PRIMARY");
        assertThat(web.deployments().getFirst().taskDefinition()).isEqualTo(second);
        assertThat(web.deployments().getLast().status()).isEqualTo("ACTIVE");
        assertThat(web.deployments().getLast().taskDefinition()).endsWith("web:1");
        List<ServiceDeployment.Status> statuses =
                ServiceRecords.deployments(fixture.ecs.world, fixture.arn()).stream()
                        .map(ServiceDeployment::status)
                        .sorted()
                        .toList();
        assertThat(statuses)
                .containsExactly(
                        ServiceDeployment.Status.PENDING, ServiceDeployment.Status.STOPPED);
    }

    @Test
    void onlyWhatReallyDiffersBeginsADeployment() {
        keepsTheDeployment(request -> request.taskDefinition("web:1"));
        keepsTheDeployment(request -> request.networkConfiguration(fixture.network()));
        keepsTheDeployment(request -> request.platformVersion("LATEST"));
        keepsTheDeployment(request -> request.platformVersion("1.4.0"));
        keepsTheDeployment(request -> request.loadBalancers(List.of()));
        keepsTheDeployment(request -> request.serviceRegistries(List.of()));
        keepsTheDeployment(request -> request.placementStrategy(List.of()));
        keepsTheDeployment(
                request -> request.placementStrategy(PlacementStrategy.builder().build()));
        keepsTheDeployment(request -> request.capacityProviderStrategy(List.of()));
        begins(request -> request.platformVersion("1.3.0"));
        begins(request ->
                request.networkConfiguration(network ->
                        network.awsvpcConfiguration(
                                awsvpc -> awsvpc.subnets(fixture.vpc().subnets().getLast().id()))));
        begins(request -> request.forceNewDeployment(true));
        assertThat(fixture.describe().platformVersion()).isEqualTo("1.3.0");
    }

    /** The journal keeps documents as JSON, and what comes back must still be the same. */
    @Test
    void aRevisionReadBackDoesNotDiffer() {
        ServiceRevision kept =
                Objects.requireNonNull(
                        ServiceViews.newestRevision(fixture.ecs.world, fixture.row()));
        var read =
                SdkJson.read(
                        SdkJson.toBytes(kept.document()),
                        software.amazon.awssdk.services.ecs.model.ServiceRevision.builder());
        assertThat(read).isEqualTo(kept.document());
    }

    @Test
    void scalesWithoutADeployment() {
        fixture.put(fixture.row().copy().steady(true).build());
        keepsTheDeployment(request -> request.desiredCount(5));
        assertThat(fixture.row().desiredCount()).isEqualTo(5);
        assertThat(fixture.row().primary().desiredCount()).isEqualTo(5);
        assertThat(fixture.row().primary().updatedAt()).isEqualTo(fixture.now());
        assertThat(fixture.row().steady()).isFalse();
    }

    @Test
    void scalesEvenWhenTheTaskDefinitionIsInactive() {
        fixture.ecs.call(tx ->
                fixture.ecs.taskDefinitions.deregisterTaskDefinition(
                        tx,
                        DeregisterTaskDefinitionRequest.builder().taskDefinition("web:1").build()));
        keepsTheDeployment(request -> request.desiredCount(2));
        assertThatThrownBy(() -> fixture.update(request -> request.forceNewDeployment(true)))
                .hasMessageContaining("TaskDefinition is inactive");
    }

    @Test
    void changesSettingsWithoutADeployment() {
        fixture.put(fixture.row().copy().steady(true).build());
        keepsTheDeployment(request ->
                request.deploymentConfiguration(configuration ->
                                configuration
                                        .maximumPercent(150)
                                        .deploymentCircuitBreaker(
                                                DeploymentCircuitBreaker.builder()
                                                        .enable(true)
                                                        .rollback(true)
                                                        .build()))
                        .healthCheckGracePeriodSeconds(7)
                        .availabilityZoneRebalancing("DISABLED")
                        .propagateTags("SERVICE")
                        .enableECSManagedTags(true)
                        .enableExecuteCommand(true));
        var row = fixture.row();
        assertThat(row.rules())
                .isEqualTo(
                        new RolloutRules(
                                100,
                                150,
                                new RolloutRules.Breaker(
                                        true,
                                        true,
                                        true,
                                        RolloutRules.Threshold.BOUNDED_PERCENT,
                                        50),
                                RolloutRules.Alarms.OFF,
                                null));
        assertThat(row.healthCheckGracePeriod()).isEqualTo(Duration.ofSeconds(7));
        assertThat(row.zoneRebalancing()).isFalse();
        assertThat(row.steady()).isTrue();
        Service web = fixture.describe();
        assertThat(web.deploymentConfiguration().maximumPercent()).isEqualTo(150);
        assertThat(web.deploymentConfiguration().deploymentCircuitBreaker().enable()).isTrue();
        assertThat(web.healthCheckGracePeriodSeconds()).isEqualTo(7);
        assertThat(web.propagateTagsAsString()).isEqualTo("SERVICE");
        assertThat(web.enableECSManagedTags()).isTrue();
        assertThat(web.enableExecuteCommand()).isTrue();
        keepsTheDeployment(
                request -> request.deploymentConfiguration(c -> c.minimumHealthyPercent(50)));
        assertThat(fixture.row().rules().maximumPercent()).isEqualTo(150);
        assertThat(fixture.row().rules().breaker().rollback()).isTrue();
        assertThat(fixture.row().rules().bakeTime()).isNull();
    }

    @Test
    void aChangeOfCapacityMustBeForced() {
        Consumer<UpdateServiceRequest.Builder> spot =
                request ->
                        request.capacityProviderStrategy(
                                item -> item.capacityProvider("FARGATE_SPOT").weight(1));
        assertThatThrownBy(() -> fixture.update(spot))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining("you must force a new deployment.");
        Service web = fixture.update(spot.andThen(request -> request.forceNewDeployment(true)));
        assertThat(web.launchType()).isNull();
        assertThat(web.capacityProviderStrategy()).hasSize(1);
        keepsTheDeployment(spot);
        Service back =
                fixture.update(request ->
                        request.capacityProviderStrategy(List.of()).forceNewDeployment(true));
        assertThat(back.launchType()).isEqualTo(LaunchType.FARGATE);
        assertThat(back.capacityProviderStrategy()).isEmpty();
    }

    @Test
    void refusesAsCreateServiceDoes() {
        assertThatThrownBy(() ->
                        fixture.update(request ->
                                request.deploymentConfiguration(c -> c.maximumPercent(100))))
                .hasMessageContaining("cannot be 100");
        assertThatThrownBy(() ->
                        fixture.update(
                                request -> request.deploymentController(c -> c.type("EXTERNAL"))))
                .hasMessageContaining("does not support another deployment controller");
        assertThatThrownBy(() ->
                        fixture.update(request ->
                                request.serviceConnectConfiguration(c -> c.enabled(true))))
                .hasMessageContaining("does not support Service Connect");
        assertThatThrownBy(() -> fixture.update(request -> request.taskDefinition("other")))
                .hasMessageContaining("TaskDefinition not found.");
    }

    @Test
    void onlyAnActiveServiceCanBeUpdated() {
        assertThatThrownBy(() -> fixture.update(request -> request.service("other")))
                .isInstanceOf(ServiceNotFoundException.class)
                .hasMessageContaining("Service not found.");
        fixture.put(fixture.row().copy().status(Status.DRAINING).build());
        assertThatThrownBy(() -> fixture.update(request -> request.desiredCount(1)))
                .isInstanceOf(ServiceNotActiveException.class)
                .hasMessageContaining("Service was not ACTIVE.");
    }

    @Test
    void aRollbackShowsTheRevisionItWentBackTo() {
        fixture.define();
        fixture.update(request -> request.taskDefinition("web:2").platformVersion("1.3.0"));
        var rolledBack = fixture.row().deployments().reversed();
        fixture.put(fixture.row().withDeployments(rolledBack));
        assertThat(fixture.describe().taskDefinition()).endsWith("web:1");
        assertThat(fixture.describe().platformVersion()).isEqualTo("1.4.0");
        fixture.ecs.call(tx ->
                fixture.services.deleteService(
                        tx, DeleteServiceRequest.builder().service("web").force(true).build()));
        fixture.put(fixture.row().copy().status(Status.INACTIVE).deployments(List.of()).build());
        assertThat(fixture.describe().taskDefinition()).endsWith("web:1");
    }

    @Test
    void whatWasRolledBackCanBeRolledOutAgain() {
        fixture.define();
        fixture.update(request -> request.taskDefinition("web:2"));
        fixture.put(fixture.row().withDeployments(fixture.row().deployments().reversed()));
        begins(request -> request.taskDefinition("web:2"));
    }

    @Test
    void forgetsTheOldestDeploymentsBeyondTheLimit() {
        for (int i = 0; i < ServiceRecords.MAX_DEPLOYMENTS_KEPT + 20; i++) {
            fixture.later(1);
            fixture.update(request -> request.forceNewDeployment(true));
            var row = fixture.row();
            fixture.put(row.withDeployments(List.of(row.primary())));
        }
        assertThat(ServiceRecords.deployments(fixture.ecs.world, fixture.arn()))
                .hasSize(ServiceRecords.MAX_DEPLOYMENTS_KEPT)
                .anyMatch(each -> each.arn().equals(fixture.row().primary().deployment()));
        assertThat(ServiceRecords.revisions(fixture.ecs.world, fixture.arn()))
                .hasSize(ServiceRecords.MAX_DEPLOYMENTS_KEPT + 1);
    }
}
