package dev.dryberth.core.metrics;

import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.AlarmHistoryItem;
import dev.dryberth.core.model.AlarmState;
import dev.dryberth.core.state.Table;
import dev.dryberth.core.state.Tx;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedCollection;

/** Changes alarms and writes down that it did. Loop thread, in a transaction. */
public final class AlarmHistory {

    /** How many items of one alarm are kept. */
    public static final int MAX_ITEMS_OF_ALARM = 100;

    /** How many items are kept, those of deleted alarms included. */
    public static final int MAX_ITEMS = 10_000;

    private static final int DROPPED_AT_ONCE = MAX_ITEMS / 10;

    private AlarmHistory() {}

    /** Puts an alarm that is new. */
    public static void created(Tx tx, Alarm alarm) {
        configured(tx, alarm, "created", "Create");
        tx.put(tx.world().alarms(), alarm.arn(), alarm);
    }

    /** Puts an alarm whose configuration changed. */
    public static void updated(Tx tx, Alarm alarm) {
        configured(tx, alarm, "updated", "Update");
        tx.put(tx.world().alarms(), alarm.arn(), alarm);
    }

    /** Deletes an alarm; its history stays. */
    public static void deleted(Tx tx, Alarm alarm, Instant now) {
        add(
                tx,
                alarm.arn(),
                now,
                AlarmHistoryItem.Type.CONFIGURATION_UPDATE,
                summary(alarm, "deleted"),
                StateReason.configuration(alarm, "Delete"));
        tx.delete(tx.world().alarms(), alarm.arn());
    }

    private static void configured(Tx tx, Alarm alarm, String verb, String kind) {
        add(
                tx,
                alarm.arn(),
                alarm.configuredAt(),
                AlarmHistoryItem.Type.CONFIGURATION_UPDATE,
                summary(alarm, verb),
                StateReason.configuration(alarm, kind));
    }

    private static String summary(Alarm alarm, String verb) {
        return "Alarm \"" + alarm.arn().name() + "\" " + verb;
    }

    /** Sets an alarm's state, and says so if it is another one. */
    public static void inState(
            Tx tx,
            Alarm alarm,
            AlarmState state,
            String reason,
            @Nullable String reasonData,
            Instant now) {
        Alarm next = alarm.inState(state, reason, reasonData, now);
        if (state != alarm.state()) {
            add(
                    tx,
                    alarm.arn(),
                    now,
                    AlarmHistoryItem.Type.STATE_UPDATE,
                    "Alarm updated from %s to %s".formatted(alarm.state(), state),
                    StateReason.transition(alarm, next));
        }
        tx.put(tx.world().alarms(), alarm.arn(), next);
    }

    /** The items of an alarm, the oldest first. */
    public static SequencedCollection<AlarmHistoryItem> of(Tx tx, AlarmArn alarm) {
        return tx.world()
                .alarmHistory()
                .between(
                        new AlarmHistoryItem.Key(alarm, 0),
                        new AlarmHistoryItem.Key(alarm, Long.MAX_VALUE));
    }

    private static void add(
            Tx tx,
            AlarmArn alarm,
            Instant at,
            AlarmHistoryItem.Type type,
            String summary,
            String data) {
        Table<AlarmHistoryItem.Key, AlarmHistoryItem> table = tx.world().alarmHistory();
        SequencedCollection<AlarmHistoryItem> before = of(tx, alarm);
        long sequence = before.isEmpty() ? 1 : before.getLast().key().sequence() + 1;
        if (before.size() >= MAX_ITEMS_OF_ALARM) {
            tx.delete(table, before.getFirst().key());
        }
        if (table.size() >= MAX_ITEMS) {
            List<AlarmHistoryItem> oldest = new ArrayList<>(table.all());
            oldest.sort(Comparator.comparing(AlarmHistoryItem::at));
            oldest.subList(0, DROPPED_AT_ONCE).forEach(each -> tx.delete(table, each.key()));
        }
        AlarmHistoryItem.Key key = new AlarmHistoryItem.Key(alarm, sequence);
        tx.put(table, key, new AlarmHistoryItem(key, at, type, summary, data));
    }
}
