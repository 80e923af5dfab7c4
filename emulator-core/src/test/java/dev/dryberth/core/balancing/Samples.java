package dev.dryberth.core.balancing;

import dev.dryberth.core.model.Listener;
import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.ListenerRule;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.RuleArn;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.TargetGroup;
import dev.dryberth.core.model.TargetGroup.ProtocolVersion;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ActionTypeEnum;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RuleCondition;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetGroupTuple;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Rows of load balancing as the API would have written them. */
public final class Samples {

    public static final Scope SCOPE = new Scope("eu-west-1", "123456789012");
    public static final Instant NOW = Instant.parse("2026-11-01T10:00:00Z");
    public static final LoadBalancerArn LOAD_BALANCER =
            new LoadBalancerArn(SCOPE, LoadBalancer.Type.APPLICATION, "web", "00000000000000aa");
    public static final ListenerArn LISTENER = new ListenerArn(LOAD_BALANCER, "00000000000000bb");

    private Samples() {}

    public static LoadBalancer loadBalancer(LoadBalancerArn arn, String address) {
        return new LoadBalancer(
                arn,
                arn.name() + "-123456789.eu-west-1.elb.localhost",
                address,
                LoadBalancer.Scheme.INTERNET_FACING,
                "vpc-1",
                List.of(),
                List.of(),
                null,
                new LinkedHashMap<>(),
                NOW,
                List.of());
    }

    public static Listener listener(
            ListenerArn arn, TrafficProtocol protocol, List<Action> actions) {
        return new Listener(
                arn,
                protocol,
                80,
                null,
                List.of(),
                null,
                null,
                actions,
                "00000000000000ff",
                new LinkedHashMap<>(),
                null,
                List.of());
    }

    public static ListenerRule rule(
            String id, int priority, List<RuleCondition> conditions, List<Action> actions) {
        return new ListenerRule(
                new RuleArn(LISTENER, id), priority, conditions, actions, List.of(), List.of());
    }

    public static TargetGroupArn groupArn(String name) {
        return new TargetGroupArn(SCOPE, name, "00000000000000cc");
    }

    public static TargetGroup group(String name, TargetType type) {
        return group(name, type, type == TargetType.LAMBDA ? null : TrafficProtocol.HTTP);
    }

    public static TargetGroup group(
            String name, TargetType type, @Nullable TrafficProtocol protocol) {
        boolean http = protocol != null && protocol.isHttp();
        return new TargetGroup(
                groupArn(name),
                type,
                protocol,
                http ? ProtocolVersion.HTTP1 : null,
                protocol == null ? null : 80,
                protocol == null ? null : "vpc-1",
                new TargetGroup.HealthCheck(
                        protocol != null,
                        protocol == null ? null : http ? protocol : TrafficProtocol.TCP,
                        null,
                        http ? "/" : null,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5),
                        3,
                        2,
                        http ? "200" : null),
                new LinkedHashMap<>(),
                List.of());
    }

    public static Action forwardTo(String... groups) {
        List<TargetGroupTuple> tuples =
                Stream.of(groups)
                        .map(name ->
                                TargetGroupTuple.builder()
                                        .targetGroupArn(groupArn(name).text())
                                        .weight(1)
                                        .build())
                        .toList();
        return Action.builder()
                .type(ActionTypeEnum.FORWARD)
                .forwardConfig(config -> config.targetGroups(tuples))
                .build();
    }

    public static Target target(String group, String id, int port) {
        return TargetHealth.registered(
                new Target.Key(groupArn(group), id, port), "eu-west-1a", NOW);
    }

    /** A World with the load balancer, one listener forwarding to the group {@code blue}. */
    public static World world() {
        World world = new World();
        put(
                world,
                tx -> {
                    tx.put(
                            world.loadBalancers(),
                            LOAD_BALANCER,
                            loadBalancer(LOAD_BALANCER, "127.1.0.1"));
                    tx.put(
                            world.listeners(),
                            LISTENER,
                            listener(LISTENER, TrafficProtocol.HTTP, List.of(forwardTo("blue"))));
                    tx.put(world.targetGroups(), groupArn("blue"), group("blue", TargetType.IP));
                });
        return world;
    }

    public static void put(World world, Consumer<Tx> change) {
        change.accept(new Tx(world));
    }

    public static Map<String, String> map(String... keysAndValues) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
