package dev.dryberth.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.metrics.Aggregate;
import dev.dryberth.core.metrics.AlarmHistory;
import dev.dryberth.core.metrics.MetricSample;
import dev.dryberth.core.metrics.Rules;
import dev.dryberth.core.metrics.StateReason;
import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.AlarmHistoryItem;
import dev.dryberth.core.model.AlarmRule.MissingData;
import dev.dryberth.core.model.AlarmState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

class AlarmingTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final AlarmArn ARN = new AlarmArn(Rules.SCOPE, "errors");

    private EngineFixture fixture = EngineFixture.started(0);

    private void create(MissingData missing) {
        fixture.loop.advance(Duration.ofSeconds(10));
        Instant now = fixture.loop.clock().now();
        Alarm alarm =
                new Alarm(
                        ARN,
                        null,
                        Rules.rule(1, 1, missing),
                        new Alarm.Actions(true, List.of(), List.of(), List.of()),
                        now,
                        AlarmState.INSUFFICIENT_DATA,
                        StateReason.UNCHECKED,
                        null,
                        now,
                        now,
                        List.of());
        assertThat(
                        fixture.submit(tx -> {
                            AlarmHistory.created(tx, alarm);
                            return alarm;
                        }))
                .isCompleted();
    }

    private void measure(double value) {
        fixture.engine
                .alarming()
                .record(
                        List.of(
                                new MetricSample(
                                        Rules.SCOPE,
                                        Rules.ERRORS,
                                        "Count",
                                        fixture.loop.clock().now(),
                                        false,
                                        Aggregate.of(value, 1))));
        fixture.loop.drain();
    }

    private Alarm alarm() {
        return Objects.requireNonNull(fixture.world.alarms().get(ARN));
    }

    @Test
    void raisesTheAlarmWhenThePeriodIsComplete() {
        create(MissingData.NOT_BREACHING);
        measure(7);
        fixture.loop.advance(Duration.ofSeconds(51));
        assertThat(alarm().stateReason()).isEqualTo(StateReason.UNCHECKED);

        fixture.loop.advance(Duration.ofSeconds(4));

        assertThat(alarm().state()).isEqualTo(AlarmState.ALARM);
        assertThat(alarm().stateReason()).contains("[7.0 (01/01/26 00:00:00)]");
        assertThat(fixture.world.alarmHistory().all().stream().map(AlarmHistoryItem::summary))
                .containsExactly(
                        "Alarm \"errors\" created",
                        "Alarm updated from INSUFFICIENT_DATA to ALARM");

        fixture.loop.advance(MINUTE.multipliedBy(3));
        assertThat(alarm().state()).isEqualTo(AlarmState.OK);
    }

    @Test
    void aStateThatWasSetLastsUntilTheNextLook() {
        create(MissingData.MISSING);
        fixture.loop.advance(MINUTE.multipliedBy(2));
        assertThat(alarm().state()).isEqualTo(AlarmState.INSUFFICIENT_DATA);
        var _ =
                fixture.submit(tx -> {
                    AlarmHistory.inState(
                            tx,
                            alarm(),
                            AlarmState.ALARM,
                            "a test",
                            null,
                            fixture.loop.clock().now());
                    return true;
                });
        assertThat(alarm().state()).isEqualTo(AlarmState.ALARM);

        fixture.loop.advance(MINUTE);

        assertThat(alarm().state()).isEqualTo(AlarmState.INSUFFICIENT_DATA);
    }

    @Test
    void tellsWhoWatches() {
        List<AlarmArn> changed = new ArrayList<>();
        fixture.engine.alarming().watch(changed::add);
        create(MissingData.NOT_BREACHING);
        measure(7);
        fixture.loop.advance(MINUTE.plusSeconds(3));

        assertThat(changed).containsExactly(ARN, ARN);
        assertThat(alarm().state()).isEqualTo(AlarmState.ALARM);
    }

    @Test
    void aDeletedAlarmIsNotLookedAtAndKeepsItsHistory() {
        create(MissingData.MISSING);
        assertThat(fixture.loop.timerTags()).contains("alarm " + ARN);
        var _ =
                fixture.submit(tx -> {
                    AlarmHistory.deleted(tx, alarm(), fixture.loop.clock().now());
                    return true;
                });

        assertThat(fixture.loop.timerTags()).doesNotContain("alarm " + ARN);
        assertThat(fixture.world.alarmHistory().all())
                .extracting(AlarmHistoryItem::summary)
                .containsExactly("Alarm \"errors\" created", "Alarm \"errors\" deleted");
    }

    @Test
    void keepsItsStateOverARestartUntilSomethingIsKnown() {
        create(MissingData.NOT_BREACHING);
        measure(7);
        fixture.loop.advance(MINUTE.plusSeconds(3));
        assertThat(alarm().state()).isEqualTo(AlarmState.ALARM);

        fixture = fixture.killed();
        fixture.inventory(List.of(), List.of());
        fixture.loop.advance(MINUTE);
        assertThat(alarm().state()).isEqualTo(AlarmState.ALARM);

        fixture.loop.advance(MINUTE.multipliedBy(4));
        assertThat(alarm().state()).isEqualTo(AlarmState.OK);
    }

    @Test
    void keepsNoMoreHistoryThanItsLimit() {
        create(MissingData.MISSING);
        for (int i = 0; i < AlarmHistory.MAX_ITEMS_OF_ALARM + 10; i++) {
            AlarmState next = i % 2 == 0 ? AlarmState.OK : AlarmState.ALARM;
            var _ =
                    fixture.submit(tx -> {
                        AlarmHistory.inState(
                                tx, alarm(), next, "a test", "{}", fixture.loop.clock().now());
                        return true;
                    });
        }

        assertThat(fixture.world.alarmHistory().size()).isEqualTo(AlarmHistory.MAX_ITEMS_OF_ALARM);
    }
}
