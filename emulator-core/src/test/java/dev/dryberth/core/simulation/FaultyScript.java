package dev.dryberth.core.simulation;

import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.ContainerSpec;
import dev.dryberth.core.runtime.simulated.Script;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Images, starts and lives of containers that go wrong as often as {@link Faults} says. */
final class FaultyScript implements Script {

    private static final int MAX_QUICK_MILLIS = 60;
    private static final int MAX_SLOW_MILLIS = 40_000;

    private final long seed;
    private final Faults faults;

    FaultyScript(long seed, Faults faults) {
        this.seed = seed;
        this.faults = faults;
    }

    @Override
    public Step namespace(Eni eni) {
        RandomGenerator random = Faults.drawFor(seed, "namespace", eni.id(), faults.stopped());
        return step(random, faults.namespaceFails, "ResourceInitializationError: no namespace");
    }

    @Override
    public Step pull(TaskArn task, String container, String image) {
        RandomGenerator random =
                Faults.drawFor(seed, "pull", task.id(), container, faults.stopped());
        return step(random, faults.pullFails, "CannotPullContainerError: " + image + ": not found");
    }

    private Step step(RandomGenerator random, double fails, String reason) {
        boolean slow = random.nextDouble() < faults.slow && !faults.stopped();
        Duration takes =
                Duration.ofMillis(random.nextInt(slow ? MAX_SLOW_MILLIS : MAX_QUICK_MILLIS));
        return random.nextDouble() < fails && !faults.stopped()
                ? Step.fails(takes, reason)
                : Step.works(takes);
    }

    @Override
    public Life life(ContainerSpec spec) {
        RandomGenerator random =
                Faults.drawFor(seed, "life", spec.containerId(), spec.attempt(), faults.stopped());
        Step start = step(random, faults.startFails, "CannotStartContainerError: no such file");
        Life life = Life.runs(start).withHealth(health(random)).stopping(onStop(random));
        if (spec.name().equals(Workload.INIT)) {
            int code = random.nextDouble() < faults.diesByItself ? random.nextInt(3) : 0;
            return life.until(new Exit(Duration.ofMillis(random.nextInt(5_000)), code, false));
        }
        if (random.nextDouble() < faults.diesByItself && !faults.stopped()) {
            // Some die before anybody has heard that they started.
            int within = random.nextBoolean() ? 5 : 200_000;
            return life.until(
                    new Exit(
                            Duration.ofMillis(random.nextInt(within)),
                            random.nextInt(256),
                            random.nextInt(8) == 0));
        }
        return life;
    }

    private OnStop onStop(RandomGenerator random) {
        if (random.nextDouble() < faults.deaf) {
            return OnStop.NEVER;
        }
        return new OnStop(Duration.ofMillis(random.nextInt(100)), random.nextBoolean() ? 143 : 0);
    }

    private List<HealthChange> health(RandomGenerator random) {
        List<HealthChange> changes = new ArrayList<>();
        Duration at = Duration.ofMillis(random.nextInt(30_000));
        boolean flaps = random.nextDouble() < faults.flaps;
        for (int i = flaps ? random.nextInt(2, 6) : 1; i > 0; i--) {
            boolean healthy = !flaps || random.nextBoolean();
            changes.add(
                    new HealthChange(at, healthy ? HealthStatus.HEALTHY : HealthStatus.UNHEALTHY));
            at = at.plusMillis(1 + random.nextInt(20_000));
        }
        return changes;
    }
}
