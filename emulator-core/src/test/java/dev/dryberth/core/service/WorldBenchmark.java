package dev.dryberth.core.service;

import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.engine.EngineSettings;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.loop.SimulatedLoop;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.SubnetChoice;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskStatus;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.runtime.journal.MemoryJournal;
import dev.dryberth.core.runtime.journal.SqliteJournal;
import dev.dryberth.core.runtime.simulated.ImageScript;
import dev.dryberth.core.runtime.simulated.SimulatedHost;
import dev.dryberth.core.runtime.simulated.SimulatedRuntime;
import dev.dryberth.core.state.Journal;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;
import dev.dryberth.core.task.Recipes;
import dev.dryberth.core.task.Tasks;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What one change costs in a large world, and how long it takes to read such a world back. A
 * program, not a test: {@code benchmarks/world.py} starts it.
 *
 * <ul>
 *   <li>{@code cost SERVICES TASKS} prints the median of a service's change, and of a container's
 *       death, in microseconds, in a world of so many services with so many tasks each;
 *   <li>{@code build DIRECTORY SERVICES TASKS} writes such a world into a journal;
 *   <li>{@code restart DIRECTORY SINCE} prints how many milliseconds have passed since a moment (in
 *       those of the epoch) when that world was read back and reconciled with a runtime that still
 *       has it all.
 * </ul>
 */
final class WorldBenchmark {

    private static final int WARM_UP = 2_000;
    private static final int MEASURED = 2_000;
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(2);
    private static final Vpc VPC =
            new Vpc(
                    "vpc-1",
                    Tasks.SCOPE,
                    "10.0.0.0/8",
                    true,
                    "igw-1",
                    List.of(
                            new Vpc.Subnet("subnet-a", "10.0.0.0/12", "us-east-1a"),
                            new Vpc.Subnet("subnet-b", "10.16.0.0/12", "us-east-1b"),
                            new Vpc.Subnet("subnet-c", "10.32.0.0/12", "us-east-1c")),
                    List.of());

    private final World world = new World();
    private final SimulatedLoop loop;
    private final Ids ids = new Ids(new SplittableRandom(1));
    private final Engine engine;

    private WorldBenchmark(Journal journal, Instant start, ContainerRuntimeOf runtime) {
        loop = new SimulatedLoop(start);
        engine =
                new Engine(
                        world,
                        journal,
                        loop,
                        runtime.on(loop, world),
                        ids,
                        new EngineSettings(0, Duration.ofHours(1), ServiceTimings.LOCAL),
                        Runnable::run);
    }

