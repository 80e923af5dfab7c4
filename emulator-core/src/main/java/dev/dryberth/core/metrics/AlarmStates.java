package dev.dryberth.core.metrics;

import dev.dryberth.core.model.AlarmArn;
import dev.dryberth.core.model.AlarmState;
import dev.dryberth.core.model.Scope;

import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/** What else of the core may know of alarms. Loop thread. */
public interface AlarmStates {

    /** The states of these alarms now, by name and in its order; a name without one is left out. */
    Map<String, AlarmState> states(Scope scope, Collection<String> names);

    /**
     * Calls {@code watcher} in each turn in which an alarm was made, deleted or set to another
     * state, before that is committed: what it marks as in need of a look can be seen to in the
     * same turn.
     */
    void watch(Consumer<AlarmArn> watcher);
}
