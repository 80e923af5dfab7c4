package dev.dryberth.core.engine;

import dev.dryberth.core.function.Act;
import dev.dryberth.core.function.Called;
import dev.dryberth.core.function.Environments;
import dev.dryberth.core.function.FunctionErrors;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.function.RuntimeApi;
import dev.dryberth.core.function.RuntimeDoor;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.model.LambdaFunction.Recipe;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.FunctionEffect;
import dev.dryberth.core.runtime.FunctionEvent;
import dev.dryberth.core.runtime.FunctionEvent.Fault;
import dev.dryberth.core.runtime.FunctionEvent.ObservedEnvironment;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Calls the functions there are here, and hands on calls of others. What to do is decided by {@link
 * Environments}; this does it. None of it is journalled but the functions themselves: their
 * containers are found by their label, and removed, when a daemon starts.
 *
 * <p>Public methods may be called on any thread and never wait; the others on the loop.
 */
public final class Functions implements FunctionInvoker, RuntimeApi {

    private static final String TIMER = "functions";

    private final World world;
    private final Loop loop;
    private final ContainerRuntime runtime;
    private final Environments environments;
    private final FunctionImages images;
    private final FunctionCalls calls;
    private final FunctionDoor door;
    private final EventCalls events;
    private final Askers askers = new Askers();
    private FunctionInvoker elsewhere = FunctionInvoker.NONE;

    private final Set<String> removing = new LinkedHashSet<>();
    private final List<CompletableFuture<Void>> releases = new ArrayList<>();

    /** Whether the daemon is about to end. */
    private boolean ending;

    Functions(
            World world,
            Loop loop,
            Ids ids,
            ContainerRuntime runtime,
            Consumer<Consumer<Tx>> turns) {
        this.world = world;
        this.loop = loop;
        this.runtime = runtime;
        this.environments = new Environments(ids::hex32);
        this.images = new FunctionImages(world, runtime, turns);
        this.calls = new FunctionCalls(loop, ids, runtime);
        this.door = new FunctionDoor(loop, runtime, this);
        this.events =
                new EventCalls(
                        loop,
                        (function, payload, context) -> {
                            CompletableFuture<Called> result = new CompletableFuture<>();
                            begin(function, payload, context, false, result);
                            return result;
                        });
    }

    /** Where functions are called that are not here; before the engine's start. */
    void elsewhere(FunctionInvoker next) {
        elsewhere = next;
    }

    /** Where containers find us; before the engine's start. */
    public void serveThrough(RuntimeDoor next) {
        door.through(next);
    }

    @Override
    public CompletableFuture<Invocation> invoke(String functionArn, byte[] payload) {
        FunctionArn arn = FunctionArn.of(functionArn);
        if (arn == null) {
            return elsewhere.invoke(functionArn, payload);
        }
        CompletableFuture<Invocation> result = new CompletableFuture<>();
        loop.post(() -> {
            if (world.functions().get(arn) == null) {
                var _ = elsewhere.invoke(functionArn, payload).thenAccept(result::complete);
            } else {
                CompletableFuture<Called> called = new CompletableFuture<>();
                var _ = called.thenAccept(each -> result.complete(each.what()));
                begin(arn, payload, null, false, called);
            }
        });
        return result;
    }

    /**
     * Calls a function that is here.
     *
     * @param clientContext JSON that its runtime is shown; null: none
     * @param withLog whether the end of its log is wanted
     */
    public CompletableFuture<Called> call(
            FunctionArn function, byte[] payload, @Nullable String clientContext, boolean withLog) {
        CompletableFuture<Called> result = new CompletableFuture<>();
        loop.post(() -> begin(function, payload, clientContext, withLog, result));
        return result;
    }

