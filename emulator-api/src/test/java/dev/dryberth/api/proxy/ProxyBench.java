package dev.dryberth.api.proxy;

import dev.dryberth.api.oidc.SessionKeys;
import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.Condition;
import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.balancing.RouteTable.Listener;
import dev.dryberth.core.balancing.RouteTable.LoadBalancer;
import dev.dryberth.core.balancing.RouteTable.Protocol;
import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;
import dev.dryberth.core.balancing.RouteTable.Rule;
import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetState;
import dev.dryberth.core.balancing.RouteTable.TargetType;
import dev.dryberth.core.balancing.RouteTable.TlsSettings;
import dev.dryberth.core.balancing.RouteTable.WeightedTargetGroup;
import dev.dryberth.core.balancing.TargetReports;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.runtime.SecretStore;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The data plane alone, for {@code benchmarks/proxy.py}: an application load balancer on 127.0.0.1
 * in front of one target. Arguments: its port, the target's port, and how many rules it has that
 * the requests fall under none of.
 */
final class ProxyBench {

    private ProxyBench() {}

    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        int target = Integer.parseInt(arguments[1]);
        int rules = Integer.parseInt(arguments[2]);
        DataPlane plane =
                new DataPlane(
                        new Clock(InstantSource.system(), 1.0),
                        new Silent(),
                        ProxyLimits.DEFAULT,
                        Path.of("."),
                        samples -> {},
                        FunctionInvoker.NONE,
                        new SessionKeys(SecretStore.inMemory()),
                        () -> 1);
        plane.publish(table(port, target, rules));
        plane.settle();
        plane.listenerStates()
                .forEach(each -> {
                    if (each.failure() != null) {
                        throw new IllegalStateException(each.failure());
                    }
                });
        new CountDownLatch(1).await();
    }

    private static final class Silent implements TargetReports {

        @Override
        public void probed(String group, String id, int port, ProbeResult result) {}

        @Override
        public void idle(String group, String id, int port) {}
    }

    private static RouteTable table(int port, int target, int count) {
        List<Action> forward =
                List.of(new Action.Forward(List.of(new WeightedTargetGroup("tg", 1)), null));
        List<Rule> rules = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            rules.add(
                    new Rule(
                            "rule-" + i,
                            i,
                            List.of(
                                    new Condition.PathPattern(
                                            List.of("/service-" + i + "/*"), List.of())),
                            forward,
                            List.of()));
        }
        Listener listener =
                new Listener(
                        "listener",
                        Protocol.HTTP,
                        port,
                        Map.of(),
                        rules,
                        forward,
                        List.of(),
                        TlsSettings.NONE);
        LoadBalancer balancer =
                new LoadBalancer(
                        "lb",
                        "lb",
                        RouteTable.Type.APPLICATION,
                        "127.0.0.1",
                        "lb.localhost",
                        Map.of(),
                        List.of(listener));
        TargetGroup group =
                new TargetGroup(
                        "tg",
                        "tg",
                        TargetType.IP,
                        TargetProtocol.HTTP,
                        ProtocolVersion.HTTP1,
                        new HealthCheck(
                                true,
                                TargetProtocol.HTTP,
                                null,
                                "/1k",
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(5),
                                5,
                                2,
                                "200"),
                        Map.of(),
                        List.of(
                                new Target(
                                        "127.0.0.1",
                                        target,
                                        "127.0.0.1",
                                        TargetState.HEALTHY,
                                        null,
                                        null)));
        return new RouteTable(Map.of("lb", balancer), Map.of("tg", group));
    }
}
