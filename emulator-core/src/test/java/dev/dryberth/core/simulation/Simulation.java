package dev.dryberth.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.engine.EngineSettings;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.loop.SimulatedLoop;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.Service;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.runtime.simulated.SimulatedHost;
import dev.dryberth.core.runtime.simulated.SimulatedRuntime;
import dev.dryberth.core.service.ServiceRows;
import dev.dryberth.core.service.ServiceTimings;
import dev.dryberth.core.state.Table;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One life of the engine in a world where things go wrong, all of it drawn from a seed.
 *
 * <p><b>Goal.</b> Find the order of events that breaks a promise, and be able to see it again.
 *
 * <p><b>How.</b> The real engine runs on a loop whose time is simulated, with the real codec under
 * a journal in memory and the simulated runtime on a host that outlives the daemon. First comes
 * safety: tasks are run and stopped at random while pulls fail, containers die, health flaps,
 * events are lost or come twice, someone removes containers by hand, the disk is full, and the
 * daemon dies between events, around commits and before effects, and starts again from its journal.
 * After every event {@link Invariants} are checked. Then comes liveness: faults stop, and
 * everything must settle; all tasks are stopped, and nothing may be left.
 *
 * <p><b>Example.</b> Seed 7 crashes after the commit that put a container into STARTING and before
 * the effect; the next daemon finds the container missing and asks again.
 */
final class Simulation {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int COMMANDS = 25;
    private static final int MAX_EVENTS = 200_000;
    private static final int MAX_PAUSE_MILLIS = 20_000;
    private static final int REPLAY_EVERY = 499;
    private static final int PATIENCE = 60_000;
    private static final Duration PROBES = Duration.ofSeconds(5);

    private static final List<Duration> RETENTIONS =
            List.of(Duration.ofSeconds(30), Duration.ofMinutes(10), Duration.ofHours(1));

    /** Longer than any start timeout, stop timeout, slow pull and refill delay. */
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

    private final SimulatedLoop loop;
    private final Faults faults;
    private final FaultyScript script;
    private final Trace trace;
    private final FaultyJournal journal;
    private final SimulatedHost host = new SimulatedHost();
    private final Ids ids;
    private final int poolSize;
    private final Duration retention;

    private final Set<TaskArn> acknowledged = new LinkedHashSet<>();
    private final Set<TaskArn> acknowledgedStops = new LinkedHashSet<>();
    private Life life;
    private World world = new World();
    private Invariants invariants = new Invariants(world, this::forget);
    private final ServiceWorkload services;
    private ServiceInvariants serviceInvariants;
    private @Nullable FaultyRuntime runtime;
    private @Nullable Engine engine;
    private @Nullable Throwable unexpected;
    private int writes;
    private int events;
    private int crashes;

    private Simulation(long seed, boolean printed) {
        SplittableRandom random = new SplittableRandom(seed);
        loop = new SimulatedLoop(START, random.nextBoolean() ? 1 : 10);
        trace = new Trace(loop.clock(), printed);
        faults = new Faults(random.split());
        script = new FaultyScript(seed, faults);
        life = new Life(trace);
        journal = new FaultyJournal(faults, trace, life);
        ids = new Ids(random.split());
        services = new ServiceWorkload(faults);
        serviceInvariants = new ServiceInvariants(world, loop);
        poolSize = random.nextInt(4);
        retention = RETENTIONS.get(random.nextInt(RETENTIONS.size()));
    }

    static Simulation seeded(long seed) {
        return new Simulation(seed, false);
    }

    /** One that prints a line for everything that happens. */
    static Simulation replayed(long seed) {
        return new Simulation(seed, true);
    }

    /** Runs it all; what it throws ends with the last things that happened. */
    void run() {
        try {
            boot();
            for (int i = 0; i < COMMANDS; i++) {
                pass(faults.millis(faults.below(3) == 0 ? 50 : MAX_PAUSE_MILLIS));
                surviving(this::randomCommand);
            }
            settle();
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError(
                    "after %d events and %d crashes: %s%n%s"
                            .formatted(events, crashes, broken.getMessage(), trace),
                    broken);
        }
    }

