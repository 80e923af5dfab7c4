package dev.dryberth.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dryberth.core.metrics.AlarmEvaluation.Finding;
import dev.dryberth.core.metrics.AlarmEvaluation.Period;
import dev.dryberth.core.model.AlarmRule;
import dev.dryberth.core.model.AlarmRule.Comparison;
import dev.dryberth.core.model.AlarmRule.MissingData;
import dev.dryberth.core.model.AlarmState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class AlarmEvaluationTest {

    private static final Instant END = Instant.parse("2026-11-25T09:00:00Z");

    /** {@code 0 X - X}: the oldest first; X is past the threshold, a minus is missing. */
    private static List<Period> periods(String picture) {
        List<Period> periods = new ArrayList<>();
        for (String each : picture.split(" ", -1)) {
            Aggregate aggregate =
                    switch (each) {
                        case "-" -> null;
                        case "X" -> Aggregate.of(9, 1);
                        default -> Aggregate.of(0, 1);
                    };
            periods.add(new Period(END.minusSeconds(60), aggregate));
        }
        return periods.reversed();
    }

    private static AlarmState state(
            int needed, int periods, MissingData missing, AlarmState now, String picture) {
        return AlarmEvaluation.evaluate(Rules.rule(needed, periods, missing), now, periods(picture))
                .state();
    }

    /** The tables of the user guide; KEEP stands for the state before. */
    @ParameterizedTest
    @CsvSource({
        "3, 0 - X - X, OK,                OK,   OK,    OK",
        "3, - - - - 0, OK,                OK,   OK,    OK",
        "3, - - - - -, INSUFFICIENT_DATA, KEEP, ALARM, OK",
        "3, 0 X X - X, ALARM,             ALARM, ALARM, ALARM",
        "3, - - X - -, ALARM,             KEEP, ALARM, OK",
        "3, - - - - X, KEEP,              KEEP, ALARM, OK",
        "3, - - - X -, KEEP,              KEEP, ALARM, OK",
        "3, - - X - 0, OK,                OK,   OK,    OK",
        "3, - X - - -, KEEP,              KEEP, ALARM, OK",
        "2, 0 - X - X, ALARM,             ALARM, ALARM, ALARM",
        "2, 0 0 X 0 X, ALARM,             ALARM, ALARM, ALARM",
        "2, 0 - X - -, ALARM,             OK,   ALARM, OK",
        "2, - - - - 0, OK,                OK,   ALARM, OK",
        "2, - - - - X, KEEP,              KEEP, ALARM, OK",
        "2, - - 0 X -, ALARM,             OK,   ALARM, OK"
    })
    void treatsMissingDataAsAwsDoes(
            int needed,
            String picture,
            String missing,
            String ignore,
            String breaching,
            String not) {
        for (AlarmState now : AlarmState.values()) {
            List<AlarmState> found = new ArrayList<>();
            List<AlarmState> expected = new ArrayList<>();
            List<String> texts = List.of(missing, ignore, breaching, not);
            List<MissingData> treatments =
                    List.of(
                            MissingData.MISSING,
                            MissingData.IGNORE,
                            MissingData.BREACHING,
                            MissingData.NOT_BREACHING);
            for (int i = 0; i < texts.size(); i++) {
                found.add(state(needed, 3, treatments.get(i), now, picture));
                expected.add(texts.get(i).equals("KEEP") ? now : AlarmState.valueOf(texts.get(i)));
            }
            assertThat(found).as(picture + " from " + now).isEqualTo(expected);
        }
    }

    @Test
    void looksNoFurtherBackThanItsPeriodsWhenNothingIsMissing() {
        assertThat(state(1, 2, MissingData.MISSING, AlarmState.ALARM, "X X 0 0"))
                .isEqualTo(AlarmState.OK);
    }

    @Test
    void missingIsTheDefault() {
        AlarmRule rule = Rules.rule(1, 1, null);

        assertThat(AlarmEvaluation.range(rule)).isEqualTo(3);
        assertThat(AlarmEvaluation.evaluate(rule, AlarmState.OK, periods("- - -")).state())
                .isEqualTo(AlarmState.INSUFFICIENT_DATA);
    }

    @ParameterizedTest
    @EnumSource(Comparison.class)
    void comparesAsItsOperatorSays(Comparison comparison) {
        List<AlarmState> states = new ArrayList<>();
        for (double value : List.of(4.0, 5.0, 6.0)) {
            states.add(
                    AlarmEvaluation.evaluate(
                                    Rules.rule("Maximum", comparison, 1, 1, null, null),
                                    AlarmState.OK,
                                    List.of(new Period(END, Aggregate.of(value, 1))))
                            .state());
        }

        assertThat(states.stream().map(each -> each == AlarmState.ALARM))
                .isEqualTo(
                        switch (comparison) {
                            case GREATER_OR_EQUAL -> List.of(false, true, true);
                            case GREATER -> List.of(false, false, true);
                            case LESS -> List.of(true, false, false);
                            case LESS_OR_EQUAL -> List.of(true, true, false);
                        });
    }

    @Test
    void aPercentileOfTooFewSamplesLeavesTheStateIfTheRuleSaysSo() {
        List<Period> few = List.of(new Period(END, Aggregate.of(9, 10)));
        List<Period> enough = List.of(new Period(END, Aggregate.of(9, 100)));
        AlarmRule ignoring = Rules.rule("p90", Comparison.GREATER, 1, 1, null, true);
        AlarmRule evaluating = Rules.rule("p90", Comparison.GREATER, 1, 1, null, false);
        AlarmRule sum = Rules.rule("Sum", Comparison.GREATER, 1, 1, null, true);

        assertThat(AlarmEvaluation.evaluate(ignoring, AlarmState.OK, few).state())
                .isEqualTo(AlarmState.OK);
        assertThat(AlarmEvaluation.evaluate(ignoring, AlarmState.OK, enough).state())
                .isEqualTo(AlarmState.ALARM);
        assertThat(AlarmEvaluation.evaluate(evaluating, AlarmState.OK, few).state())
                .isEqualTo(AlarmState.ALARM);
        assertThat(AlarmEvaluation.evaluate(sum, AlarmState.OK, few).state())
                .isEqualTo(AlarmState.ALARM);
    }

    @Test
    void aPeriodWhoseStatisticIsNotKnownIsMissing() {
        List<Period> sets = List.of(new Period(END, Aggregate.ofSet(2, 10, 1, 9)));
        AlarmRule rule = Rules.rule("p90", Comparison.GREATER, 1, 1, null, null);

        Finding finding = AlarmEvaluation.evaluate(rule, AlarmState.OK, sets);

        assertThat(finding.state()).isEqualTo(AlarmState.INSUFFICIENT_DATA);
        assertThat(finding.missing()).isEqualTo(1);
    }

    @Test
    void aStatisticNobodyKnowsIsABug() {
        AlarmRule rule = Rules.rule("Median", Comparison.GREATER, 1, 1, null, null);

        assertThatThrownBy(() -> AlarmEvaluation.evaluate(rule, AlarmState.OK, List.of()))
                .hasMessageContaining("Median");
    }

    @Test
    void saysWhyInWords() {
        AlarmRule two = Rules.rule(2, 3, MissingData.MISSING);
        assertThat(reason(two, "X 0 X"))
                .startsWith(
                        "Threshold Crossed: 2 out of the last 3 datapoints [9.0 (25/11/26 08:59:00), 0.0 (")
                .endsWith(
                        "were greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition).");
        assertThat(reason(two, "0 0 0"))
                .startsWith("Threshold Crossed: 3 datapoints [0.0")
                .endsWith("were not greater than the threshold (5.0).");
        AlarmRule one = Rules.rule(1, 1, MissingData.MISSING);
        assertThat(reason(one, "X"))
                .isEqualTo(
                        "Threshold Crossed: 1 out of the last 1 datapoint [9.0 (25/11/26 08:59:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).");
        assertThat(reason(one, "0"))
                .isEqualTo(
                        "Threshold Crossed: 1 datapoint [0.0 (25/11/26 08:59:00)] was not greater than the threshold (5.0).");
        assertThat(reason(one, "-")).isEqualTo("Insufficient Data: 1 datapoint was unknown.");
        assertThat(reason(two, "- - -")).isEqualTo("Insufficient Data: 3 datapoints were unknown.");
        assertThat(reason(Rules.rule(1, 1, MissingData.BREACHING), "-"))
                .isEqualTo(
                        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching], so the state is ALARM.");
        assertThat(reason(Rules.rule(2, 3, MissingData.NOT_BREACHING), "- - -"))
                .isEqualTo(
                        "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching], so the state is OK.");
    }

    private static String reason(AlarmRule rule, String picture) {
        return StateReason.text(
                rule, AlarmEvaluation.evaluate(rule, AlarmState.OK, periods(picture)));
    }

    @Test
    void saysWhyAsData() {
        AlarmRule rule = Rules.rule(1, 2, MissingData.MISSING);
        Finding finding = AlarmEvaluation.evaluate(rule, AlarmState.OK, periods("X 0"));

        assertThat(StateReason.data(rule, finding, END))
                .startsWith(
                        "{\"version\":\"1.0\",\"queryDate\":\"2026-11-25T09:00:00.000+0000\",\"startDate\":\"2026-11-25T08:59:00.000+0000\",\"statistic\":\"Sum\",\"period\":60,\"recentDatapoints\":[9.0,0.0],\"threshold\":5.0,")
                .endsWith("\"sampleCount\":1.0,\"value\":9.0}]}");
        Finding nothing = AlarmEvaluation.evaluate(rule, AlarmState.OK, periods("- -"));
        assertThat(StateReason.data(rule, nothing, END))
                .doesNotContain("startDate")
                .contains("\"recentDatapoints\":[]");
    }
}
