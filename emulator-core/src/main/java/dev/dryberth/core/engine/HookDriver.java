package dev.dryberth.core.engine;

import dev.dryberth.core.deployment.CodeDeployHook;
import dev.dryberth.core.deployment.HookCall;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.CodeDeployRules;
import dev.dryberth.core.model.HookRun;
import dev.dryberth.core.model.Lifecycle;
import dev.dryberth.core.model.ServiceDeployment;
import dev.dryberth.core.model.ServiceDeploymentArn;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Tx;
import dev.dryberth.core.state.World;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Calls the functions of deployment hooks when their time has come, and writes down what they
 * answered. A call whose daemon dies before the answer is written is made again. Loop thread.
 */
final class HookDriver {

    private final World world;
    private final Loop loop;
    private final Consumer<Consumer<Tx>> turns;
    private FunctionInvoker functions = FunctionInvoker.NONE;

    /** The runs whose function has been called and has not answered. */
    private final Set<String> calling = new HashSet<>();

    /**
     * Calls nothing yet.
     *
     * @param turns runs a change in a turn of the loop and commits it
     */
    HookDriver(World world, Loop loop, Consumer<Consumer<Tx>> turns) {
        this.world = world;
        this.loop = loop;
        this.turns = turns;
    }

    void through(FunctionInvoker next) {
        functions = next;
    }

    /**
     * Sees to the hooks of the roll-outs that a transaction wrote.
     *
     * @param whenDurable takes what must wait until the transaction is
     */
    void settle(Tx tx, Consumer<Runnable> whenDurable) {
        for (Change change : tx.changes()) {
            if (change.table().equals(world.serviceDeployments().name())) {
                ServiceDeployment row =
                        world.serviceDeployments().get(ServiceDeploymentArn.parse(change.key()));
                if (row != null) {
                    whenDurable.accept(() -> loop.post(() -> plan(row.arn())));
                }
            }
        }
    }

    /** After the journal was read: timers and calls under way do not survive the daemon. */
    void resume() {
        for (ServiceDeployment each : world.serviceDeployments().all()) {
            plan(each.arn());
        }
    }

    private void plan(ServiceDeploymentArn arn) {
        Instant now = loop.clock().now();
        ServiceDeployment row = world.serviceDeployments().get(arn);
        Lifecycle lifecycle = row == null ? null : row.lifecycle();
        if (lifecycle == null || Objects.requireNonNull(row).status().terminal()) {
            return;
        }
        for (HookRun each : lifecycle.runs()) {
            Instant at = each.callAt();
            if (at == null || calling.contains(each.id())) {
                continue;
            }
            if (at.isAfter(now)) {
                loop.schedule("hook " + each.id(), at, () -> plan(arn));
            } else {
                call(row, lifecycle, each);
            }
        }
    }

    private void call(ServiceDeployment row, Lifecycle lifecycle, HookRun run) {
        CodeDeployRules codeDeploy = lifecycle.shift().codeDeploy();
        String asked =
                codeDeploy == null
                        ? HookCall.payload(row, lifecycle, run)
                        : CodeDeployHook.payload(codeDeploy, run);
        byte[] payload = asked.getBytes(StandardCharsets.UTF_8);
        calling.add(run.id());
        var _ =
                functions
                        .invoke(Objects.requireNonNull(run.function()), payload)
                        .thenAccept(answer ->
                                loop.post(() -> {
                                    calling.remove(run.id());
                                    turns.accept(tx -> write(tx, row.arn(), run.id(), answer));
                                }));
    }

    private void write(Tx tx, ServiceDeploymentArn arn, String id, Invocation answer) {
        ServiceDeployment row = world.serviceDeployments().get(arn);
        Lifecycle lifecycle = row == null ? null : row.lifecycle();
        HookRun run = lifecycle == null ? null : lifecycle.run(id);
        if (row == null || lifecycle == null || run == null || run.callAt() == null) {
            return;
        }
        HookRun next =
                switch (answer) {
                    case Invocation.Returned(byte[] payload) ->
                            lifecycle.shift().codeDeploy() == null
                                    ? answered(run, new String(payload, StandardCharsets.UTF_8))
                                    : run.called();
                    case Invocation.Failed(String error, byte[] _) ->
                            HookCall.unreachable(run, error);
                    case Invocation.NotInvoked(Invocation.Cause _, String message) ->
                            HookCall.unreachable(run, message);
                };
        tx.put(world.serviceDeployments(), arn, row.withLifecycle(lifecycle.with(next)));
    }

    private HookRun answered(HookRun run, String answer) {
        HookCall.Answered answered = HookCall.answered(run, answer);
        if (answered.callBack() == null) {
            return answered.run();
        }
        Duration wait = loop.clock().wait(answered.callBack());
        boolean tooShort = wait.compareTo(HookCall.MIN_CALL_BACK) < 0;
        Instant again = loop.clock().now().plus(tooShort ? HookCall.MIN_CALL_BACK : wait);
        return answered.run().again(again, answered.run().details());
    }
}
