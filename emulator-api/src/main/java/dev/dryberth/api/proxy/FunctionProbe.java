package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.CodeMatcher;
import dev.dryberth.core.balancing.LambdaAnswer;
import dev.dryberth.core.balancing.LambdaEvent;
import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.function.Invocation;

import io.netty.util.concurrent.Future;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One health check of a Lambda function: it is called with an event of its own, and its status must
 * be one the matcher has. Told on the worker's thread.
 */
final class FunctionProbe {

    private final CodeMatcher matcher;
    private final Consumer<ProbeResult> then;
    private boolean ended;

    private FunctionProbe(CodeMatcher matcher, Consumer<ProbeResult> then) {
        this.matcher = matcher;
        this.then = then;
    }

    /** The result is told once, on the worker's thread, within the timeout. */
    static void run(
            Worker worker,
            TargetTraffic.Key function,
            HealthCheck check,
            boolean multiValue,
            CodeMatcher matcher,
            Duration timeout,
            Consumer<ProbeResult> then) {
        FunctionProbe probe = new FunctionProbe(matcher, then);
        Future<?> timer =
                worker.loop()
                        .schedule(
                                () -> probe.end(new ProbeResult.TimedOut()),
                                timeout.toNanos(),
                                TimeUnit.NANOSECONDS);
        byte[] event = LambdaEvent.healthCheck(function.groupArn(), multiValue, check.path());
        var _ =
                worker.plane()
                        .functions()
                        .invoke(function.id(), event)
                        .thenAccept(invocation -> {
                            ProbeResult result = probe.result(invocation, multiValue);
                            worker.later(() -> {
                                timer.cancel(false);
                                probe.end(result);
                            });
                        });
    }

    private ProbeResult result(Invocation invocation, boolean multiValue) {
        return switch (LambdaAnswer.of(invocation, multiValue)) {
            case LambdaAnswer.Answered answered -> ProbeQuestion.result(answered.status(), matcher);
            case LambdaAnswer.Refused refused ->
                    switch (refused.error()) {
                        case CONNECTION_TIMEOUT -> new ProbeResult.TimedOut();
                        case INVALID_RESPONSE, RESPONSE_TOO_LARGE, UNHANDLED ->
                                new ProbeResult.Failed();
                        case ACCESS_DENIED,
                                BAD_REQUEST,
                                REQUEST_TOO_LARGE,
                                RESOURCE_NOT_FOUND,
                                SERVICE_EXCEPTION,
                                THROTTLING ->
                                new ProbeResult.NotMade(refused.why());
                    };
        };
    }

    private void end(ProbeResult result) {
        if (!ended) {
            ended = true;
            then.accept(result);
        }
    }
}
