package dev.dryberth.core.simulation;

import dev.dryberth.core.engine.FunctionCaller;
import dev.dryberth.core.loop.SimulatedLoop;

import java.util.concurrent.CompletableFuture;

/**
 * The functions behind deployment hooks: some refuse, some want to be asked again, some are gone.
 */
final class FaultyFunctions implements FunctionCaller {

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
    public CompletableFuture<String> call(String function, String payload) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        String said = answer();
        trace.add("function", said);
        loop.schedule(
                "simulation/function " + calls++,
                loop.clock().now().plus(faults.millis(SLOWEST_MILLIS)),
                () -> {
                    if (life.isOver() || said.equals("never")) {
                        return;
                    }
                    if (said.equals("unreachable")) {
                        answer.completeExceptionally(new IllegalStateException(said));
                    } else {
                        answer.complete(said);
                    }
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
