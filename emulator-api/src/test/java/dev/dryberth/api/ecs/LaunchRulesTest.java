package dev.dryberth.api.ecs;

import static dev.dryberth.api.ecs.EcsFixture.app;
import static dev.dryberth.api.ecs.EcsFixture.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Cluster;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.model.ProviderShare;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.network.Networks;
import dev.dryberth.core.placement.Places;
import dev.dryberth.core.placement.Veto;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.ecs.model.AwsVpcConfiguration;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.EcsException;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.ResourceRequirement;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What RunTask makes of a request before any task is placed. */
class LaunchRulesTest {

    private static final ResourceRequirement GPU =
            ResourceRequirement.builder().type("GPU").value("1").build();

    private final EcsFixture ecs = new EcsFixture();
    private final Networks networks = new Networks(null, List::of);
    private final LaunchRules rules =
            new LaunchRules(HostAccess.NONE, new TaskNetworks(networks), "x86_64");

    @BeforeEach
    void define() {
        ecs.call(tx ->
                new Clusters()
                        .createCluster(
                                tx,
                                CreateClusterRequest.builder()
                                        .capacityProviders("FARGATE", "FARGATE_SPOT")
                                        .build()));
        ecs.register(request ->
                request.requiresCompatibilitiesWithStrings("FARGATE")
                        .networkMode(NetworkMode.AWSVPC)
                        .cpu("256")
                        .memory("512"));
    }

    private TaskTemplate launch(Consumer<RunTaskRequest.Builder> changes) {
        RunTaskRequest.Builder request =
                RunTaskRequest.builder()
                        .taskDefinition("web")
                        .networkConfiguration(network -> network.awsvpcConfiguration(subnet()));
        changes.accept(request);
        Cluster cluster = ecs.world.clusters().all().iterator().next();
        return ecs.call(tx -> rules.template(tx, cluster, request.build()));
    }

    private AwsVpcConfiguration subnet() {
        return ecs.call(tx ->
                AwsVpcConfiguration.builder()
                        .subnets(
                                networks.defaultVpc(tx, EcsFixture.SCOPE).subnets().getFirst().id())
                        .build());
    }

    private static CapacityProviderStrategyItem item(String provider, int base, int weight) {
        return CapacityProviderStrategyItem.builder()
                .capacityProvider(provider)
                .base(base)
                .weight(weight)
                .build();
    }

    @Test
    void keepsBaseAndWeightOfAStrategy() {
        assertThat(
                        launch(request ->
                                        request.capacityProviderStrategy(
                                                item("FARGATE", 1, 1), item("FARGATE_SPOT", 0, 3)))
                                .capacityProviders())
                .containsExactly(
                        new ProviderShare("FARGATE", 1, 1),
                        new ProviderShare("FARGATE_SPOT", 3, 0));
    }

    @Test
    void refusesAStrategyThatPlacesNothing() {
        assertThatThrownBy(() ->
                        launch(request ->
                                request.capacityProviderStrategy(
                                        item("FARGATE", 0, 0), item("FARGATE_SPOT", 0, 0))))
                .isInstanceOf(EcsException.class)
                .hasMessageContaining("must have a weight greater than 0");
        assertThatThrownBy(() ->
                        launch(request ->
                                request.capacityProviderStrategy(
                                        item("FARGATE", 1, 1), item("FARGATE_SPOT", 1, 1))))
                .hasMessageContaining("Only one capacity provider");
    }

    @ParameterizedTest
    @CsvSource({"''", "20", "201"})
    void refusesEphemeralStorageThatFargateHasNot(String size) {
        Integer gib = size.isEmpty() ? null : Integer.valueOf(size);
        assertThatThrownBy(() ->
                        launch(request ->
                                request.launchType("FARGATE")
                                        .overrides(o -> o.ephemeralStorage(s -> s.sizeInGiB(gib)))))
                .hasMessageContaining("ephemeralStorage.sizeInGiB must be between 21 and 200");
    }

