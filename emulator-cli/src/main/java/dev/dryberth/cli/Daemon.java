package dev.dryberth.cli;

import dev.dryberth.api.acm.Acm;
import dev.dryberth.api.acm.LocalAuthority;
import dev.dryberth.api.aws.Admin;
import dev.dryberth.api.aws.AwsFront;
import dev.dryberth.api.aws.AwsSettings;
import dev.dryberth.api.aws.Dispatcher;
import dev.dryberth.api.cloudwatch.CloudWatch;
import dev.dryberth.api.codedeploy.CodeDeploy;
import dev.dryberth.api.ecs.DeploymentView;
import dev.dryberth.api.ecs.Ecs;
import dev.dryberth.api.ecs.ExplanationView;
import dev.dryberth.api.elbv2.ElbV2;
import dev.dryberth.api.http.HttpServer;
import dev.dryberth.api.lambda.Lambda;
import dev.dryberth.api.lambda.RuntimeServer;
import dev.dryberth.api.oidc.SessionKeys;
import dev.dryberth.api.outgoing.HttpFunctionInvoker;
import dev.dryberth.api.proxy.TrafficTap;
import dev.dryberth.core.engine.Engine;
import dev.dryberth.core.engine.EngineSettings;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.loop.Clock;
import dev.dryberth.core.loop.EventLoop;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.HostAccess;
import dev.dryberth.core.model.Membership;
import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.ServiceArn;
import dev.dryberth.core.model.Target;
import dev.dryberth.core.model.Task;
import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.network.Cidr;
import dev.dryberth.core.network.Networks;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.SecretStore;
import dev.dryberth.core.runtime.docker.DockerRuntime;
import dev.dryberth.core.runtime.docker.DockerSettings;
import dev.dryberth.core.runtime.journal.MemoryJournal;
import dev.dryberth.core.runtime.journal.SqliteJournal;
import dev.dryberth.core.runtime.simulated.ImageScript;
import dev.dryberth.core.runtime.simulated.SimulatedRuntime;
import dev.dryberth.core.state.Journal;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A running daemon: the composition root, where every part meets the parts it needs. What the first
 * answer does not need (Docker's client, the database) is loaded beside the rest. Any thread.
 */
final class Daemon implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    /** How long closing waits for the removal of what must not stay. */
    private static final long REMOVAL_LIMIT_SECONDS = 30;

    private static final long SETTLING_SECONDS = 3;

    private final ServeOptions options;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicBoolean closing = new AtomicBoolean();

    /** Done when the runtime is connected, or never will be. */
    private final CompletableFuture<@Nullable Void> connection = new CompletableFuture<>();

    private final ExecutorService journalThread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("dryberth-journal").daemon().factory());
    private final EventLoop loop;
    private final Journal journal;
    private final Networks networks;
    private final Engine engine;
    private final CompletableFuture<Void> restored;
    private final HttpServer server;
    private final RuntimeServer runtimeServer = new RuntimeServer();
    private final Traffic traffic;
    private final LocalAuthority authority;
    private final SessionKeys sessionKeys;
    private final Scope defaultScope;
    private final String instance;
    private volatile boolean ready;
    private volatile @Nullable Throwable failure;

    private Daemon(ServeOptions options, HeadStart headStart) {
        this.options = options;
        this.defaultScope = new Scope(options.region, options.account);
        Clock clock = new Clock(InstantSource.system(), options.speed);
        this.loop = new EventLoop(clock);
        Path state = StateDirectory.locate(options.stateDirectory);
        this.journal =
                options.ephemeral
                        ? new MemoryJournal()
                        : new LateJournal(state, SqliteJournal.Sync.valueOf(options.sync.name()));
        this.instance =
                options.ephemeral ? StateDirectory.freshId() : StateDirectory.instanceId(state);
        Cidr fixed = options.vpcCidr == null ? null : Cidr.parse(options.vpcCidr);
        this.networks = new Networks(fixed, MachineNetworks::inUse);
        HostAccess access =
                new HostAccess(
                        options.allowedMounts.stream()
                                .map(each -> each.toAbsolutePath().normalize().toString())
                                .toList(),
                        options.allowPrivileged);
        ContainerRuntime runtime = runtime(clock, instance, access, headStart);
        boolean simulated = runtime.name().equals("simulated");
        this.engine =
                new Engine(
                        new World(),
                        journal,
                        loop,
                        runtime,
                        new Ids(new SplittableRandom()),
                        new EngineSettings(
                                simulated ? 0 : options.pausePool,
                                EngineSettings.DEFAULT_RETENTION,
                                options.timings()),
                        journalThread);
        engine.invokeFunctionsThrough(new HttpFunctionInvoker(options.functions()));
        engine.functions().serveThrough(runtimeServer);
        Ecs ecs = new Ecs(engine, networks, access, architecture());
        this.sessionKeys =
                new SessionKeys(
                        options.ephemeral
                                ? SecretStore.inMemory()
                                : SecretStore.inFile(state, SessionKeys.FILE));
        this.authority =
                new LocalAuthority(
                        options.ephemeral
                                ? SecretStore.inMemory()
                                : SecretStore.inFile(state, LocalAuthority.FILE));
        List<String> hosts = new ArrayList<>(options.allowedHosts);
        hosts.add(options.bind);
        AwsFront front =
                new AwsFront(
                        List.of(
                                ecs.service(),
                                new ElbV2(engine, networks, options.s3Directory).service(),
                                new Acm(engine, authority).service(),
                                new CodeDeploy(engine, ecs.replacements()).service(),
                                new CloudWatch(engine).service(),
                                new Lambda(engine).service()),
                        dispatcher(engine),
                        new Pages(),
                        new AwsSettings(defaultScope, hosts));
        this.traffic =
                new Traffic(
                        clock,
                        engine.balancing(),
                        accessLogs(options, state, instance),
                        engine::alarming,
                        this::invoke,
                        sessionKeys);
        loop.start();
        this.restored = engine.restore();
        this.server = headStart.serve(front);
        server.neighbour(traffic::neighbour);
    }

    /**
     * Starts a daemon; it answers when this returns, while its runtime may still be connecting.
     *
     * @param headStart what was begun for the same options before
     * @throws CommandFailure with a line for the user when it can't start
     */
    static Daemon start(ServeOptions options, HeadStart headStart) {
        try {
            Daemon daemon = new Daemon(options, headStart);
            var _ =
                    daemon.engine
                            .start()
                            .whenComplete((done, problem) -> daemon.connected(problem));
            var _ = daemon.restored.thenRun(daemon::sayThatItAnswers);
            return daemon;
        } catch (CommandFailure e) {
            headStart.abandon();
            throw e;
        } catch (IllegalArgumentException e) {
            headStart.abandon();
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /** Not before the journal is read: without it there is nothing to answer from. */
    private void sayThatItAnswers() {
        LOG.info(
                "Dryberth {} answers at {} (runtime {})",
                Version.current(),
                endpoint(),
                engine.runtime().name());
    }

    private static Dispatcher dispatcher(Engine engine) {
        return new Dispatcher() {
            @Override
            public <R> CompletionStage<R> dispatch(
                    Caller caller, boolean readOnly, Supplier<R> operation) {
                return engine.submit(caller, operation);
            }
        };
    }

    /** For the data plane, which reads results where they arrive: not on the loop. */
    private CompletableFuture<Invocation> invoke(String functionArn, byte[] payload) {
        return engine.functions()
                .invoke(functionArn, payload)
                .thenApplyAsync(Function.identity(), Thread::startVirtualThread);
    }

    private ContainerRuntime runtime(
            Clock clock, String instance, HostAccess access, HeadStart headStart) {
        if (options.runtime != RuntimeChoice.SIMULATED) {
            String host = headStart.engineHost();
            if (host != null) {
                DockerSettings settings =
                        new DockerSettings(
                                instance, host, clock, access, DockerSettings.DEFAULT_PARALLELISM);
                return new LateRuntime(
                        "docker", () -> new DockerRuntime(settings), this::runtimeFailed);
            }
            if (options.runtime == RuntimeChoice.DOCKER) {
                throw new CommandFailure(
                        "no Docker engine answers: start one (Debian, as root: apt-get install"
                                + " docker.io, then dockerd), or use --runtime simulated, which runs"
                                + " no containers");
            }
        }
        LOG.warn("RUNTIME SIMULATED: no container is ever started; tasks only change their status");
        return new SimulatedRuntime(loop, new ImageScript(loop.clock()));
    }

    private void runtimeFailed(RuntimeException problem) {
        fail(problem);
    }

    private void connected(@Nullable Throwable problem) {
        if (problem == null) {
            ready = true;
            LOG.info("The {} runtime is connected", engine.runtime().name());
            // Once, when the start has settled: what only it needed goes back to the developer's
            // machine, some 10 MiB.
            CompletableFuture.delayedExecutor(SETTLING_SECONDS, TimeUnit.SECONDS)
                    .execute(System::gc);
        } else {
            fail(problem);
        }
        connection.complete(null);
    }

    /** The daemon can't do its work: it says so and ends. */
    private void fail(Throwable problem) {
        failure = problem;
        closed.countDown();
        connection.complete(null);
    }

    /** With {@code --ephemeral} outside of what is kept; they are only written when asked for. */
    private static Path accessLogs(ServeOptions options, Path state, String instance) {
        return options.ephemeral
                ? Path.of(System.getProperty("java.io.tmpdir"), "dryberth-access-logs-" + instance)
                : state.resolve("access-logs");
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "aarch64" -> "arm64";
            default -> "x86_64";
        };
    }

    /** From now on {@code tap} sees what the load balancers carry. */
    void tap(TrafficTap tap) {
        traffic.tap(tap);
    }

    /** Of each target of a service's tasks, as {@code id:port}, the ARN of its revision. */
    Map<String, String> revisionsOfTargets(ServiceArn service) {
        return engine.submit(
                        Caller.rootOf(defaultScope),
                        () -> engine.call(tx -> revisionsOfTargets(tx.world(), service)))
                .toCompletableFuture()
                .join();
    }

    private static Map<String, String> revisionsOfTargets(World world, ServiceArn service) {
        Map<String, String> revisions = new TreeMap<>();
        for (Task task : world.tasksOfService().of(service)) {
            Membership membership = task.membership();
            if (membership != null) {
                for (Target.Key each : membership.targets()) {
                    revisions.put(each.id() + ":" + each.port(), membership.revision().text());
                }
            }
        }
        return revisions;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.address().getPort());
    }

    /**
     * Waits until its runtime is connected.
     *
     * @throws CommandFailure when it can't be
     */
    void awaitReady() {
        connection.join();
        Throwable problem = failure;
        if (problem != null) {
            throw new CommandFailure(String.valueOf(problem.getMessage()), problem);
        }
    }

    /**
     * Waits until the daemon is closed.
     *
     * @throws CommandFailure when it ended because it could not go on
     */
    void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Throwable problem = failure;
        if (problem != null) {
            throw new CommandFailure(String.valueOf(problem.getMessage()), problem);
        }
    }

    /** Finishes what is in hand and stops; tasks go on unless all was ephemeral. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        server.close();
        traffic.close();
        if (failure == null && ready) {
            await(options.ephemeral ? engine.reset() : engine.releasePool());
        }
        engine.runtime().close();
        runtimeServer.close();
        loop.close();
        journalThread.close();
        journal.close();
        closed.countDown();
    }

    private void await(CompletableFuture<Void> removal) {
        try {
            removal.get(REMOVAL_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn(
                    options.ephemeral
                            ? "Not everything was removed; what is left has the label dev.dryberth.instance={}: {}"
                            : "Not everything was removed; the next start with this state directory ({}) will do it: {}",
                    options.ephemeral ? instance : options.stateDirectory,
                    e.toString());
        }
    }

    /** The daemon's own pages. */
    private final class Pages implements Admin {

        @Override
        public Health health() {
            return new Health(ready, Version.current(), engine.runtime().name());
        }

        @Override
        public CompletionStage<?> reset() {
            return engine.reset();
        }

        @Override
        public CompletionStage<Optional<byte[]>> explain(ServiceArn service) {
            return engine.submit(
                            Caller.rootOf(defaultScope),
                            () -> Optional.ofNullable(engine.explain(service)))
                    .thenApply(found -> found.map(ExplanationView::json));
        }

        @Override
        public CompletionStage<Optional<byte[]>> deployment(ServiceArn service) {
            return engine.submit(
                    Caller.rootOf(defaultScope),
                    () ->
                            Optional.ofNullable(engine.explain(service))
                                    .map(why ->
                                            engine.call(
                                                    tx -> DeploymentView.json(tx.world(), why))));
        }

        @Override
        public String metrics() {
            return traffic.metrics();
        }

        /** On a thread of its own: it may have to make a key and write a file. */
        @Override
        public CompletionStage<String> authority() {
            return aside(() -> authority.pem(loop.clock().now()));
        }

        /** On a thread of its own, likewise. */
        @Override
        public CompletionStage<Optional<String>> publicKey(String id) {
            return aside(() -> sessionKeys.publicKey(id));
        }

        private static <T> CompletionStage<T> aside(Supplier<T> work) {
            return new CompletableFuture<T>()
                    .completeAsync(
                            work,
                            task ->
                                    Thread.ofPlatform()
                                            .daemon()
                                            .name("dryberth-authority")
                                            .start(task));
        }

        @Override
        public CompletionStage<byte[]> loadBalancers() {
            return engine.submit(
                    Caller.rootOf(defaultScope),
                    () ->
                            engine.call(tx ->
                                    LoadBalancersView.json(tx.world(), traffic.listenerStates())));
        }

        @Override
        public CompletionStage<byte[]> network() {
            return engine.submit(
                            Caller.rootOf(defaultScope),
                            () ->
                                    engine.call(tx -> {
                                        Vpc own = networks.defaultVpc(tx, defaultScope);
                                        List<Vpc> vpcs = new ArrayList<>(List.of(own));
                                        for (Vpc each : tx.world().vpcs().all()) {
                                            if (!each.equals(own)) {
                                                vpcs.add(each);
                                            }
                                        }
                                        return vpcs;
                                    }))
                    .thenApply(NetworkView::json);
        }
    }
}
