package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.ServiceRevision.Balanced;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TrafficProtocol;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Which target groups a service can have, and what it shows of them. */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
class ServiceLoadBalancersTest {

    private final ServiceFixture fixture = new ServiceFixture();

    private static TargetGroupArn arn(String name) {
        return new TargetGroupArn(EcsFixture.SCOPE, name, "0123456789abcdef");
    }

    private void group(String name, TargetType type) {
        group(name, type, TrafficProtocol.HTTP);
    }

    private void group(String name, TargetType type, TrafficProtocol protocol) {
        TargetGroup group =
                new TargetGroup(
                        arn(name),
                        type,
                        protocol,
                        protocol.isHttp() ? TargetGroup.ProtocolVersion.HTTP1 : null,
                        80,
                        "vpc-1",
                        new TargetGroup.HealthCheck(
                                true,
                                TrafficProtocol.HTTP,
                                null,
                                "/",
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(5),
                                5,
                                2,
                                "200"),
                        Map.of(),
                        List.of());
        fixture.ecs.write(tx -> tx.put(fixture.ecs.world.targetGroups(), group.arn(), group));
    }

    private void listen(String name) {
        ListenerArn listener =
                new ListenerArn(
                        new LoadBalancerArn(
                                EcsFixture.SCOPE,
                                LoadBalancer.Type.APPLICATION,
                                name,
                                "0123456789abcdef"),
                        "fedcba9876543210");
        Action forward =
                Action.builder()
                        .type("forward")
                        .forwardConfig(config ->
                                config.targetGroups(
                                        tuple -> tuple.targetGroupArn(arn(name).text()).weight(1)))
                        .build();
        fixture.ecs.write(tx ->
                tx.put(
                        fixture.ecs.world.listeners(),
                        listener,
                        new Listener(
                                listener,
                                TrafficProtocol.HTTP,
                                80,
                                null,
                                List.of(),
                                null,
                                null,
                                List.of(forward),
                                "0000000000000000",
                                Map.of(),
                                null,
                                List.of())));
    }

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
        group("web", TargetType.IP);
        listen("web");
        Service web = balanced(arn("web").text(), "app", 80);
        assertThat(web.loadBalancers()).hasSize(1);
        assertThat(web.healthCheckGracePeriodSeconds()).isZero();
        var revision =
                Objects.requireNonNull(
                        ServiceViews.newestRevision(fixture.ecs.world, fixture.row()));
        assertThat(revision.balanced()).containsExactly(new Balanced(arn("web"), false, "app", 80));
        assertThat(revision.document().resolvedConfiguration().loadBalancers())
                .extracting(each -> each.targetGroupArn())
                .containsExactly(arn("web").text());
    }

    @Test
    void anEmptyListRemovesThem() {
        group("web", TargetType.IP);
        listen("web");
        balanced(arn("web").text(), "app", 80);
        Service without = fixture.update(request -> request.loadBalancers(List.of()));
        assertThat(without.loadBalancers()).isEmpty();
        assertThat(without.deployments()).hasSize(2);
    }

    @Test
    void refusesWhatTrafficCanNotReach() {
        group("web", TargetType.IP);
        group("instances", TargetType.INSTANCE);
        listen("instances");
        String web = arn("web").text();
        refused(
                web,
                "app",
                80,
                "The target group with targetGroupArn " + web + " does not have an associated");
        listen("web");
        refused(web, "other", 80, "The container other does not exist in the task definition.");
        refused(web, "app", 81, "The container app did not have a container port 81 defined.");
        refused(web, "app", null, "did not have a container port");
        refused(web, null, 80, "Container name");
        refused(arn("nobody").text(), "app", 80, "The specified target group does not exist.");
        refused("nonsense", "app", 80, "target group ARN");
        refused(
                arn("instances").text(),
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
        group("dns", TargetType.INSTANCE, TrafficProtocol.UDP);
        listen("dns");
        group("web", TargetType.INSTANCE, TrafficProtocol.TCP);
        listen("web");
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
                                balancer.targetGroupArn(arn(group).text())
                                        .containerName("app")
                                        .containerPort(port)));
    }

    /** A task with an address of its own is reached with either. */
    @Test
    void anAddressTakesDatagramsOnAnyOfItsPorts() {
        group("dns", TargetType.IP, TrafficProtocol.UDP);
        listen("dns");
        assertThat(balanced(arn("dns").text(), "app", 80).loadBalancers()).hasSize(1);
    }

    @Test
    void refusesAGroupTwiceAndMoreThanFive() {
        group("web", TargetType.IP);
        listen("web");
        var one =
                software.amazon.awssdk.services.ecs.model.LoadBalancer.builder()
                        .targetGroupArn(arn("web").text())
                        .containerName("app")
                        .containerPort(80)
                        .build();
        assertThatThrownBy(() -> fixture.create(request -> request.loadBalancers(one, one)))
                .hasMessageContaining("Duplicate targetGroupArn found: " + arn("web"));
        assertThatThrownBy(() ->
                        fixture.create(
                                request -> request.loadBalancers(one, one, one, one, one, one)))
                .hasMessageContaining("at most 5");
    }

    @Test
    void aRoleIsOnlyForServicesThatNeedNoServiceLinkedOne() {
        group("web", TargetType.IP);
        listen("web");
        assertThatThrownBy(() ->
                        fixture.create(request ->
                                request.role("ecs")
                                        .loadBalancers(balancer ->
                                                balancer.targetGroupArn(arn("web").text())
                                                        .containerName("app")
                                                        .containerPort(80))))
                .hasMessageContaining("You cannot specify an IAM role for services that require");
    }
}
