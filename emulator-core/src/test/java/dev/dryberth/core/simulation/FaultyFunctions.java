package dev.dryberth.core.simulation;

import dev.dryberth.core.function.FunctionInvoker;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.loop.SimulatedLoop;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * The functions behind deployment hooks: some refuse, some want to be asked again, some are gone.
 */
final class FaultyFunctions implements FunctionInvoker {

    private static final int SLOWEST_MILLIS = 5_000;

    private final SimulatedLoop loop;
    private final Faults faults;
    private final Trace trace;
    private final Life life;
    private int calls;

    FaultyFunctions(SimulatedLoop loop, Faults faults, Trace trace, Life life) {
        this.loop = loop;
        this.faults = faults;
        this.trace = trace;
        this.life = life;
    }

    /** What a call came to is not heard by a daemon that died meanwhile. */
    @Override
    public CompletableFuture<Invocation> invoke(String function, byte[] payload) {
        CompletableFuture<Invocation> answer = new CompletableFuture<>();
        String said = answer();
        trace.add("function", said);
        loop.schedule(
                "simulation/function " + calls++,
                loop.clock().now().plus(faults.millis(SLOWEST_MILLIS)),
                () -> {
                    if (life.isOver() || said.equals("never")) {
                        return;
                    }
                    answer.complete(
                            said.equals("unreachable")
                                    ? new Invocation.NotInvoked(
                                            Invocation.Cause.SERVICE_FAILED, said)
                                    : new Invocation.Returned(
                                            said.getBytes(StandardCharsets.UTF_8)));
                });
        return answer;
    }

    private String answer() {
        if (!faults.strike(faults.functionFails)) {
            return "{\"hookStatus\":\"SUCCEEDED\"}";
        }
        return switch (faults.below(6)) {
            case 0 -> "{\"hookStatus\":\"FAILED\"}";
            case 1 -> "unreachable";
            case 2 -> "never";
            case 3 -> "no JSON";
            default -> "{\"hookStatus\":\"IN_PROGRESS\",\"callBackDelay\":3}";
        };
    }
}
