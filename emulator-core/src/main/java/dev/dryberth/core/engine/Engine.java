package dev.dryberth.core.engine;

import dev.dryberth.core.balancing.RouteTable;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.ClusterArn;
import dev.dryberth.core.model.ContainerInstance;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.TaskArn;
import dev.dryberth.core.model.TaskOwner;
import dev.dryberth.core.model.TaskTemplate;
import dev.dryberth.core.placement.Verdict;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.FunctionEvent;
import dev.dryberth.core.runtime.RuntimeEvent;
import dev.dryberth.core.service.Explanation;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Journal;
import dev.dryberth.core.state.Table;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The shell around the decisions: one turn of the loop takes a command or an event, writes a
 * transaction, carries the tasks it touched as far as they go, commits, and only when that is
 * durable answers and begins the effects.
 *
 * <p>Public methods may be called on any thread unless they say otherwise.
 */
public final class Engine {

    private static final Logger log = LoggerFactory.getLogger(Engine.class);
    private static final Duration SWEEP_EVERY = Duration.ofMinutes(1);

    private final World world;
    private final Journal journal;
    private final Loop loop;
    private final ContainerRuntime runtime;
    private final EngineSettings settings;
    private final CommitPipeline pipeline;
    private final Interfaces interfaces;
    private final TaskMaker maker;
    private final TaskDriver driver;
    private final ServiceDriver services;
    private final Balancing balancing;
    private final HookDriver hooks;
    private final Functions functions;
    private final Instant madeAt;
    private final Ids ids;
    private final Deque<CompletableFuture<Void>> resets = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> poolReleases = new ArrayList<>();
    private final CompletableFuture<Void> recovered = new CompletableFuture<>();
    private boolean inventoried;
    private @Nullable Throwable unreadable;
    private @Nullable Turn turn;

    /** Made when first asked for: a daemon without metrics has none of their classes. */
    private @Nullable Metering metering;

    /**
     * Puts the engine together; nothing runs until {@link #restore} and {@link #start}.
     *
     * @param journalThread runs the journal's writes, one at a time
     */
    public Engine(
            World world,
            Journal journal,
            Loop loop,
            ContainerRuntime runtime,
            Ids ids,
            EngineSettings settings,
            Executor journalThread) {
        this.world = world;
        this.journal = journal;
        this.loop = loop;
        this.runtime = runtime;
        this.settings = settings;
        this.ids = ids;
        this.pipeline = new CommitPipeline(journal, loop, journalThread);
        this.interfaces = new Interfaces(loop, ids, settings.pausePool());
        this.maker = new TaskMaker(loop, ids, interfaces);
        this.driver = new TaskDriver(loop, interfaces);
        this.services = new ServiceDriver(loop, ids, maker, settings.timings());
        this.balancing = new Balancing(world, loop, this::quietly);
        this.hooks = new HookDriver(world, loop, this::quietly);
        this.functions = new Functions(world, loop, ids, runtime, this::quietly);
        hooks.through(functions);
        this.madeAt = loop.clock().now();
    }

    /**
     * What one turn of the loop has gathered so far. When it is durable the answers go out before
     * the effects begin, because these take the processor for themselves.
     */
    private record Turn(
            Tx tx,
            List<Runnable> answers,
            List<Effect> effects,
            Set<TaskArn> awake,
            Set<ServiceArn> awakeServices) {

        static Turn over(World world) {
            return new Turn(
                    new Tx(world),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new LinkedHashSet<>(),
                    new LinkedHashSet<>());
        }
    }

    /**
     * Reads the journal back; what is posted after waits behind it. When it can't be read, the
     * engine does nothing more, because against an empty World every container would count as
     * unknown and be removed: every command fails, and so does what {@link #start} returns.
     *
     * @return done, on the loop, when that has happened
     */
    public CompletableFuture<Void> restore() {
        CompletableFuture<Void> restored = new CompletableFuture<>();
        loop.post(() -> {
            try {
                journal.restore(world);
                balancing.resume();
                if (world.alarms().size() > 0) {
                    alarming().resume();
                    utilization().resume();
                }
                restored.complete(null);
            } catch (IOException | RuntimeException | Error e) {
                if (!(e instanceof IOException)) {
                    log.error("The journal can't be read back", e);
                }
                unreadable = e;
                recovered.completeExceptionally(e);
                restored.completeExceptionally(e);
            }
        });
        return restored;
    }

    /**
     * Connects the runtime; its first inventory is reconciled with what the journal knows.
     *
     * @return done when that has happened and is durable; fails when it can't be done
     */
    public CompletableFuture<Void> start() {
        runtime.start(event -> loop.post(() -> on(event)));
        loop.post(this::sweep);
        return recovered;
    }

    public Loop loop() {
        return loop;
    }

    public Ids ids() {
        return ids;
    }

    public ContainerRuntime runtime() {
        return runtime;
    }

    /** What the data plane reads, and where it reports. */
    public Balancing balancing() {
        return balancing;
    }

