package dev.dryberth.core.engine;

import dev.dryberth.core.function.Called;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.FunctionArn;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Calls that nobody waits for. One whose function fails is made again after a minute and, if it
 * fails again, after two; one for which there is no room is tried for six hours. Follows "Error
 * handling for asynchronous invocation". Loop thread.
 */
final class EventCalls {

    static final int MAX_EVENTS = 1000;
    private static final int MAX_BYTES = 32 * 1024 * 1024;
    private static final int MAX_ATTEMPTS = 3;
    private static final Duration AGAIN_AFTER = Duration.ofMinutes(1);
    private static final Duration ROOM_AFTER = Duration.ofSeconds(1);
    private static final Duration MAX_AGE = Duration.ofHours(6);

    private final Loop loop;
    private final Caller caller;
    private int events;
    private int heldBytes;
    private int numbers;

    EventCalls(Loop loop, Caller caller) {
        this.loop = loop;
        this.caller = caller;
    }

    /** Makes one call. */
    interface Caller {
        CompletableFuture<Called> call(
                FunctionArn function, byte[] payload, @Nullable String clientContext);
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on as it came, never compared
    private record Event(
            int number,
            FunctionArn function,
            byte[] payload,
            @Nullable String clientContext,
            int attempt,
            Instant since) {

        Event again() {
            return new Event(number, function, payload, clientContext, attempt + 1, since);
        }
    }

    /** Whether there is room for it. */
    boolean take(FunctionArn function, byte[] payload, @Nullable String clientContext) {
        if (events >= MAX_EVENTS || payload.length > MAX_BYTES - heldBytes) {
            return false;
        }
        events++;
        heldBytes += payload.length;
        make(new Event(numbers++, function, payload, clientContext, 1, loop.clock().now()));
        return true;
    }

    private void make(Event event) {
        var _ =
                caller.call(event.function(), event.payload(), event.clientContext())
                        .thenAccept(called -> loop.post(() -> ended(event, called.what())));
    }

    private void ended(Event event, Invocation what) {
        Instant now = loop.clock().now();
        boolean full =
                what instanceof Invocation.NotInvoked not
                        && not.cause() == Invocation.Cause.THROTTLED;
        if (full && event.since().plus(loop.clock().wait(MAX_AGE)).isAfter(now)) {
            later(event, ROOM_AFTER);
        } else if (what instanceof Invocation.Failed && event.attempt() < MAX_ATTEMPTS) {
            later(event.again(), loop.clock().wait(AGAIN_AFTER.multipliedBy(event.attempt())));
        } else {
            events--;
            heldBytes -= event.payload().length;
        }
    }

    private void later(Event event, Duration wait) {
        loop.schedule(
                "function event " + event.number(),
                loop.clock().now().plus(wait),
                () -> make(event));
    }
}
