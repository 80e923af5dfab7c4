package dev.dryberth.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.AlarmHistoryItem;
import dev.dryberth.core.model.AlarmState;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

class AlarmHistoryTest {

    private static final Instant NOW = Instant.parse("2026-11-25T09:00:00Z");

    private final Tx tx = new Tx(new World());

    private static Alarm alarm(String name) {
        return new Alarm(
                new AlarmArn(Rules.SCOPE, name),
                null,
                Rules.rule(1, 1, null),
                new Alarm.Actions(true, List.of(), List.of(), List.of()),
                NOW,
                AlarmState.OK,
                "made for a test",
                null,
                NOW,
                NOW,
                List.of());
    }

    @Test
    void aStateThatStaysIsNoHistory() {
        Alarm alarm = alarm("one");
        AlarmHistory.created(tx, alarm);
        AlarmHistory.inState(tx, alarm, AlarmState.OK, "still", null, NOW.plusSeconds(1));

        assertThat(AlarmHistory.of(tx, alarm.arn())).hasSize(1);
        assertThat(tx.world().alarms().get(alarm.arn()))
                .extracting(Alarm::stateReason, Alarm::updatedAt, Alarm::transitionedAt)
                .containsExactly("still", NOW.plusSeconds(1), NOW);
    }

    @Test
    void dropsTheOldestOfAllWhenThereAreTooMany() {
        int alarms = AlarmHistory.MAX_ITEMS / AlarmHistory.MAX_ITEMS_OF_ALARM;
        for (int i = 0; i < alarms; i++) {
            Alarm alarm = alarm("alarm-" + i);
            for (int item = 0; item < AlarmHistory.MAX_ITEMS_OF_ALARM; item++) {
                AlarmHistory.deleted(tx, alarm, NOW.plusSeconds(i));
            }
        }
        assertThat(tx.world().alarmHistory().size()).isEqualTo(AlarmHistory.MAX_ITEMS);

        AlarmHistory.deleted(tx, alarm("last"), NOW.plusSeconds(alarms));

        assertThat(tx.world().alarmHistory().size()).isLessThan(AlarmHistory.MAX_ITEMS);
        assertThat(AlarmHistory.of(tx, alarm("alarm-0").arn())).isEmpty();
        assertThat(AlarmHistory.of(tx, alarm("last").arn())).hasSize(1);
    }

    @Test
    void keysAreReadAsTheyAreWritten() {
        AlarmHistoryItem.Key key = new AlarmHistoryItem.Key(alarm("a:b/c").arn(), 7);

        assertThat(AlarmHistoryItem.Key.parse(key.toString())).isEqualTo(key);
        for (String text :
                List.of(
                        "alarm",
                        "arn:aws:cloudwatch:us-east-1:1:alarm",
                        "arn:aws:sns:us-east-1:1:alarm:a",
                        "arn:aws:cloudwatch:us-east-1:1:dashboard:a",
                        "urn:aws:cloudwatch:us-east-1:1:alarm:a")) {
            assertThatIllegalArgumentException().isThrownBy(() -> AlarmArn.parse(text));
        }
    }
}