    private interface ContainerRuntimeOf {
        ContainerRuntime on(SimulatedLoop loop, World world);
    }

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "cost" -> cost(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
            case "build" ->
                    build(
                            Path.of(arguments[1]),
                            Integer.parseInt(arguments[2]),
                            Integer.parseInt(arguments[3]));
            case "restart" -> restart(Path.of(arguments[1]), Long.parseLong(arguments[2]));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static WorldBenchmark simulated(Journal journal) {
        WorldBenchmark benchmark =
                new WorldBenchmark(
                        journal,
                        Tasks.CREATED,
                        (loop, world) ->
                                new Tapped(
                                        new SimulatedRuntime(
                                                loop,
                                                new ImageScript(loop.clock()),
                                                new SimulatedHost())));
        var _ = benchmark.engine.restore();
        var _ = benchmark.engine.start();
        benchmark.loop.runPosted();
        return benchmark;
    }

    private static void cost(int services, int tasks) {
        WorldBenchmark benchmark = simulated(new MemoryJournal());
        benchmark.populate(services, tasks);
        long change =
                benchmark.median(i -> {
                    ServiceArn arn = arn(i % services);
                    boolean more = i / services % 2 == 0;
                    return () ->
                            benchmark.command(
                                    tx -> ServiceRows.scale(tx, arn, more ? tasks + 1 : tasks));
                });
        Tapped runtime = (Tapped) benchmark.engine.runtime();
        long death =
                benchmark.median(i -> {
                    if (i % services == 0) {
                        benchmark.pass();
                    }
                    RuntimeEvent end = benchmark.endOfSomeTask(arn(i % services));
                    return () -> {
                        runtime.tell(end);
                        benchmark.loop.runPosted();
                    };
                });
        IO.println(change / 1000.0 + " " + death / 1000.0);
    }

    private RuntimeEvent endOfSomeTask(ServiceArn service) {
        Task task =
                world.tasksOfService().of(service).stream()
                        .filter(each -> each.lastStatus() == TaskStatus.RUNNING)
                        .filter(each -> !each.stopping())
                        .findFirst()
                        .orElseThrow();
        return new RuntimeEvent.ContainerExited(
                task.arn(),
                "app",
                Objects.requireNonNull(task.container("app").runtimeId()),
                1,
                false,
                loop.clock().now());
    }

    /** In nanoseconds; what is measured is made ready outside the measured time. */
    private long median(Function<Integer, Runnable> step) {
        long[] took = new long[MEASURED];
        for (int i = 0; i < WARM_UP + MEASURED; i++) {
            Runnable measured = step.apply(i);
            long start = System.nanoTime();
            measured.run();
            if (i >= WARM_UP) {
                took[i - WARM_UP] = System.nanoTime() - start;
            }
        }
        Arrays.sort(took);
        return took[MEASURED / 2];
    }

    private static void build(Path directory, int services, int tasks) throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(directory, SqliteJournal.Sync.NORMAL)) {
            simulated(journal).populate(services, tasks);
        }
    }

    private static void restart(Path directory, long since) throws Exception {
        try (SqliteJournal journal = SqliteJournal.open(directory, SqliteJournal.Sync.NORMAL)) {
            Kept[] runtime = new Kept[1];
            WorldBenchmark benchmark =
                    new WorldBenchmark(
                            journal,
                            Tasks.CREATED.plus(Duration.ofHours(1)),
                            (loop, world) -> runtime[0] = new Kept(world));
            var _ = benchmark.engine.restore();
            CompletableFuture<Void> recovered = benchmark.engine.start();
            benchmark.loop.runPosted();
            runtime[0].tell(benchmark.loop.clock().now());
            benchmark.loop.runPosted();
            recovered.join();
            IO.println(System.currentTimeMillis() - since + " " + benchmark.world.tasks().size());
        }
    }

    /** Tells also what the benchmark says: the simulated host itself looks its containers over. */
    private static final class Tapped implements ContainerRuntime {

        private final SimulatedRuntime real;
        private Consumer<RuntimeEvent> sink = event -> {};

        Tapped(SimulatedRuntime real) {
            this.real = real;
        }

        void tell(RuntimeEvent event) {
            sink.accept(event);
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public void start(Consumer<RuntimeEvent> events) {
            sink = events;
            real.start(events);
        }

        @Override
        public void run(Effect effect) {
            real.run(effect);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    /** Has everything that the world says there is, and does nothing. */
    private static final class Kept implements ContainerRuntime {

        private final World world;
        private Consumer<RuntimeEvent> sink = event -> {};

        Kept(World world) {
            this.world = world;
        }

        void tell(Instant now) {
            List<RuntimeEvent.ObservedContainer> containers = new ArrayList<>();
            for (Task task : world.tasks().all()) {
                for (Container each : task.containers()) {
                    if (!task.isStopped() && each.runtimeId() != null) {
                        containers.add(
                                new RuntimeEvent.ObservedContainer(
                                        each.runtimeId(),
                                        task.arn(),
                                        each.name(),
                                        true,
                                        task.times().startedAt(),
                                        null,
                                        false,
                                        null,
                                        each.health(),
                                        List.of()));
                    }
                }
            }
            List<RuntimeEvent.ObservedNamespace> namespaces = new ArrayList<>();
            for (Eni each : world.enis().all()) {
                if (each.runtimeId() != null) {
                    namespaces.add(
                            new RuntimeEvent.ObservedNamespace(each.runtimeId(), each.id(), true));
                }
            }
            sink.accept(new RuntimeEvent.Inventory(now, containers, namespaces));
        }

        @Override
        public String name() {
            return "kept";
        }

        @Override
        public void start(Consumer<RuntimeEvent> events) {
            sink = events;
        }

        @Override
        public void run(Effect effect) {
            throw new IllegalStateException("nothing was to be done, but: " + effect);
        }

        @Override
        public void close() {}
    }

    private void populate(int services, int tasks) {
        ContainerRecipe recipe = Recipes.container("app").recipe(ServiceRun.GOOD);
        TaskTemplate template =
                Tasks.template(
                        new SubnetChoice(
                                VPC.id(), VPC.subnets().stream().map(Vpc.Subnet::id).toList()),
                        List.of(recipe));
        command(tx -> {
            tx.put(world.vpcs(), VPC.id(), VPC);
            tx.put(world.taskDefinitions(), Tasks.DEFINITION, definition());
            return true;
        });
        for (int i = 0; i < services; i++) {
            ServiceRows.Wish wish =
                    new ServiceRows.Wish(
                            arn(i).name(),
                            tasks,
                            ServiceRun.percentages(100, 200),
                            Duration.ZERO,
                            template,
                            List.of(),
                            false);
            command(tx -> ServiceRows.create(tx, Tasks.CLUSTER, wish, ids, loop.clock().now()));
        }
        pass();
        long running =
                world.tasks().all().stream()
                        .filter(task -> task.lastStatus() == TaskStatus.RUNNING)
                        .count();
        if (running != (long) services * tasks) {
            throw new IllegalStateException(running + " tasks run");
        }
    }

    private static TaskDefinition definition() {
        return new TaskDefinition(
                Tasks.DEFINITION,
                software.amazon.awssdk.services.ecs.model.TaskDefinition.builder()
                        .family("web")
                        .containerDefinitions(
                                ContainerDefinition.builder()
                                        .name("app")
                                        .image(ServiceRun.GOOD)
                                        .build())
                        .build(),
                List.of());
    }

    private void pass() {
        Instant end = loop.clock().now().plus(LONG_ENOUGH);
        boolean more = true;
        while (more) {
            more = loop.runNext(end);
        }
        loop.passTo(end);
    }

    private static ServiceArn arn(int number) {
        return ServiceArn.of(Tasks.CLUSTER, "service-" + number);
    }

    private <R> R command(Function<Tx, R> body) {
        CompletableFuture<R> done = engine.submit(Engine.DEFAULT_CALLER, () -> engine.call(body));
        loop.runPosted();
        return done.join();
    }
}
