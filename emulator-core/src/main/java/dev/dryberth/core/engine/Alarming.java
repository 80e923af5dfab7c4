package dev.dryberth.core.engine;

import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.metrics.Aggregate;
import dev.dryberth.core.metrics.AlarmEvaluation;
import dev.dryberth.core.metrics.AlarmEvaluation.Finding;
import dev.dryberth.core.metrics.AlarmEvaluation.Period;
import dev.dryberth.core.metrics.AlarmHistory;
import dev.dryberth.core.metrics.MetricSample;
import dev.dryberth.core.metrics.MetricSink;
import dev.dryberth.core.metrics.MetricStore;
import dev.dryberth.core.metrics.MetricTimes;
import dev.dryberth.core.metrics.StateReason;
import dev.dryberth.core.model.Alarm;
import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.AlarmRule;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Keeps measurements, and looks at each alarm when its next period is complete. {@link #record} may
 * be called on any thread; all else is the loop's.
 *
 * <p>Measurements do not survive the daemon, alarms do. An alarm that was there before the daemon
 * started therefore keeps its state until something was measured, or until its whole range lies
 * after the start: what was measured before must not count as missing.
 */
public final class Alarming implements MetricSink {

    private static final Logger log = LoggerFactory.getLogger(Alarming.class);

    private final World world;
    private final Loop loop;
    private final Consumer<Consumer<Tx>> turns;
    private final MetricTimes times;
    private final MetricStore store;
    private final TreeSet<AlarmArn> looking = new TreeSet<>();
    private final List<Consumer<AlarmArn>> watchers = new ArrayList<>();
    private final Instant since;

    /**
     * Keeps nothing yet.
     *
     * @param turns runs a change in a turn of the loop and commits it
     * @param since when the daemon started
     */
    Alarming(World world, Loop loop, Consumer<Consumer<Tx>> turns, Instant since) {
        this.world = world;
        this.loop = loop;
        this.turns = turns;
        times = MetricTimes.at(loop.clock().speed());
        store = new MetricStore(times);
        this.since = since;
    }

    /** What was measured. */
    public MetricStore store() {
        return store;
    }

    public MetricTimes times() {
        return times;
    }

    /** What finds the loop's queue full is lost. */
    @Override
    public void record(List<MetricSample> samples) {
        if (!loop.tryPost(() -> put(samples))) {
            log.warn("Too much waits already; {} measurements are dropped", samples.size());
        }
    }

    /** As {@link #record}, at once. */
    public void put(List<MetricSample> samples) {
        Instant now = loop.clock().now();
        samples.forEach(each -> store.put(each, now));
    }

    /**
     * Calls {@code watcher} in each turn in which an alarm was made, deleted or set to another
     * state, before that is committed.
     */
    void watch(Consumer<AlarmArn> watcher) {
        watchers.add(watcher);
    }

    /** Follows up what a transaction did to alarms. */
    void settle(Tx tx) {
        for (Change change : tx.changes()) {
            if (change.table().equals(world.alarms().name())) {
                AlarmArn arn = AlarmArn.parse(change.key());
                Alarm alarm = world.alarms().get(arn);
                if (alarm == null) {
                    looking.remove(arn);
                    loop.cancel(tag(arn));
                } else if (looking.add(arn)) {
                    lookLater(alarm);
                }
                watchers.forEach(each -> each.accept(arn));
            }
        }
    }

    /** After the journal was read: timers do not survive the daemon, rows do. */
    void resume() {
        for (Alarm each : world.alarms().all()) {
            looking.add(each.arn());
            lookLater(each);
        }
    }

    private static String tag(AlarmArn arn) {
        return "alarm " + arn;
    }

    /** When the figures of the period that runs now have come in. */
    private void lookLater(Alarm alarm) {
        long tick = times.tickMillis(alarm.rule().period());
        long complete = complete(tick) + tick;
        loop.schedule(
                tag(alarm.arn()),
                Instant.ofEpochMilli(complete + times.lagMillis()),
                () -> look(alarm.arn()));
    }

    /** The end of the last period whose figures have come in. */
    private long complete(long tick) {
        long settled = loop.clock().now().toEpochMilli() - times.lagMillis();
        return Math.floorDiv(settled, tick) * tick;
    }

    private void look(AlarmArn arn) {
        turns.accept(tx -> {
            Alarm alarm = world.alarms().get(arn);
            if (alarm != null) {
                evaluate(tx, alarm);
            }
        });
        Alarm alarm = world.alarms().get(arn);
        if (alarm != null) {
            lookLater(alarm);
        }
    }

    private void evaluate(Tx tx, Alarm alarm) {
        AlarmRule rule = alarm.rule();
        List<Period> periods = periods(alarm);
        boolean measured = periods.stream().anyMatch(each -> each.aggregate() != null);
        boolean older = alarm.configuredAt().isBefore(since);
        if (!measured && older && periods.getLast().start().isBefore(since)) {
            return;
        }
        Finding finding = AlarmEvaluation.evaluate(rule, alarm.state(), periods);
        boolean first = alarm.stateReason().equals(StateReason.UNCHECKED);
        if (finding.state() != alarm.state() || first) {
            Instant now = loop.clock().now();
            AlarmHistory.inState(
                    tx,
                    alarm,
                    finding.state(),
                    StateReason.text(rule, finding),
                    StateReason.data(rule, finding, now),
                    now);
        }
    }

    /** The complete periods of the alarm's range, the newest first. */
    private List<Period> periods(Alarm alarm) {
        AlarmRule rule = alarm.rule();
        int range = AlarmEvaluation.range(rule);
        long length = times.millis(rule.period());
        Instant end = Instant.ofEpochMilli(complete(times.tickMillis(rule.period())));
        Instant begin = end.minusMillis(range * length);
        NavigableMap<Instant, Aggregate> measured =
                store.read(alarm.arn().scope(), rule.metric(), rule.unit(), begin, end, length);
        List<Period> periods = new ArrayList<>();
        for (int i = 1; i <= range; i++) {
            Instant start = end.minusMillis(i * length);
            periods.add(new Period(start, measured.get(start)));
        }
        return periods;
    }
}
