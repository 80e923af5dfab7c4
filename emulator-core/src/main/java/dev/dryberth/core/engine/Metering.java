package dev.dryberth.core.engine;

import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** What an engine has once somebody asks for metrics. */
record Metering(Alarming alarming, Utilization utilization) {

    /**
     * Makes both.
     *
     * @param turns runs a change in a turn of the loop and commits it
     * @param effects runs what adds effects in a turn of the loop
     * @param since when the daemon started
     */
    static Metering over(
            World world,
            Loop loop,
            Consumer<Consumer<Tx>> turns,
            Consumer<Consumer<List<Effect>>> effects,
            Instant since) {
        Alarming alarming = new Alarming(world, loop, turns, since);
        return new Metering(alarming, new Utilization(world, loop, alarming, effects));
    }
}
