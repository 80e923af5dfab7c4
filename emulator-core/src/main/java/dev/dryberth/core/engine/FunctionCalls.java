package dev.dryberth.core.engine;

import dev.dryberth.core.function.Act;
import dev.dryberth.core.function.Called;
import dev.dryberth.core.function.Environments.Call;
import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.function.FunctionLog;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.function.RuntimeApi.Next;
import dev.dryberth.core.loop.Ids;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.FunctionArn;
import dev.dryberth.core.model.LambdaFunction;
import dev.dryberth.core.model.LambdaFunction.Recipe;
import dev.dryberth.core.runtime.ContainerRuntime;
import dev.dryberth.core.runtime.Effect;
import dev.dryberth.core.runtime.FunctionEffect;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * What the calls under way carry, and whom they answer; and what their functions wrote meanwhile,
 * which goes to the daemon's log, or with the answer where it is asked for. Loop thread.
 */
final class FunctionCalls {

    private static final Logger log = LoggerFactory.getLogger(FunctionCalls.class);
    private static final int LONGEST_EXCERPT = 300;

    private final Loop loop;
    private final Ids ids;
    private final ContainerRuntime runtime;
    private final Map<String, Pending> pending = new LinkedHashMap<>();

    FunctionCalls(Loop loop, Ids ids, ContainerRuntime runtime) {
        this.loop = loop;
        this.ids = ids;
        this.runtime = runtime;
    }

    private static final class Pending {
        final FunctionArn function;
        final @Nullable Recipe recipe;
        final byte[] payload;
        final @Nullable String clientContext;
        final boolean withLog;
        final CompletableFuture<Called> result;
        @Nullable Instant deliveredAt;
        @Nullable Invocation what;
        Duration took = Duration.ZERO;

        Pending(
                FunctionArn function,
                @Nullable Recipe recipe,
                byte[] payload,
                @Nullable String clientContext,
                boolean withLog,
                CompletableFuture<Called> result) {
            this.function = function;
            this.recipe = recipe;
            this.payload = payload;
            this.clientContext = clientContext;
            this.withLog = withLog;
            this.result = result;
        }
    }

    /** Why a call can't be made, apart from that there is no such function; null: it can. */
    static Invocation.@Nullable NotInvoked refusal(@Nullable LambdaFunction row, byte[] payload) {
        if (payload.length > FunctionInvoker.MAX_PAYLOAD_BYTES) {
            return new Invocation.NotInvoked(
                    Invocation.Cause.REQUEST_TOO_LARGE,
                    "the payload has %d bytes (expected: at most %d)"
                            .formatted(payload.length, FunctionInvoker.MAX_PAYLOAD_BYTES));
        }
        if (row == null || row.recipe() != null) {
            return null;
        }
        String problem = row.problem();
        return new Invocation.NotInvoked(
                Invocation.Cause.SERVICE_FAILED,
                "function %s is %s%s"
                        .formatted(
                                row.arn().name(),
                                row.state(),
                                problem == null ? "" : ": " + problem));
    }

    Call made(
            FunctionArn function,
            @Nullable Recipe recipe,
            byte[] payload,
            @Nullable String clientContext,
            boolean withLog,
            CompletableFuture<Called> result) {
        Call call = new Call(ids.uuid(), function);
        pending.put(
                call.id(), new Pending(function, recipe, payload, clientContext, withLog, result));
        return call;
    }

    /** What a container is told of its call. */
    Next delivered(Act.Deliver act) {
        Call call = act.call();
        Pending its = Objects.requireNonNull(pending.get(call.id()));
        Instant now = loop.clock().now();
        its.deliveredAt = now;
        return new Next(
                call.id(),
                act.deadline(),
                call.function().text(),
                traceId(now),
                its.clientContext,
                its.payload);
    }

    /** As AWS X-Ray's, of a request that is not sampled. */
    private String traceId(Instant now) {
        return "Root=1-%08x-%s;Parent=%s;Sampled=0"
                .formatted(
                        now.getEpochSecond(),
                        ids.hex32().substring(0, 24),
                        ids.hex32().substring(0, 16));
    }

    /** The same once more, for who asks again: the answer to its first question was lost. */
    Next again(Act.Deliver act) {
        Instant deliveredAt = Objects.requireNonNull(pending.get(act.call().id())).deliveredAt;
        Next next = delivered(act);
        Objects.requireNonNull(pending.get(act.call().id())).deliveredAt = deliveredAt;
        return next;
    }

    /** Of calls under way nothing is ever told: the daemon ends, and the next makes them again. */
    void forget() {
        pending.clear();
    }

    void refused(Call call, Invocation what) {
        Pending its = pending.remove(call.id());
        if (its != null) {
            its.result.complete(new Called(what, null));
        }
    }

    void finished(Act.Finish act) {
        Pending its = pending.get(act.call().id());
        if (its == null) {
            return;
        }
        its.what = act.what();
        its.took =
                its.deliveredAt == null
                        ? Duration.ZERO
                        : Duration.between(its.deliveredAt, loop.clock().now());
        boolean failed = !(act.what() instanceof Invocation.Returned);
        if (failed) {
            log.info("function {} failed: {}", its.function.name(), excerpt(act.what()));
        }
        if (!its.withLog) {
            its.result.complete(new Called(act.what(), null));
        }
        if (its.withLog || failed || log.isDebugEnabled()) {
            runtime.run(
                    new Effect.ForFunctions(
                            new FunctionEffect.ReadLog(
                                    act.environmentId(), act.call().id(), act.since())));
        } else {
            pending.remove(act.call().id());
        }
    }

    private static String excerpt(Invocation what) {
        String text =
                switch (what) {
                    case Invocation.Returned(byte[] payload) ->
                            new String(payload, StandardCharsets.UTF_8);
                    case Invocation.Failed(String _, byte[] payload) ->
                            new String(payload, StandardCharsets.UTF_8);
                    case Invocation.NotInvoked(Invocation.Cause _, String message) -> message;
                };
        return printable(text.substring(0, Math.min(text.length(), LONGEST_EXCERPT)));
    }

    /** Nothing that a function writes may look like a line of the daemon's own. */
    private static String printable(String line) {
        return line.replaceAll("\\p{Cntrl}", " ");
    }

    void logged(String callId, String text) {
        Pending its = pending.remove(callId);
        if (its == null || its.what == null) {
            return;
        }
        boolean failed = !(its.what instanceof Invocation.Returned);
        text.lines()
                .forEach(line -> {
                    if (failed) {
                        log.info("function {} | {}", its.function.name(), printable(line));
                    } else {
                        log.debug("function {} | {}", its.function.name(), printable(line));
                    }
                });
        if (its.withLog) {
            int memoryMiB = its.recipe == null ? 0 : its.recipe.settings().memoryMiB();
            its.result.complete(
                    new Called(its.what, FunctionLog.tail(callId, text, its.took, memoryMiB)));
        }
    }
}
