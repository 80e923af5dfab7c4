package dev.dryberth.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.ClientToken;
import dev.dryberth.core.model.Container;
import dev.dryberth.core.model.ContainerRecipe;
import dev.dryberth.core.model.Eni;
import dev.dryberth.core.model.HealthStatus;
import dev.dryberth.core.model.Stop;
import dev.dryberth.core.model.StopCode;
import dev.dryberth.core.model.SubnetChoice;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskDefinition;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.network.Networks;
import dev.dryberth.core.placement.Verdict;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.service.ServiceTimings;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;
import dev.dryberth.core.task.Recipes;
import dev.dryberth.core.task.Tasks;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.ecs.model.ContainerDefinition;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/** An engine between fakes, and the few commands its tests need. */
final class EngineFixture {

    static final Caller CALLER = Caller.rootOf(Tasks.SCOPE);
    static final Duration RETENTION = Duration.ofHours(1);

    final World world = new World();
    final ManualLoop loop;
    final FakeJournal journal;
    final FakeRuntime runtime = new FakeRuntime();
    final Networks networks = new Networks(null, List::of);
    final Engine engine;

    EngineFixture(int pausePool) {
        this(pausePool, new FakeJournal(), Tasks.CREATED);
    }

    EngineFixture(int pausePool, FakeJournal journal, Instant start) {
        this.journal = journal;
        this.loop = new ManualLoop(start);
        this.engine =
                new Engine(
                        world,
                        journal,
                        loop,
                        runtime,
                        new Ids(new Random(1)),
                        new EngineSettings(pausePool, RETENTION, ServiceTimings.LOCAL),
                        journal);
    }

    /** An engine whose first, empty inventory has been reconciled. */
    static EngineFixture started(int pausePool) {
        EngineFixture fixture = new EngineFixture(pausePool);
        CompletableFuture<Void> recovered = fixture.start();
        fixture.inventory(List.of(), List.of());
        assertThat(recovered).isCompleted();
        return fixture;
    }

    /** A daemon that was killed and starts again with the same journal, a minute later. */
    EngineFixture killed() {
        EngineFixture next =
                new EngineFixture(0, journal, loop.clock().now().plus(Duration.ofMinutes(1)));
        CompletableFuture<Void> recovered = next.start();
        assertThat(recovered).isNotDone();
        return next;
    }

    CompletableFuture<Void> start() {
        var _ = engine.restore();
        CompletableFuture<Void> recovered = engine.start();
        loop.drain();
        return recovered;
    }

    <R> CompletableFuture<R> submit(Function<Tx, R> command) {
        CompletableFuture<R> result = engine.submit(CALLER, () -> engine.call(command));
        loop.drain();
        return result;
    }

    CompletableFuture<ClientToken> putToken(String key) {
        return submit(tx -> {
            ClientToken token = new ClientToken(key, "digest", List.of(), loop.clock().now());
            tx.put(tx.world().clientTokens(), key, token);
            return token;
        });
    }

    /** A Fargate task in the first subnet of the default VPC. */
    TaskArn runFargate(Recipes... recipes) {
        CompletableFuture<TaskArn> done =
                submit(tx -> {
                    Vpc vpc = networks.defaultVpc(tx, Tasks.SCOPE);
                    Vpc.Subnet first = vpc.subnets().getFirst();
                    List<ContainerRecipe> containers =
                            Stream.of(recipes).map(Recipes::recipe).toList();
                    define(tx, containers);
                    TaskTemplate template =
                            Tasks.template(
                                    new SubnetChoice(vpc.id(), List.of(first.id())), containers);
                    return switch (engine.makeTask(
                            tx, Tasks.CLUSTER, template, Tasks.OWNER, List.of(), List.of())) {
                        case Verdict.Placed(Task task) -> task.arn();
                        case Verdict.Refused refused ->
                                throw new IllegalStateException(refused.toString());
                    };
                });
        assertThat(done).isNotCompletedExceptionally();
        return done.join();
    }

    TaskArn runBridge(String id, Recipes... recipes) {
        TaskArn arn = Tasks.arn(id);
        CompletableFuture<Task> done = submit(tx -> put(tx, Tasks.bridge(arn, recipes)));
        assertThat(done).isNotCompletedExceptionally();
        return arn;
    }

    private static Task put(Tx tx, Task task) {
        define(tx, task.containers().stream().map(Container::recipe).toList());
        tx.put(tx.world().tasks(), task.arn(), task);
        return task;
    }