    /**
     * Calls a function that is here, later if need be, and again if it fails.
     *
     * @return whether there is room for it
     */
    public CompletableFuture<Boolean> event(
            FunctionArn function, byte[] payload, @Nullable String clientContext) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        loop.post(() -> taken.complete(events.take(function, payload, clientContext)));
        return taken;
    }

    private void begin(
            FunctionArn function,
            byte[] payload,
            @Nullable String clientContext,
            boolean withLog,
            CompletableFuture<Called> result) {
        if (ending) {
            return;
        }
        LambdaFunction row = world.functions().get(function);
        Recipe recipe = row == null ? null : row.recipe();
        Invocation refusal = FunctionCalls.refusal(row, payload);
        if (refusal != null) {
            result.complete(new Called(refusal, null));
            return;
        }
        Instant now = loop.clock().now();
        if (recipe != null) {
            carryOut(environments.define(function, recipe, now));
        }
        carryOut(
                environments.call(
                        calls.made(function, recipe, payload, clientContext, withLog, result),
                        now));
    }

    private void carryOut(List<Act> acts) {
        for (Act each : acts) {
            switch (each) {
                case Act.Start start -> start(start);
                case Act.Remove(String id) -> remove(id);
                case Act.Deliver deliver ->
                        askers.answer(deliver.environmentId(), calls.delivered(deliver));
                case Act.Finish finish -> calls.finished(finish);
                case Act.Refuse(Environments.Call call, Invocation what) ->
                        calls.refused(call, what);
            }
        }
        if (!environments.isOneStarting()) {
            askers.refuseStrangers();
        }
        Instant wakeAt = environments.wakeAt();
        if (wakeAt == null) {
            loop.cancel(TIMER);
        } else {
            loop.schedule(TIMER, wakeAt, () -> carryOut(environments.tick(loop.clock().now())));
        }
    }

    private void start(Act.Start act) {
        door.whenOpen(
                endpoint -> {
                    if (environments.knows(act.environmentId())) {
                        run(
                                new FunctionEffect.StartEnvironment(
                                        FunctionSpecs.of(act, endpoint, loop.clock().now())));
                    }
                },
                reason ->
                        carryOut(
                                environments.failed(
                                        act.environmentId(), false, reason, loop.clock().now())));
    }

    private void remove(String environmentId) {
        askers.refuse(environmentId);
        removing.add(environmentId);
        run(new FunctionEffect.RemoveEnvironment(environmentId));
    }

    private void run(FunctionEffect effect) {
        runtime.run(new Effect.ForFunctions(effect));
    }

    @Override
    public CompletableFuture<@Nullable Next> next(String address) {
        CompletableFuture<@Nullable Next> next = new CompletableFuture<>();
        loop.post(() -> ask(address, next));
        return next;
    }

    private void ask(String address, CompletableFuture<@Nullable Next> next) {
        String id = environments.at(address);
        if (id != null) {
            askers.known(id, next);
            Act.Deliver inHand = environments.inHand(id);
            if (inHand == null) {
                carryOut(environments.asked(id, loop.clock().now()));
            } else {
                askers.answer(id, calls.again(inHand));
            }
        } else if (environments.isOneStarting()) {
            askers.stranger(address, next);
        } else {
            next.complete(null);
        }
    }

    @Override
    public CompletableFuture<Reply> respond(String address, String callId, byte[] payload) {
        return answer(address, callId, FunctionErrors.result(payload))
                .thenApply(reply ->
                        reply == Reply.ACCEPTED && payload.length > MAX_PAYLOAD_BYTES
                                ? Reply.TOO_LARGE
                                : reply);
    }

    @Override
    public CompletableFuture<Reply> fail(String address, String callId, byte[] payload) {
        return answer(address, callId, FunctionErrors.unhandled(payload));
    }

    private CompletableFuture<Reply> answer(String address, String callId, Invocation what) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        loop.post(() -> {
            String id = environments.at(address);
            if (id == null) {
                reply.complete(Reply.FORBIDDEN);
            } else if (!environments.has(id, callId)) {
                reply.complete(Reply.UNKNOWN_CALL);
            } else {
                carryOut(environments.answered(id, what, loop.clock().now()));
                reply.complete(Reply.ACCEPTED);
            }
        });
        return reply;
    }

    @Override
    public CompletableFuture<Reply> failToBegin(String address, byte[] payload) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        loop.post(() -> {
            String id = environments.at(address);
            if (id == null || !environments.mayFailToBegin(id)) {
                reply.complete(Reply.FORBIDDEN);
            } else {
                reply.complete(Reply.ACCEPTED);
                carryOut(
                        environments.couldNotBegin(
                                id, FunctionErrors.unhandled(payload), loop.clock().now()));
            }
        });
        return reply;
    }

    void on(FunctionEvent event) {
        Instant now = loop.clock().now();
        switch (event) {
            case FunctionEvent.ImageFound found -> images.found(found);
            case FunctionEvent.ImageNotFound not -> images.notFound(not);
            case FunctionEvent.NetworkReady(String gateway) -> door.networkReady(gateway);
            case FunctionEvent.NetworkFailed(String reason) -> door.failed(reason);
            case FunctionEvent.EnvironmentStarted(String id, String address) -> {
                environments.started(id, address, now);
                CompletableFuture<@Nullable Next> next = askers.noStranger(address);
                if (next != null) {
                    ask(address, next);
                }
                carryOut(List.of());
            }
            case FunctionEvent.EnvironmentFailed(String id, Fault fault, String reason) -> {
                if (fault == Fault.NETWORK) {
                    door.networkGone();
                }
                carryOut(environments.failed(id, fault == Fault.FUNCTION, reason, now));
            }
            case FunctionEvent.EnvironmentExited(String id, Integer exitCode) ->
                    carryOut(environments.exited(id, exitCode, now));
            case FunctionEvent.EnvironmentRemoved(String id) -> {
                removing.remove(id);
                completeReleases();
            }
            case FunctionEvent.LogRead(String callId, String text) -> calls.logged(callId, text);
            case FunctionEvent.Observed observed -> observed(observed.environments(), now);
        }
    }

    /** Containers of a daemon before, and those that ended while nobody listened. */
    private void observed(List<ObservedEnvironment> found, Instant now) {
        Set<String> running = new LinkedHashSet<>();
        for (ObservedEnvironment each : found) {
            if (!environments.knows(each.environmentId())) {
                runtime.run(new Effect.RemoveUnknown(each.runtimeId()));
            } else if (each.running()) {
                running.add(each.environmentId());
            }
        }
        for (String each : environments.running()) {
            if (!running.contains(each)) {
                carryOut(environments.exited(each, null, now));
            }
        }
    }

    /**
     * Sees to the functions that a transaction wrote.
     *
     * @param whenDurable takes what must wait until the transaction is
     */
    void settle(Tx tx, Consumer<Runnable> whenDurable) {
        for (Change change : tx.changes()) {
            if (change.table().equals(world.functions().name())) {
                FunctionArn arn = FunctionArn.parse(change.key());
                whenDurable.accept(() -> loop.post(() -> look(arn)));
            }
        }
    }

    /** After the journal was read. */
    void resume() {
        world.functions().keys().forEach(this::look);
    }

    private void look(FunctionArn arn) {
        LambdaFunction row = world.functions().get(arn);
        if (row == null) {
            events.forget(arn);
            carryOut(environments.forget(arn));
            return;
        }
        images.look(row);
        Recipe recipe = row.recipe();
        if (recipe != null) {
            carryOut(environments.define(arn, recipe, loop.clock().now()));
        }
    }

    /** Nothing is left but what the runtime is about to remove. */
    void reset() {
        events.clear();
        carryOut(environments.clear());
        door.close();
    }

    /**
     * Removes every container, for the daemon's end. Calls that are under way or come now are never
     * answered, as if it had died: what has to be called, as a deployment's hook, is called again
     * by the next daemon.
     *
     * @return done when they are gone
     */
    CompletableFuture<Void> release() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.post(() -> {
            ending = true;
            calls.forget();
            reset();
            releases.add(done);
            completeReleases();
        });
        return done;
    }

    private void completeReleases() {
        if (removing.isEmpty()) {
            releases.forEach(each -> each.complete(null));
            releases.clear();
        }
    }
}
