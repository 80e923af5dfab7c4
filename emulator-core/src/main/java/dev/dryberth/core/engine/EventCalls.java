package dev.dryberth.core.engine;

import dev.dryberth.core.function.Called;
import dev.dryberth.core.function.Invocation;
import dev.dryberth.core.loop.Loop;
import dev.dryberth.core.model.FunctionArn;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Calls that nobody waits for. One whose function fails is made again after a minute and, if it
 * fails again, after two; one for which there is no room, or whose function can't be run, is tried
 * for six hours, at first after a second and at last every five minutes. Follows "Error handling
 * for asynchronous invocation". Loop thread.
 */
final class EventCalls {

    private static final Logger log = LoggerFactory.getLogger(EventCalls.class);

    static final int MAX_EVENTS = 1000;
    private static final int MAX_BYTES = 32 * 1024 * 1024;
    private static final int MAX_ATTEMPTS = 3;
    private static final Duration AGAIN_AFTER = Duration.ofMinutes(1);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Duration MAX_AGE = Duration.ofHours(6);

    private final Loop loop;
    private final Caller caller;
    private final Map<Integer, Event> events = new LinkedHashMap<>();
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

    /**
     * One call.
     *
     * @param attempt how often its function has failed, and once more
     * @param pause until it is tried again because it could not be
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on as it came, never compared
    private record Event(
            int number,
            FunctionArn function,
            byte[] payload,
            @Nullable String clientContext,
            int attempt,
            Duration pause,
            Instant since) {

        Event failed() {
            return new Event(
                    number, function, payload, clientContext, attempt + 1, FIRST_WAIT, since);
        }

        Event notMade() {
            Duration twice = pause.multipliedBy(2);
            return new Event(
                    number,
                    function,
                    payload,
                    clientContext,
                    attempt,
                    twice.compareTo(LONGEST_WAIT) < 0 ? twice : LONGEST_WAIT,
                    since);
        }
    }

    /** Whether there is room for it. */
    boolean take(FunctionArn function, byte[] payload, @Nullable String clientContext) {
        if (events.size() >= MAX_EVENTS || payload.length > MAX_BYTES - heldBytes) {
            return false;
        }
        heldBytes += payload.length;
        make(
                new Event(
                        numbers++,
                        function,
                        payload,
                        clientContext,
                        1,
                        FIRST_WAIT,
                        loop.clock().now()));
        return true;
    }

    /** A function is deleted: nobody is to be called any more under its name. */
    void forget(FunctionArn function) {
        for (Event each : List.copyOf(events.values())) {
            if (each.function().equals(function)) {
                drop(each);
            }
        }
    }

    void clear() {
        List.copyOf(events.values()).forEach(this::drop);
    }

    private void drop(Event event) {
        if (events.remove(event.number()) != null) {
            heldBytes -= event.payload().length;
            loop.cancel(timer(event));
        }
    }

    private void make(Event event) {
        events.put(event.number(), event);
        var _ =
                caller.call(event.function(), event.payload(), event.clientContext())
                        .thenAccept(called -> loop.post(() -> ended(event, called.what())));
    }

    private void ended(Event event, Invocation what) {
        if (!events.containsKey(event.number())) {
            return;
        }
        Instant now = loop.clock().now();
        boolean young = event.since().plus(loop.clock().wait(MAX_AGE)).isAfter(now);
        switch (what) {
            case Invocation.NotInvoked(Invocation.Cause cause, String _)
                    when young
                            && (cause == Invocation.Cause.THROTTLED
                                    || cause == Invocation.Cause.SERVICE_FAILED) -> {
                Duration wait = loop.clock().wait(event.pause());
                later(event.notMade(), wait.compareTo(FIRST_WAIT) < 0 ? FIRST_WAIT : wait);
            }
            case Invocation.Failed _ when event.attempt() < MAX_ATTEMPTS ->
                    later(
                            event.failed(),
                            loop.clock().wait(AGAIN_AFTER.multipliedBy(event.attempt())));
            case Invocation.Returned _ -> drop(event);
            case Invocation.Failed _ -> giveUp(event, "its function failed every time");
            case Invocation.NotInvoked(Invocation.Cause _, String message) ->
                    giveUp(event, message);
        }
    }

    private void giveUp(Event event, String why) {
        log.warn("An event for function {} is given up: {}", event.function().name(), why);
        drop(event);
    }

    private void later(Event event, Duration wait) {
        loop.schedule(timer(event), loop.clock().now().plus(wait), () -> make(event));
    }

    private static String timer(Event event) {
        return "function event " + event.number();
    }
}
