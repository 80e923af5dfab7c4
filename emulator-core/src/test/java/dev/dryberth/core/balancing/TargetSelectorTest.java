package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;
import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetState;
import dev.dryberth.core.balancing.RouteTable.TargetType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

class TargetSelectorTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final Duration SLOW = Duration.ofSeconds(40);

    private static Target target(String id, TargetState state, @Nullable Instant healthySince) {
        return new Target(id, 80, "10.0.0.1", state, healthySince, null);
    }

    private static List<Target> targets(TargetState... states) {
        List<Target> targets = new ArrayList<>();
        for (TargetState each : states) {
            targets.add(target(String.valueOf((char) ('a' + targets.size())), each, null));
        }
        return targets;
    }

    private static TargetGroup group(List<Target> targets, String... attributes) {
        Map<String, String> map = new TreeMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            map.put(attributes[i], attributes[i + 1]);
        }
        HealthCheck check =
                new HealthCheck(true, TargetProtocol.HTTP, null, "/", SLOW, SLOW, 5, 2, "200");
        return new TargetGroup(
                "arn",
                "name",
                TargetType.IP,
                TargetProtocol.HTTP,
                ProtocolVersion.HTTP1,
                check,
                map,
                targets);
    }

    private static String chosen(TargetSelector selector, int turns) {
        StringBuilder ids = new StringBuilder();
        for (int turn = 0; turn < turns; turn++) {
            Target target = selector.choose(turn, 0.5, NOW, any -> 0);
            ids.append(target == null ? "-" : target.id());
        }
        return ids.toString();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "HEALTHY HEALTHY HEALTHY,    abcabc",
        "HEALTHY UNHEALTHY HEALTHY,  acacac",
        "HEALTHY INITIAL DRAINING,   aaaaaa",
        "UNAVAILABLE INITIAL,        aaaaaa",
        "UNHEALTHY INITIAL,          ababab",
        "UNHEALTHY DRAINING,         aaaaaa",
        "UNHEALTHY UNUSED,           aaaaaa",
        "DRAINING UNUSED,            ------"
    })
    void takesHealthyTargetsInTurnAndFailsOpenWithoutAny(String states, String expected) {
        TargetState[] each =
                states.lines()
                        .flatMap(line -> List.of(line.split(" ", -1)).stream())
                        .map(TargetState::valueOf)
                        .toArray(TargetState[]::new);
        TargetSelector selector = TargetSelector.of(group(targets(each)), Duration.ZERO);
        assertThat(chosen(selector, 6)).isEqualTo(expected);
        assertThat(selector.hasTargets()).isEqualTo(!expected.startsWith("-"));
    }

    @ParameterizedTest(name = "at least {0}, {1} %: {2}")
    @CsvSource({"1, off, aaaa", "2, off, abab", "0, 50, abab", "1, 33, aaaa", "'', '', aaaa"})
    void failsOpenBelowTheShareThatMustBeHealthy(String count, String percentage, String expected) {
        List<Target> targets =
                expected.equals("aaaa") || percentage.equals("50")
                        ? targets(TargetState.HEALTHY, TargetState.UNHEALTHY, TargetState.UNHEALTHY)
                        : targets(TargetState.HEALTHY, TargetState.UNHEALTHY);
        String key = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.";
        TargetSelector selector =
                TargetSelector.of(
                        group(targets, key + "count", count, key + "percentage", percentage),
                        Duration.ZERO);
        assertThat(chosen(selector, 4)).startsWith(expected.substring(0, 2));
    }

    @Test
    void choosesTheLeastBusyAndSharesAmongEquals() {
        TargetSelector selector =
                TargetSelector.of(
                        group(
                                targets(
                                        TargetState.HEALTHY,
                                        TargetState.HEALTHY,
                                        TargetState.HEALTHY),
                                "load_balancing.algorithm.type",
                                "least_outstanding_requests"),
                        Duration.ZERO);
        Target least = selector.choose(0, 0, NOW, each -> each.id().equals("b") ? 1 : 2);
        assertThat(requireNonNull(least).id()).isEqualTo("b");
        assertThat(chosen(selector, 6)).isEqualTo("abcabc");
    }

    @Test
    void drawsAtRandom() {
        TargetSelector selector =
                TargetSelector.of(
                        group(
                                targets(TargetState.HEALTHY, TargetState.HEALTHY),
                                "load_balancing.algorithm.type",
                                "weighted_random"),
                        Duration.ZERO);
        Target low = selector.choose(0, 0.49, NOW, any -> 0);
        Target high = selector.choose(0, 0.99, NOW, any -> 0);
        assertThat(requireNonNull(low).id() + requireNonNull(high).id()).isEqualTo("ab");
    }

    @Test
    void rampsUpATargetThatHasJustBecomeHealthy() {
        assertThat(shareOfTheYoung(Duration.ofSeconds(10))).isBetween(0.115, 0.135);
        assertThat(shareOfTheYoung(Duration.ofSeconds(20))).isBetween(0.24, 0.26);
        assertThat(shareOfTheYoung(Duration.ofSeconds(40))).isEqualTo(0.5);
        assertThat(shareOfTheYoung(Duration.ZERO)).isBetween(0.02, 0.03);
    }

    private static double shareOfTheYoung(Duration age) {
        TargetSelector selector =
                TargetSelector.of(
                        group(
                                List.of(
                                        target("old", TargetState.HEALTHY, NOW.minusSeconds(900)),
                                        target("young", TargetState.HEALTHY, NOW.minus(age)))),
                        SLOW);
        assertThat(selector.needsTime()).isTrue();
        Random random = new Random(7);
        int young = 0;
        for (int turn = 0; turn < 20_000; turn++) {
            Target target = selector.choose(turn, random.nextDouble(), NOW, any -> 0);
            young += target != null && target.id().equals("young") ? 1 : 0;
        }
        return young / 20_000.0;
    }

    @Test
    void holdsNobodyBackWhenAllAreYoung() {
        List<Target> young =
                List.of(
                        target("a", TargetState.HEALTHY, NOW),
                        target("b", TargetState.HEALTHY, NOW));
        assertThat(chosen(TargetSelector.of(group(young), SLOW), 4)).isEqualTo("abab");
    }

    @Test
    void needsNoTimeWithoutSlowStartOrWithoutHealth() {
        List<Target> healthy = List.of(target("a", TargetState.HEALTHY, NOW));
        assertThat(TargetSelector.of(group(healthy), Duration.ZERO).needsTime()).isFalse();
        TargetSelector never = TargetSelector.of(group(targets(TargetState.INITIAL)), SLOW);
        assertThat(never.needsTime()).isFalse();
        assertThat(never.candidates()).hasSize(1);
        List<Target> mixed =
                List.of(
                        target("a", TargetState.HEALTHY, null),
                        target("b", TargetState.HEALTHY, NOW));
        assertThat(TargetSelector.of(group(mixed), SLOW).choose(0, 0.99, NOW, any -> 0))
                .isEqualTo(mixed.getFirst());
    }

    @ParameterizedTest(name = "{0} has {1}: {2}")
    @CsvSource({
        "200,         200, true",
        "200,         201, false",
        "'200-299,302', 250, true",
        "'200-299, 302', 302, true",
        "'200-299,302', 300, false",
        "nonsense,    200, false"
    })
    void readsWhichCodesAreHealthy(String matcher, int code, boolean expected) {
        assertThat(CodeMatcher.parse(matcher).matches(code)).isEqualTo(expected);
    }
}