    private void settle() {
        faults.stop();
        // What was broken when the faults stopped is still to be repaired.
        runtime().simulated().resync();
        passUntilSettled();
        serviceInvariants.checkSettled();
        for (Service service : List.copyOf(world.services().all())) {
            if (service.active()) {
                delete(service.arn());
            }
        }
        for (Task task : List.copyOf(world.tasks().all())) {
            if (task.membership() == null) {
                stop(task.arn());
            }
        }
        passUntilSettled();
        assertThat(world.services().all())
                .allMatch(service -> service.status() == Service.Status.INACTIVE);
        assertThat(world.targets().all()).isEmpty();
        assertThat(world.tasks().all()).allMatch(Task::isStopped);
        assertThat(host.observedContainers()).isEmpty();
    }

    private void passUntilSettled() {
        pass(LONG_ENOUGH);
        // A service that starts tasks again and again keeps the pool waiting, but not for ever.
        for (int i = 0; i < PATIENCE && !(allIsDurable() && poolIsFull()); i++) {
            pass(Duration.ofMillis(1));
        }
        invariants.checkSettled(host, poolSize);
        checkReplay();
    }

    private boolean poolIsFull() {
        return !loop.hasTimer("pause-pool")
                && world.enis().all().stream()
                        .noneMatch(each -> each.state() == Eni.State.CREATING);
    }

    private void boot() {
        trace.add("boot", crashes);
        world = new World();
        invariants = new Invariants(world, this::forget);
        serviceInvariants = new ServiceInvariants(world, loop);
        writes = 0;
        life = new Life(trace);
        journal.openedBy(life);
        FaultyRuntime nextRuntime =
                new FaultyRuntime(
                        new SimulatedRuntime(loop, script, host),
                        loop,
                        faults,
                        trace,
                        life,
                        effect -> Invariants.checkEffect(effect, journal, world));
        runtime = nextRuntime;
        engine =
                new Engine(
                        world,
                        journal,
                        loop,
                        nextRuntime,
                        ids,
                        new EngineSettings(poolSize, retention, ServiceTimings.LOCAL),
                        this::write);
        engine().invokeFunctionsThrough(new FaultyFunctions(loop, faults, trace, life));
        var _ = engine().restore();
        var _ = engine().start();
        loop.schedule("simulation/probe", loop.clock().now().plus(PROBES), this::probe);
    }

    /** The journal's thread: a write takes a moment, in which other things happen. */
    private void write(Runnable task) {
        writes++;
        loop.schedule(
                "simulation/journal",
                loop.clock().now().plus(faults.millis(3)),
                () -> {
                    writes--;
                    task.run();
                });
    }

    private void pass(Duration duration) {
        Instant end = loop.clock().now().plus(duration);
        boolean more = true;
        while (more) {
            more = surviving(() -> loop.runNext(end));
        }
        loop.passTo(end);
    }

    /** Runs one event, dying and starting again if that is what happens, and checks the world. */
    private boolean surviving(Supplier<Boolean> event) {
        boolean more = event.get();
        if (faults.strike(faults.crash)) {
            life.end("between events");
        }
        if (life.isOver()) {
            crashAndBoot();
        } else if (faults.strike(faults.removedByHand)) {
            removeSomethingByHand();
        }
        events++;
        assertThat(events).as("events, so that a run ends").isLessThan(MAX_EVENTS);
        assertThat(unexpected).as("what a command threw").isNull();
        invariants.checkRows();
        serviceInvariants.check();
        if (allIsDurable()) {
            invariants.checkNothingIsForgotten(loop, runtime());
            if (!runtime().resyncPending()) {
                serviceInvariants.checkNothingIsForgotten();
            }
            if (events % REPLAY_EVERY == 0) {
                checkReplay();
            }
        }
        return more;
    }

    private boolean allIsDurable() {
        return writes == 0 && loop.queued() == 0 && !loop.hasTimer("journal-retry");
    }

