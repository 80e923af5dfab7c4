package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RouteTable.WeightedTargetGroup;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

class WeightedForwardTest {

    private static WeightedForward weights(int... weights) {
        List<WeightedTargetGroup> groups = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            groups.add(new WeightedTargetGroup(String.valueOf((char) ('a' + i)), weights[i]));
        }
        return WeightedForward.of(groups);
    }

    private static String sequence(WeightedForward forward, int turns) {
        StringBuilder sequence = new StringBuilder();
        for (int turn = 0; turn < turns; turn++) {
            sequence.append(forward.choose(turn));
        }
        return sequence.toString();
    }

    @Test
    void spreadsTheTurnsOfLightGroups() {
        assertThat(sequence(weights(5, 1, 1), 14)).isEqualTo("aabacaaaabacaa");
        assertThat(sequence(weights(1, 1), 4)).isEqualTo("abab");
        assertThat(sequence(weights(500, 500), 4)).isEqualTo("abab");
    }

    @Test
    void keepsTheProportionExactly() {
        WeightedForward forward = weights(90, 10);
        List<String> chosen = new ArrayList<>();
        for (int turn = 0; turn < 10_000; turn++) {
            chosen.add(forward.choose(turn));
        }
        assertThat(Collections.frequency(chosen, "a")).isEqualTo(9000);
        assertThat(Collections.frequency(chosen, "b")).isEqualTo(1000);
    }

    @Test
    void keepsTheProportionOfUnevenWeightsOverOneRound() {
        String round = sequence(weights(999, 998, 1, 0, 7), 2005);
        assertThat(round.chars().filter(each -> each == 'a')).hasSize(999);
        assertThat(round.chars().filter(each -> each == 'b')).hasSize(998);
        assertThat(round.chars().filter(each -> each == 'c')).hasSize(1);
        assertThat(round).doesNotContain("d");
        assertThat(round.chars().filter(each -> each == 'e')).hasSize(7);
    }

    @Test
    void neverChoosesWeightZero() {
        assertThat(sequence(weights(0, 100), 500)).isEqualTo("b".repeat(500));
        assertThat(sequence(weights(100, 0), 500)).isEqualTo("a".repeat(500));
    }

    @Test
    void choosesNothingWhenEveryWeightIsZero() {
        assertThat(weights(0, 0).choose(3)).isNull();
        assertThat(weights().choose(0)).isNull();
    }

    @Test
    void survivesACounterThatOverflows() {
        assertThat(weights(5, 1, 1).choose(Long.MIN_VALUE)).isIn("a", "b", "c");
    }

    @Test
    void knowsWhetherThereIsAChoice() {
        assertThat(weights(3).isSingle()).isTrue();
        assertThat(weights(3, 0).isSingle()).isTrue();
        assertThat(weights(3, 1).isSingle()).isFalse();
        assertThat(weights(3, 0).has("b")).isTrue();
        assertThat(weights(3, 0).has("c")).isFalse();
    }
}
