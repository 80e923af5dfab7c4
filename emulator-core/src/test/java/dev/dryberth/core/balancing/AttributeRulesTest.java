package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.ListenerArn;
import dev.dryberth.core.model.LoadBalancer;
import dev.dryberth.core.model.LoadBalancerArn;
import dev.dryberth.core.model.TargetGroup.TargetType;
import dev.dryberth.core.model.TrafficProtocol;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

final class AttributeRulesTest {

    private static final LoadBalancerArn NETWORK =
            new LoadBalancerArn(
                    Samples.SCOPE, LoadBalancer.Type.NETWORK, "net", "0000000000000001");

    @Test
    void everyDefaultIsAllowed() {
        List<AttributeRule> all =
                new ArrayList<>(
                        AttributeRules.of(
                                Samples.loadBalancer(Samples.LOAD_BALANCER, "127.1.0.1")));
        all.addAll(AttributeRules.of(Samples.loadBalancer(NETWORK, "127.1.0.2")));
        for (TrafficProtocol protocol : TrafficProtocol.values()) {
            all.addAll(AttributeRules.of(Samples.listener(Samples.LISTENER, protocol, List.of())));
            all.addAll(AttributeRules.of(Samples.group("a", TargetType.IP, protocol)));
        }
        all.addAll(AttributeRules.of(Samples.group("a", TargetType.LAMBDA)));

        assertThat(all).allMatch(rule -> rule.accepts().test(rule.defaultValue()));
    }

    @ParameterizedTest
    @CsvSource({
        "idle_timeout.timeout_seconds, 4000, 0",
        "idle_timeout.timeout_seconds, 1, 4001",
        "idle_timeout.timeout_seconds, 60, sixty",
        "idle_timeout.timeout_seconds, 60, ''",
        "idle_timeout.timeout_seconds, 60, 1234567890",
        "deletion_protection.enabled, true, TRUE",
        "routing.http.desync_mitigation_mode, strictest, strict",
        "load_balancing.cross_zone.enabled, true, false"
    })
    void takesWhatIsInRangeOnly(String key, String right, String wrong) {
        AttributeRule rule =
                AttributeRules.of(Samples.loadBalancer(Samples.LOAD_BALANCER, "127.1.0.1")).stream()
                        .filter(each -> each.key().equals(key))
                        .findFirst()
                        .orElseThrow();

        assertThat(rule.accepts().test(right)).isTrue();
        assertThat(rule.accepts().test(wrong)).isFalse();
    }

    @Test
    void slowStartIsNothingOrHalfAMinuteAndMore() {
        AttributeRule rule = ofTargets("slow_start.duration_seconds");

        assertThat(List.of("0", "30", "900")).allMatch(rule.accepts());
        assertThat(List.of("1", "29", "901", "")).noneMatch(rule.accepts());
    }

    @Test
    void someNumbersMayBeOff() {
        AttributeRule rule =
                ofTargets("target_group_health.dns_failover.minimum_healthy_targets.percentage");

        assertThat(List.of("off", "1", "100")).allMatch(rule.accepts());
        assertThat(List.of("0", "101", "on")).noneMatch(rule.accepts());
    }

    private static AttributeRule ofTargets(String key) {
        return AttributeRules.of(Samples.group("blue", TargetType.IP)).stream()
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatWasSetStandsAndTheRestIsByDefault() {
        LoadBalancer set =
                Samples.loadBalancer(Samples.LOAD_BALANCER, "127.1.0.1")
                        .withAttributes(Samples.map("routing.http2.enabled", "false"));

        assertThat(AttributeRules.complete(set))
                .containsEntry("routing.http2.enabled", "false")
                .containsEntry("client_keep_alive.seconds", "3600");
    }

    @ParameterizedTest
    @EnumSource(TrafficProtocol.class)
    void clientAddressesAreKeptAsTheProtocolAllows(TrafficProtocol protocol) {
        var ip = AttributeRules.complete(Samples.group("a", TargetType.IP, protocol));
        var instance = AttributeRules.complete(Samples.group("a", TargetType.INSTANCE, protocol));
        switch (protocol) {
            case HTTP, HTTPS -> assertThat(ip).doesNotContainKey("preserve_client_ip.enabled");
            case TCP, TLS -> {
                assertThat(ip).containsEntry("preserve_client_ip.enabled", "false");
                assertThat(instance).containsEntry("preserve_client_ip.enabled", "true");
            }
            case UDP, TCP_UDP -> {
                assertThat(ip).containsEntry("preserve_client_ip.enabled", "true");
                assertThat(ip)
                        .containsEntry(
                                "deregistration_delay.connection_termination.enabled", "true");
            }
        }
    }

    @Test
    void lambdaFunctionsDoNotDrain() {
        assertThat(AttributeRules.complete(Samples.group("a", TargetType.LAMBDA)))
                .doesNotContainKey("deregistration_delay.timeout_seconds");
    }

    @Test
    void loadBalancersGetTheLowestFreeAddress() {
        World world = new World();
        for (int i = 1; i <= 257; i++) {
            LoadBalancerArn arn =
                    new LoadBalancerArn(
                            Samples.SCOPE, LoadBalancer.Type.APPLICATION, "a" + i, "01");
            new Tx(world)
                    .put(
                            world.loadBalancers(),
                            arn,
                            Samples.loadBalancer(arn, LoopbackAddresses.free(world)));
        }
        assertThat(LoopbackAddresses.free(world)).isEqualTo("127.1.1.2");
        new Tx(world)
                .delete(
                        world.loadBalancers(),
                        new LoadBalancerArn(
                                Samples.SCOPE, LoadBalancer.Type.APPLICATION, "a3", "01"));
        assertThat(LoopbackAddresses.free(world)).isEqualTo("127.1.0.3");
        assertThat(new ListenerArn(NETWORK, "0b").text())
                .isEqualTo(
                        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/net/net/0000000000000001/0b");
    }
}
