package dev.dryberth.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.model.ServiceRevision;
import dev.dryberth.core.model.ServiceRevision.Balanced;
import dev.dryberth.core.model.ServiceRevision.Pair;
import dev.dryberth.core.model.ServiceRevisionArn;
import dev.dryberth.core.model.SubnetChoice;
import dev.dryberth.core.model.TargetGroupArn;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

class TrafficSplitTest {

    private static final TargetGroupArn ONE = ShiftRun.ONE;
    private static final TargetGroupArn TWO = ShiftRun.TWO;
    private static final TargetGroupArn OTHER = ServiceRun.GROUP;

    @ParameterizedTest
    @CsvSource({"0, 0, 100", "1000, 100, 0", "100, 10, 90", "55, 55, 945", "1, 1, 999"})
    void weighsInWholeNumbers(int part, int own, int other) {
        assertThat(TrafficSplit.weights(ONE, TWO, part)).isEqualTo(Map.of(ONE, own, TWO, other));
    }

    private static ServiceRevision revision(@Nullable Pair pair) {
        return new ServiceRevision(
                new ServiceRevisionArn(Tasks.SCOPE, "default", "web", "1"),
                Tasks.template(new SubnetChoice("none", List.of()), List.of()),
                List.of(new Balanced(ONE, false, "app", 80, pair)),
                List.of(),
                software.amazon.awssdk.services.ecs.model.ServiceRevision.builder().build(),
                Tasks.CREATED);
    }

    private static TrafficSplit.Resolved resolved(
            @Nullable String test, Map<String, SortedMap<TargetGroupArn, Integer>> rules) {
        return TrafficSplit.resolve(revision(new Pair(TWO, "production", test)), rules);
    }

    private static SortedMap<TargetGroupArn, Integer> rule(Map<TargetGroupArn, Integer> weights) {
        return new TreeMap<>(weights);
    }

    @Test
    void takesTheGroupThatServesNobody() {
        for (TargetGroupArn serving : List.of(ONE, TWO)) {
            TargetGroupArn free = serving.equals(ONE) ? TWO : ONE;
            TrafficSplit.Resolved both =
                    resolved(null, Map.of("production", rule(Map.of(serving, 1, free, 0))));
            assertThat(both.problem()).isNull();
            assertThat(both.balanced().getFirst().group()).isEqualTo(free);
            TrafficSplit.Resolved oneEach =
                    resolved(
                            "test",
                            Map.of(
                                    "production", rule(Map.of(serving, 1)),
                                    "test", rule(Map.of(free, 1))));
            assertThat(oneEach.balanced().getFirst().group()).isEqualTo(free);
        }
    }

    @Test
    void leavesAloneWhatDoesNotTakeTurns() {
        ServiceRevision plain = revision(null);
        assertThat(TrafficSplit.resolve(plain, Map.of()).balanced()).isEqualTo(plain.balanced());
    }

    private static void refused(
            @Nullable String test,
            Map<String, SortedMap<TargetGroupArn, Integer>> rules,
            String problem) {
        assertThat(resolved(test, rules).problem())
                .isEqualTo(
                        "Service deployment rolled back because of invalid networking configuration"
                                + problem);
    }

    @Test
    void saysWhatIsWrongWithTheRules() {
        SortedMap<TargetGroupArn, Integer> fine = rule(Map.of(ONE, 1, TWO, 0));
        refused(null, Map.of(), " One or more rules not found");
        refused("test", Map.of("production", fine), " One or more rules not found");
        refused(
                null,
                Map.of("production", rule(Map.of(ONE, 1))),
                ": Target group "
                        + TWO
                        + " is not associated with either productionListenerRule or"
                        + " testListenerRule.");
        refused(
                null,
                Map.of("production", rule(Map.of(ONE, 0, TWO, 0))),
                ". productionListenerRule production should have exactly one target group serving"
                        + " traffic but found 0 target groups which are serving traffic");
        refused(
                "test",
                Map.of("production", rule(Map.of(OTHER, 1)), "test", fine),
                ". Production listener rule is forwarding traffic to unexpected target group "
                        + OTHER
                        + ". Expected traffic to be forwarded to either targetGroupArn: "
                        + ONE
                        + " or alternateTargetGroupArn: "
                        + TWO);
    }
}