    /** The Lambda functions there are here; deployment hooks call them, too. */
    public Functions functions() {
        return functions;
    }

    /** Where functions are called that are not here; before {@link #start}. */
    public void invokeFunctionsThrough(FunctionInvoker elsewhere) {
        functions.elsewhere(elsewhere);
    }

    /** Measurements, and the alarms on them. */
    public Alarming alarming() {
        return metering().alarming();
    }

    /** What the tasks of services use; tell it what is asked for. */
    public Utilization utilization() {
        return metering().utilization();
    }

    private synchronized Metering metering() {
        Metering made = metering;
        if (made == null) {
            made = Metering.over(world, loop, this::quietly, this::quietlyWithEffects, madeAt);
            metering = made;
        }
        return made;
    }

    private void quietlyWithEffects(Consumer<List<Effect>> body) {
        quietly(tx -> body.accept(Objects.requireNonNull(turn).effects()));
    }

    /**
     * Runs a command on the loop on behalf of {@code caller}. The result completes when everything
     * the command wrote, and everything it read, is durable; on the loop or the journal's thread,
     * so hang only short work on it. What the command throws drops its writes and completes it
     * exceptionally.
     */
    public <R> CompletableFuture<R> submit(Caller caller, Supplier<R> command) {
        CompletableFuture<R> result = new CompletableFuture<>();
        boolean accepted = loop.tryPost(() -> serve(caller, command, result));
        if (!accepted) {
            result.completeExceptionally(
                    new RejectedExecutionException("too many commands wait already"));
        }
        return result;
    }

    private <R> void serve(Caller caller, Supplier<R> command, CompletableFuture<R> result) {
        try {
            turn(() -> {
                R value = ScopedValue.where(Caller.CURRENT, caller).call(command::get);
                Objects.requireNonNull(turn).answers().add(() -> result.complete(value));
            });
        } catch (RuntimeException | Error e) {
            // A refusal tells of what it read as much as an answer does.
            pipeline.whenDurable(() -> result.completeExceptionally(e));
        }
        pipeline.flush();
    }