    private void crashAndBoot() {
        crashes++;
        runtime().close();
        loop.forgetAll();
        loop.passTo(loop.clock().now().plus(faults.millis(faults.below(2) * 60_000)));
        boot();
        // Restored before anything else, so what was acknowledged must be there now.
        loop.runNext(loop.clock().now());
        for (TaskArn arn : acknowledged) {
            assertThat(world.tasks().get(arn)).as("acknowledged before the crash").isNotNull();
        }
        for (TaskArn arn : acknowledgedStops) {
            assertThat(Objects.requireNonNull(world.tasks().get(arn)).stopping())
                    .as("the stop of %s was acknowledged before the crash", arn)
                    .isTrue();
        }
    }

    private void forget(TaskArn task) {
        acknowledged.remove(task);
        acknowledgedStops.remove(task);
    }

    private void removeSomethingByHand() {
        List<String> there = new ArrayList<>();
        host.observedContainers().forEach(each -> there.add(each.runtimeId()));
        host.observedNamespaces().forEach(each -> there.add(each.runtimeId()));
        if (!there.isEmpty()) {
            String victim = there.get(faults.below(there.size()));
            trace.add("removed by hand", victim);
            runtime().simulated().removeByHand(victim);
        }
    }

    private boolean randomCommand() {
        List<Task> tasks = List.copyOf(world.tasks().all());
        if (faults.below(2) == 0) {
            actOnAService();
        } else if (faults.below(3) == 0 && !tasks.isEmpty()) {
            stop(tasks.get(faults.below(tasks.size())).arn());
        } else {
            int shape = faults.below(Workload.shapes());
            for (int count = 1 + faults.below(2); count > 0; count--) {
                run(shape);
            }
        }
        return true;
    }

    private void actOnAService() {
        Engine target = engine();
        if (faults.below(3) == 0) {
            trace.add("images", "built anew");
            host.rebuildImages();
        }
        command(
                "service",
                tx -> {
                    trace.add("which is", services.act(target, tx));
                    return null;
                },
                nothing -> {});
    }

    private void delete(ServiceArn arn) {
        command(
                "delete " + arn,
                tx -> {
                    ServiceRows.delete(tx, arn);
                    return null;
                },
                nothing -> {});
    }

    /** Health checks go round as long as the daemon lives. */
    private void probe() {
        services.probe(engine(), world);
        loop.schedule(
                "simulation/probe",
                loop.clock().now().plus(loop.clock().wait(PROBES)),
                this::probe);
    }

    private void run(int shape) {
        Engine target = engine();
        command(
                "run " + shape,
                tx -> Workload.run(target, tx, shape),
                task -> {
                    if (task != null) {
                        acknowledged.add(task.arn());
                    }
                });
    }

    private void stop(TaskArn arn) {
        Engine target = engine();
        command(
                "stop " + arn,
                tx -> Workload.stop(target, tx, arn),
                task -> {
                    if (task != null && acknowledged.contains(arn)) {
                        acknowledgedStops.add(arn);
                    }
                });
    }

    /** A dead daemon answers nobody, so what it would have said is not heard. */
    private void command(
            String name, Function<Tx, @Nullable Task> body, Consumer<@Nullable Task> acknowledge) {
        trace.add("command", name);
        Engine target = engine();
        Life caller = life;
        var _ =
                target.submit(Engine.DEFAULT_CALLER, () -> Optional.ofNullable(target.call(body)))
                        .whenComplete((task, failure) -> {
                            if (failure != null) {
                                unexpected = failure;
                            } else if (!caller.isOver()) {
                                acknowledge.accept(task.orElse(null));
                            }
                        });
    }

    /** A daemon that started now would know exactly what this one knows. */
    private void checkReplay() {
        World replayed = new World();
        try {
            journal.restore(replayed);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        List<Table<?, ?>> expected = world.tables();
        List<Table<?, ?>> found = replayed.tables();
        for (int i = 0; i < expected.size(); i++) {
            assertThat(List.copyOf(found.get(i).all()))
                    .as("replayed %s", expected.get(i).name())
                    .isEqualTo(List.copyOf(expected.get(i).all()));
        }
    }

    private Engine engine() {
        return Objects.requireNonNull(engine);
    }

    private FaultyRuntime runtime() {
        return Objects.requireNonNull(runtime);
    }

    int events() {
        return events;
    }

    /** How long it was for those who lived in it. */
    Duration simulated() {
        return Duration.between(START, loop.clock().now());
    }
}
