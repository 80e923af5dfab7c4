package dev.dryberth.core.simulation;

import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.stream.LongStream;

/**
 * Some hundreds of simulated lives. {@code -Dseed=7} runs one of them, {@code -Dseeds=10000} more.
 */
final class SimulationTest {

    private static final Logger LOG = LoggerFactory.getLogger(SimulationTest.class);
    private static final int SEEDS = 300;

    @Test
    void keepsItsPromisesWhateverGoesWrongAndSettlesWhenNothingDoes() {
        Long seed = Long.getLong("seed");
        LongStream seeds =
                seed != null
                        ? LongStream.of(seed)
                        : LongStream.range(0, Integer.getInteger("seeds", SEEDS));
        long events = seeds.map(SimulationTest::simulate).sum();
        LOG.warn("simulated {} events", events);
    }

    private static long simulate(long seed) {
        Simulation simulation = Simulation.seeded(seed);
        try {
            simulation.run();
        } catch (AssertionError broken) {
            throw new AssertionError(
                    "Seed %d fails; replay it with: mvn -pl emulator-core test -Dtest=SimulationTest -Dseed=%d%n%s"
                            .formatted(seed, seed, broken.getMessage()),
                    broken);
        }
        return simulation.events();
    }
}
