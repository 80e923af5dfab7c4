package dev.dryberth.core.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * How much goes wrong in one simulation: every probability is drawn from the seed, so that some
 * worlds know only crashes and others only bad images, and bugs that need a calm world show too.
 */
final class Faults {

    private final RandomGenerator random;
    private boolean calm;

    final double pullFails;
    final double startFails;
    final double namespaceFails;
    final double slow;
    final double diesByItself;
    final double flaps;
    final double deaf;
    final double eventsLost;
    final double eventTwice;
    final double removedByHand;
    final double crash;
    final double crashAtCommit;
    final double crashAtEffect;
    final double journalFails;
    final double functionFails;

    Faults(RandomGenerator random) {
        this.random = random;
        pullFails = upTo(0.15);
        startFails = upTo(0.15);
        namespaceFails = upTo(0.15);
        slow = upTo(0.3);
        diesByItself = upTo(0.6);
        flaps = upTo(0.5);
        deaf = upTo(0.3);
        eventsLost = upTo(0.02);
        eventTwice = upTo(0.1);
        removedByHand = upTo(0.01);
        crash = upTo(0.01);
        crashAtCommit = upTo(0.02);
        crashAtEffect = upTo(0.02);
        journalFails = upTo(0.05);
        functionFails = upTo(0.5);
    }

    private double upTo(double most) {
        return random.nextInt(3) == 0 ? 0 : random.nextDouble(most);
    }

    /** From now on nothing goes wrong any more. */
    void stop() {
        calm = true;
    }

    boolean stopped() {
        return calm;
    }

    /** Whether something with this probability happens now. */
    boolean strike(double probability) {
        return !calm && random.nextDouble() < probability;
    }

    Duration millis(int most) {
        return Duration.ofMillis(random.nextInt(most + 1));
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Randomness that depends only on what it is for, so that a script stays a pure function. */
    static RandomGenerator drawFor(long seed, Object... what) {
        long mixed = seed;
        for (Object each : what) {
            mixed = mixed * 0x9E3779B97F4A7C15L + each.hashCode();
        }
        return RandomGeneratorFactory.of("SplittableRandom").create(mixed);
    }
}
