package dev.dryberth.api.ecs;

import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.Deployment;
import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.model.LaunchType;
import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.network.Networks;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.CreateClusterRequest;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.DescribeServicesRequest;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.Service;
import software.amazon.awssdk.services.ecs.model.UpdateServiceRequest;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Services over an {@link EcsFixture}, with a clock the test sets; nothing schedules their tasks.
 */
@SuppressWarnings("unchecked") // The builders take lambdas as varargs.
final class ServiceFixture {

    static final String CLUSTER = "default";

    final EcsFixture ecs = new EcsFixture();
    final ServiceLists lists = new ServiceLists();
    final Services services;
    final ServiceUpdates updates;
    final TaskSets taskSets;
    final ServiceDeploymentsApi deployments;
    final TaskProtection protection;
    private final Networks networks = new Networks(null, List::of);
    private Instant now = EcsFixture.NOW;

    ServiceFixture() {
        Clock clock = new Clock(() -> now, 1.0);
        ServiceRevisions revisions =
                new ServiceRevisions(
                        new LaunchRules(HostAccess.NONE, new TaskNetworks(networks), "x86_64"));
        Ids ids = new Ids(new Random(7));
        services = new Services(clock, ids, revisions);
        taskSets = new TaskSets(clock, ids, revisions);
        updates = new ServiceUpdates(clock, services, revisions);
        deployments = new ServiceDeploymentsApi(clock);
        protection = new TaskProtection(clock);
        ecs.call(tx ->
                new Clusters()
                        .createCluster(
                                tx,
                                CreateClusterRequest.builder()
                                        .capacityProviders("FARGATE", "FARGATE_SPOT")
                                        .build()));
        define();
    }

    /** Another revision of the family {@code web}, for Fargate. */
    String define() {
        return ecs.register(request ->
                        request.requiresCompatibilitiesWithStrings("FARGATE")
                                .networkMode(NetworkMode.AWSVPC)
                                .cpu("256")
                                .memory("512")
                                .containerDefinitions(app()))
                .taskDefinitionArn();
    }

    private static ContainerDefinition app() {
        return EcsFixture.app(app -> app.portMappings(port -> port.containerPort(80)));
    }

    void later(long seconds) {
        now = now.plusSeconds(seconds);
    }

    Instant now() {
        return now;
    }

    Vpc vpc() {
        return ecs.call(tx -> networks.defaultVpc(tx, EcsFixture.SCOPE));
    }

    NetworkConfiguration network() {
        String subnet = vpc().subnets().getFirst().id();
        return NetworkConfiguration.builder()
                .awsvpcConfiguration(awsvpc -> awsvpc.subnets(subnet))
                .build();
    }

    static TargetGroupArn group(String name) {
        return new TargetGroupArn(EcsFixture.SCOPE, name, "0123456789abcdef");
    }

    /** Makes a target group. */
    void group(String name, TargetType type) {
        group(name, type, TrafficProtocol.HTTP);
    }

    /** Makes a target group of a protocol. */
    void group(String name, TargetType type, TrafficProtocol protocol) {
        TargetGroup row =
                new TargetGroup(
                        group(name),
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
        ecs.write(tx -> tx.put(ecs.world.targetGroups(), row.arn(), row));
    }

    /** Makes a load balancer whose listener forwards to the group of its own name. */
    void listen(String name) {
        listen(name, name);
    }

    /**
     * Makes a load balancer whose listener forwards to these groups.
     *
     * @return the ARN of the listener's default rule
     */
    String listen(String name, String... groups) {
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
                                        Stream.of(groups).map(ServiceFixture::tuple).toList()))
                        .build();
        Listener row =
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
                        List.of());
        ecs.write(tx -> tx.put(ecs.world.listeners(), listener, row));
        return row.defaultRule().text();
    }

    private static TargetGroupTuple tuple(String group) {
        return TargetGroupTuple.builder().targetGroupArn(group(group).text()).weight(1).build();
    }

    /** Creates {@code web} with one task on Fargate, with whatever {@code changes} make of it. */
    Service create(Consumer<CreateServiceRequest.Builder> changes) {
        CreateServiceRequest.Builder request =
                CreateServiceRequest.builder()
                        .serviceName("web")
                        .taskDefinition("web")
                        .desiredCount(1)
                        .launchType("FARGATE")
                        .networkConfiguration(network());
        changes.accept(request);
        return ecs.call(tx -> services.createService(tx, request.build())).service();
    }

    Service update(Consumer<UpdateServiceRequest.Builder> changes) {
        UpdateServiceRequest.Builder request = UpdateServiceRequest.builder().service("web");
        changes.accept(request);
        return ecs.call(tx -> updates.updateService(tx, request.build())).service();
    }

    Service describe() {
        return ecs.call(tx ->
                        lists.describeServices(
                                tx, DescribeServicesRequest.builder().services("web").build()))
                .services()
                .getFirst();
    }

    ServiceArn arn() {
        return new ServiceArn(EcsFixture.SCOPE, CLUSTER, "web");
    }

    dev.dryberth.core.model.Service row() {
        return Objects.requireNonNull(ecs.world.services().get(arn()));
    }

    void put(dev.dryberth.core.model.Service row) {
        ecs.write(tx -> tx.put(ecs.world.services(), row.arn(), row));
    }

    /** A task of a deployment of {@code web}, as the scheduler would have made it. */
    Task task(String id, Deployment deployment, TaskStatus status) {
        Task task =
                ecs.addTask(CLUSTER, id, LaunchType.FARGATE, status)
                        .withMembership(
                                Membership.fresh(arn(), deployment.id(), deployment.revision()));
        ecs.write(tx -> tx.put(ecs.world.tasks(), task.arn(), task));
        return task;
    }
}