    @Test
    void refusesOverridesBeyondTheTask() {
        assertThatThrownBy(() -> launch(overriding(ContainerOverride.builder().memory(513))))
                .hasMessageContaining(
                        "'memory' setting for container is greater than for the task");
        assertThatThrownBy(() -> launch(overriding(ContainerOverride.builder().cpu(257))))
                .hasMessageContaining("'cpu' setting of the containers is greater");
        assertThatThrownBy(() -> launch(overriding(ContainerOverride.builder().memory(3))))
                .hasMessageContaining("must be at least");
        assertThat(launch(overriding(ContainerOverride.builder().memory(512).cpu(256))).cpu())
                .isEqualTo("256");
    }

    @Test
    void holdsOverridesToWhatRegistrationHoldsADefinitionTo() {
        assertThatThrownBy(() -> launch(overriding(ContainerOverride.builder().cpu(-1))))
                .hasMessageContaining("cpu must not be negative, but was -1");
        assertThatThrownBy(() ->
                        launch(
                                overriding(
                                        ContainerOverride.builder()
                                                .memory(64)
                                                .memoryReservation(64))))
                .hasMessageContaining("'memoryReservation' must be less than 'memory'");
        ecs.register(request ->
                request.requiresCompatibilitiesWithStrings("FARGATE")
                        .networkMode(NetworkMode.AWSVPC)
                        .cpu("256")
                        .memory("512")
                        .containerDefinitions(app(c -> {}), container("side", c -> {})));
        assertThatThrownBy(() -> launch(overriding(ContainerOverride.builder().memory(400))))
                .hasMessageContaining("add up to 528, which is greater than for the task");
    }

    @Test
    void knowsWhetherAGpuIsNeeded() {
        ecs.register(request ->
                request.networkMode(NetworkMode.AWSVPC)
                        .containerDefinitions(app(c -> c.resourceRequirements(GPU))));
        ecs.addInstance("default", EcsFixture.ID, ContainerInstance.Status.ACTIVE);

        assertThat(vetoes(launch(request -> request.launchType("EC2"))))
                .extracting(Veto::reason)
                .containsExactly("RESOURCE:GPU");
        assertThat(
                        vetoes(
                                launch(
                                        overriding(
                                                        ContainerOverride.builder()
                                                                .resourceRequirements(List.of()))
                                                .andThen(request -> request.launchType("EC2")))))
                .isEmpty();
    }

    private List<Veto> vetoes(TaskTemplate template) {
        List<Veto> vetoes = new ArrayList<>();
        Places.instance(
                ecs.world, template, List.copyOf(ecs.world.containerInstances().all()), vetoes);
        return vetoes;
    }

    @Test
    void refusesTwoOverridesForOneContainer() {
        ContainerOverride twice = ContainerOverride.builder().name("app").build();
        assertThatThrownBy(() ->
                        launch(request ->
                                request.launchType("FARGATE")
                                        .overrides(o -> o.containerOverrides(twice, twice))))
                .hasMessageContaining("more than one override for container 'app'");
    }

    private static Consumer<RunTaskRequest.Builder> overriding(ContainerOverride.Builder override) {
        return request ->
                request.launchType("FARGATE")
                        .overrides(o -> o.containerOverrides(override.name("app").build()));
    }

    @Test
    void refusesADefinitionThatMapsAHostPortTwice() {
        PortMapping one = PortMapping.builder().containerPort(80).hostPort(8080).build();
        PortMapping other = one.toBuilder().containerPort(81).build();
        assertThatThrownBy(() ->
                        ecs.register(request ->
                                request.containerDefinitions(
                                        app(c -> c.portMappings(one)),
                                        container("b", c -> c.portMappings(other)))))
                .hasMessageContaining("Host port 8080/tcp is mapped more than once");
    }
}
