package dev.dryberth.cli.faults;

import java.util.List;
import java.util.SplittableRandom;

/**
 * The number a test's random choices follow from; {@code -Ddryberth.seed=…} repeats a run's
 * choices.
 */
record Seed(long value) {

    /** A new one, unless one was asked for; printed, because a failure is of no use without it. */
    static Seed draw(String test) {
        Long wanted = Long.getLong("dryberth.seed");
        Seed seed = new Seed(wanted == null ? System.nanoTime() : wanted);
        System.out.println(test + ": seed " + seed.value);
        return seed;
    }

    /** A source of choices of its own for every {@code number}, whatever the threads do. */
    SplittableRandom random(int number) {
        return new SplittableRandom(value * 1_000_003 + number);
    }

    static <T> T oneOf(SplittableRandom random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