    private static void define(Tx tx, List<ContainerRecipe> recipes) {
        List<ContainerDefinition> definitions =
                recipes.stream()
                        .map(each ->
                                ContainerDefinition.builder()
                                        .name(each.name())
                                        .image(each.image())
                                        .build())
                        .toList();
        tx.put(
                tx.world().taskDefinitions(),
                Tasks.DEFINITION,
                new TaskDefinition(
                        Tasks.DEFINITION,
                        software.amazon.awssdk.services.ecs.model.TaskDefinition.builder()
                                .family("web")
                                .containerDefinitions(definitions)
                                .build(),
                        List.of()));
    }

    CompletableFuture<Task> stop(TaskArn arn) {
        return submit(tx -> {
            Task task = task(arn);
            Task next =
                    task.headedForStop(
                            new Stop(StopCode.USER_INITIATED, "Task stopped by user"),
                            task.times().stopping(loop.clock().now()));
            tx.put(tx.world().tasks(), arn, next);
            return next;
        });
    }

    Task task(TaskArn arn) {
        return Objects.requireNonNull(world.tasks().get(arn));
    }

    Container container(TaskArn arn, String name) {
        return task(arn).container(name);
    }

    Eni eniOf(TaskArn arn) {
        String id = Objects.requireNonNull(task(arn).eni()).id();
        return Objects.requireNonNull(world.enis().get(id));
    }

    void tell(RuntimeEvent... events) {
        for (RuntimeEvent each : events) {
            runtime.tell(each);
        }
        loop.drain();
    }

    void namespaceReady(Eni eni) {
        tell(new RuntimeEvent.NamespaceReady(eni.id(), "pause-" + eni.id()));
    }

    void pulled(TaskArn arn, String name) {
        tell(new RuntimeEvent.ImagePulled(arn, name, "sha256:" + name, null));
    }

    void startedAs(TaskArn arn, String name, String runtimeId) {
        tell(
                new RuntimeEvent.ContainerStarted(
                        arn, name, runtimeId, List.of(), loop.clock().now()));
    }

    void up(TaskArn arn, String name) {
        pulled(arn, name);
        startedAs(arn, name, runtimeId(name));
    }

    void exited(TaskArn arn, String name, @Nullable Integer exitCode) {
        tell(
                new RuntimeEvent.ContainerExited(
                        arn, name, runtimeId(name), exitCode, false, loop.clock().now()));
    }

    static String runtimeId(String name) {
        return "docker-" + name;
    }

    /** A listing that begins now. */
    void inventory(
            List<RuntimeEvent.ObservedContainer> containers,
            List<RuntimeEvent.ObservedNamespace> namespaces) {
        inventory(loop.clock().now(), containers, namespaces);
    }

    void inventory(
            Instant asOf,
            List<RuntimeEvent.ObservedContainer> containers,
            List<RuntimeEvent.ObservedNamespace> namespaces) {
        tell(new RuntimeEvent.Inventory(asOf, containers, namespaces));
    }

    static RuntimeEvent.ObservedContainer running(TaskArn arn, String name, Instant startedAt) {
        return new RuntimeEvent.ObservedContainer(
                runtimeId(name),
                arn,
                name,
                true,
                startedAt,
                null,
                false,
                null,
                HealthStatus.UNKNOWN,
                List.of());
    }

    static RuntimeEvent.ObservedContainer exitedWith(
            TaskArn arn, String name, Instant startedAt, int exitCode) {
        return new RuntimeEvent.ObservedContainer(
                runtimeId(name),
                arn,
                name,
                false,
                startedAt,
                exitCode,
                false,
                startedAt.plusSeconds(1),
                HealthStatus.UNKNOWN,
                List.of());
    }

    /** {@code CreateNamespace}, {@code PullImage app}, {@code StopContainer docker-app}, … */
    List<String> effects() {
        return texts(runtime.take());
    }

    static List<String> texts(List<Effect> effects) {
        return effects.stream().map(EngineFixture::text).toList();
    }

    private static String text(Effect effect) {
        return switch (effect) {
            case Effect.CreateNamespace e -> "CreateNamespace";
            case Effect.RemoveNamespace e -> "RemoveNamespace";
            case Effect.PullImage e -> "PullImage " + e.container();
            case Effect.StartContainer e ->
                    "StartContainer " + e.spec().name() + " " + e.spec().attempt();
            case Effect.StopContainer e -> "StopContainer " + e.runtimeId();
            case Effect.RemoveTask e -> "RemoveTask " + e.task().id();
            case Effect.MeasureTask e -> "MeasureTask " + e.task().id();
            case Effect.ForFunctions e -> e.effect().getClass().getSimpleName();
            case Effect.RemoveUnknown e -> "RemoveUnknown " + e.runtimeId();
            case Effect.RemoveAll() -> "RemoveAll";
        };
    }

    Stream<Eni> pool() {
        return List.copyOf(world.enis().all()).stream()
                .filter(eni -> eni.task() == null && eni.state() != Eni.State.DELETING);
    }
}
