package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.ServiceRevision.Balanced;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TrafficProtocol;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Service;

import java.util.List;
import java.util.Objects;

/** Which target groups a service can have, and what it shows of them. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class ServiceLoadBalancersTest {

    private final ServiceFixture fixture = new ServiceFixture();

    private Service balanced(String group, @Nullable String container, @Nullable Integer port) {
        return fixture.create(request ->
                request.loadBalancers(balancer ->
                        balancer.targetGroupArn(group)
                                .containerName(container)
                                .containerPort(port)));
    }

    private void refused(
            String group, @Nullable String container, @Nullable Integer port, String message) {
        assertThatThrownBy(() -> balanced(group, container, port))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageContaining(message);
    }

    @Test
    void keepsWhichPortTheGroupsTrafficGoesTo() {
        fixture.group("web", TargetType.IP);
        fixture.listen("web");
        Service web = balanced(ServiceFixture.group("web").text(), "app", 80);
        assertThat(web.loadBalancers()).hasSize(1);
        assertThat(web.healthCheckGracePeriodSeconds()).isZero();
        var revision =
                Objects.requireNonNull(
                        ServiceViews.newestRevision(fixture.ecs.world, fixture.row()));
        assertThat(revision.balanced())
                .containsExactly(new Balanced(ServiceFixture.group("web"), false, "app", 80));
        assertThat(ServiceDeploymentViews.view(revision).resolvedConfiguration().loadBalancers())
                .extracting(each -> each.targetGroupArn())
                .containsExactly(ServiceFixture.group("web").text());
    }

    @Test
    void anEmptyListRemovesThem() {
        fixture.group("web", TargetType.IP);
        fixture.listen("web");
        balanced(ServiceFixture.group("web").text(), "app", 80);
        Service without = fixture.update(request -> request.loadBalancers(List.of()));
        assertThat(without.loadBalancers()).isEmpty();
        assertThat(without.deployments()).hasSize(2);
    }

    @Test
    void refusesWhatTrafficCanNotReach() {
        fixture.group("web", TargetType.IP);
        fixture.group("instances", TargetType.INSTANCE);
        fixture.listen("instances");
        String web = ServiceFixture.group("web").text();
        refused(
                web,
                "app",
                80,
                "The target group with targetGroupArn " + web + " does not have an associated");
        fixture.listen("web");
        refused(web, "other", 80, "The container other does not exist in the task definition.");
        refused(web, "app", 81, "The container app did not have a container port 81 defined.");
        refused(web, "app", null, "did not have a container port");
        refused(web, null, 80, "Container name");
        refused(
                ServiceFixture.group("nobody").text(),
                "app",
                80,
                "The specified target group does not exist.");
        refused("nonsense", "app", 80, "target group ARN");
        refused(
                ServiceFixture.group("instances").text(),
                "app",
                80,
                "has target type instance, which is incompatible with the awsvpc network mode"
                        + " specified in the task definition.");
    }

    @Test
    void anInstancesGroupNeedsAPortOfItsOwnProtocol() {
        fixture.ecs.register(request ->
                request.networkMode(NetworkMode.BRIDGE)
                        .containerDefinitions(
                                EcsFixture.app(app ->
                                        app.portMappings(
                                                tcp -> tcp.containerPort(80),
                                                udp -> udp.containerPort(53).protocol("udp")))));
        fixture.group("dns", TargetType.INSTANCE, TrafficProtocol.UDP);
        fixture.listen("dns");
        fixture.group("web", TargetType.INSTANCE, TrafficProtocol.TCP);
        fixture.listen("web");
        assertThatThrownBy(() -> onInstances("dns", 80))
                .hasMessageContaining(
                        "did not have a container port 80 defined with the protocol udp");
        assertThatThrownBy(() -> onInstances("web", 53))
                .hasMessageContaining(
                        "did not have a container port 53 defined with the protocol tcp");
        assertThat(onInstances("dns", 53).loadBalancers()).hasSize(1);
    }

    private Service onInstances(String group, int port) {
        return fixture.create(request ->
                request.launchType("EC2")
                        .networkConfiguration((NetworkConfiguration) null)
                        .loadBalancers(balancer ->
                                balancer.targetGroupArn(ServiceFixture.group(group).text())
                                        .containerName("app")
                                        .containerPort(port)));
    }

    /** A task with an address of its own is reached with either. */
    @Test
    void anAddressTakesDatagramsOnAnyOfItsPorts() {
        fixture.group("dns", TargetType.IP, TrafficProtocol.UDP);
        fixture.listen("dns");
        assertThat(balanced(ServiceFixture.group("dns").text(), "app", 80).loadBalancers())
                .hasSize(1);
    }

    @Test
    void refusesAGroupTwiceAndMoreThanFive() {
        fixture.group("web", TargetType.IP);
        fixture.listen("web");
        var one =
                software.amazon.awssdk.services.ecs.model.LoadBalancer.builder()
                        .targetGroupArn(ServiceFixture.group("web").text())
                        .containerName("app")
                        .containerPort(80)
                        .build();
        assertThatThrownBy(() -> fixture.create(request -> request.loadBalancers(one, one)))
                .hasMessageContaining(
                        "Duplicate targetGroupArn found: " + ServiceFixture.group("web"));
        assertThatThrownBy(() ->
                        fixture.create(
                                request -> request.loadBalancers(one, one, one, one, one, one)))
                .hasMessageContaining("at most 5");
    }

    @Test
    void aRoleIsOnlyForServicesThatNeedNoServiceLinkedOne() {
        fixture.group("web", TargetType.IP);
        fixture.listen("web");
        assertThatThrownBy(() ->
                        fixture.create(request ->
                                request.role("ecs")
                                        .loadBalancers(balancer ->
                                                balancer.targetGroupArn(
                                                                ServiceFixture.group("web").text())
                                                        .containerName("app")
                                                        .containerPort(80))))
                .hasMessageContaining("You cannot specify an IAM role for services that require");
    }
}