    /**
     * Runs {@code handler} in the transaction of the command being served, or, outside the loop, in
     * one of its own, and waits until that is durable.
     */
    public <R> R call(Function<Tx, R> handler) {
        if (loop.inLoop()) {
            if (turn == null) {
                throw new IllegalStateException(
                        "called on the loop outside a command: the loop would wait for itself");
            }
            return handler.apply(turn.tx());
        }
        Caller caller = Caller.CURRENT.isBound() ? Caller.CURRENT.get() : DEFAULT_CALLER;
        try {
            return submit(caller, () -> handler.apply(Objects.requireNonNull(turn).tx())).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Who calls in-process without saying so. */
    public static final Caller DEFAULT_CALLER =
            Caller.rootOf(new Scope("us-east-1", "000000000000"));

    /**
     * Makes a task in this turn. Loop thread, in a command.
     *
     * @param siblings the tasks that share its capacity provider strategy
     * @param candidates the instances it may go to; not looked at for Fargate
     */
    public Verdict makeTask(
            Tx tx,
            ClusterArn cluster,
            TaskTemplate template,
            TaskOwner owner,
            Collection<Task> siblings,
            List<ContainerInstance> candidates) {
        return maker.make(
                tx,
                cluster,
                template,
                owner,
                siblings,
                candidates,
                Objects.requireNonNull(turn).effects());
    }

    /** Why a service is in the state it is; null: there is none. Loop thread, in a command. */
    public @Nullable Explanation explain(ServiceArn service) {
        return services.explain(world, service);
    }

    private void turn(Runnable body) {
        if (unreadable != null) {
            throw new IllegalStateException("the journal could not be read back", unreadable);
        }
        Turn current = Turn.over(world);
        turn = current;
        try {
            body.run();
            RouteTable routes = settle(current);
            pipeline.add(current.tx().changes());
            if (routes != null) {
                pipeline.whenDurable(() -> balancing.publish(routes));
            }
            current.answers().forEach(pipeline::whenDurable);
            hooks.settle(current.tx(), pipeline::whenDurable);
            functions.settle(current.tx(), pipeline::whenDurable);
            for (Effect effect : current.effects()) {
                pipeline.whenDurable(() -> runtime.run(effect));
            }
        } catch (RuntimeException | Error e) {
            if (current.tx().changes().stream().anyMatch(this::concernsBalancing)) {
                balancing.rolledBack();
            }
            current.tx().rollBack();
            throw e;
        } finally {
            turn = null;
        }
    }

    /** Carries on what was touched; returns the routes to publish, or null if they are the same. */
    private @Nullable RouteTable settle(Turn current) {
        Settling settling =
                new Settling(
                        current.tx(), driver, services, current.effects(), this::wake, this::wake);
        RouteTable routes = null;
        if (current.tx().changes().stream().anyMatch(this::concernsAlarms)) {
            alarming().settle(current.tx());
        }
        settling.run(current.awake(), current.awakeServices());
        while (current.tx().changes().stream().anyMatch(this::concernsBalancing)) {
            routes = balancing.settle(current.tx());
            // What became of targets concerns the services behind them, and the other way round.
            if (!settling.run(List.of(), List.of())) {
                break;
            }
        }
        if (inventoried && settling.touchedNetwork()) {
            interfaces.refill(current.tx(), current.effects(), this::refill);
        }
        return routes;
    }

    private boolean concernsAlarms(Change change) {
        return change.table().equals(world.alarms().name());
    }

    private boolean concernsBalancing(Change change) {
        return balancing.concerns(change.table());
    }

    private void wake(ServiceArn arn) {
        quietly(tx -> Objects.requireNonNull(turn).awakeServices().add(arn));
    }

    private void wake(TaskArn arn) {
        quietly(tx -> Objects.requireNonNull(turn).awake().add(arn));
    }

    private void refill() {
        quietly(tx -> interfaces.refill(tx, Objects.requireNonNull(turn).effects(), this::refill));
    }

    private void quietly(Consumer<Tx> body) {
        try {
            turn(() -> body.accept(Objects.requireNonNull(turn).tx()));
        } catch (RuntimeException | Error e) {
            log.error("A turn of the loop failed and was rolled back", e);
        }
        pipeline.flush();
    }

    private void on(RuntimeEvent event) {
        if (unreadable != null) {
            return;
        }
        if (event instanceof RuntimeEvent.AllRemoved) {
            // Each reset has its own answer, or a second one would end with the first.
            CompletableFuture<Void> reset = resets.poll();
            if (reset != null) {
                pipeline.whenDurable(() -> reset.complete(null));
                pipeline.flush();
            }
        } else if (event instanceof RuntimeEvent.TaskMeasured measured) {
            utilization().on(measured);
        } else if (event instanceof RuntimeEvent.OfFunctions(FunctionEvent ofFunctions)) {
            functions.on(ofFunctions);
        } else if (event instanceof RuntimeEvent.Inventory inventory) {
            reconcile(inventory);
        } else {
            quietly(tx -> driver.on(tx, event, Objects.requireNonNull(turn).effects()));
            completePoolReleases();
        }
    }

    private void reconcile(RuntimeEvent.Inventory inventory) {
        try {
            turn(() -> {
                Turn current = Objects.requireNonNull(turn);
                driver.on(current.tx(), inventory, current.effects());
                // A timer does not survive the daemon, so all that may wait is looked at.
                current.awakeServices().addAll(world.services().keys());
                for (Task task : world.tasks().all()) {
                    if (!task.isStopped()) {
                        current.awake().add(task.arn());
                    }
                }
            });
            inventoried = true;
            hooks.resume();
            functions.resume();
            pipeline.whenDurable(() -> recovered.complete(null));
        } catch (RuntimeException | Error e) {
            log.error("What the runtime has could not be reconciled with the journal", e);
            recovered.completeExceptionally(e);
        }
        refill();
    }

    /**
     * Forgets every resource and removes every container, volume and network of this daemon.
     *
     * @return done when they are gone
     */
    public CompletableFuture<Void> reset() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.post(() -> {
            try {
                turn(() -> {
                    Turn current = Objects.requireNonNull(turn);
                    world.tables().forEach(table -> clear(current.tx(), table));
                    current.effects().add(new Effect.RemoveAll());
                });
                alarming().store().clear();
                utilization().clear();
                functions.reset();
                resets.add(done);
            } catch (RuntimeException | Error e) {
                done.completeExceptionally(e);
            }
            pipeline.flush();
        });
        return done;
    }

    /**
     * Removes the namespaces that stand ready and makes no more, and the containers of functions;
     * for the daemon's end.
     *
     * @return done when they are gone
     */
    public CompletableFuture<Void> releasePool() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.post(() -> {
            poolReleases.add(done);
            quietly(tx -> interfaces.releasePool(tx, Objects.requireNonNull(turn).effects()));
            completePoolReleases();
        });
        return CompletableFuture.allOf(done, functions.release());
    }

    private void completePoolReleases() {
        if (!poolReleases.isEmpty() && Interfaces.poolIsEmpty(world)) {
            poolReleases.forEach(done -> pipeline.whenDurable(() -> done.complete(null)));
            poolReleases.clear();
            pipeline.flush();
        }
    }

    private static <K extends Comparable<? super K>, V extends Record> void clear(
            Tx tx, Table<K, V> table) {
        for (K key : table.keys()) {
            tx.delete(table, key);
        }
    }

    /** Forgets what is past its time, and will again. */
    private void sweep() {
        if (unreadable != null) {
            return;
        }
        quietly(tx -> Forgetting.past(tx, loop.clock().now(), settings.stoppedTaskRetention()));
        loop.schedule("sweep", loop.clock().now().plus(SWEEP_EVERY), this::sweep);
    }
}
