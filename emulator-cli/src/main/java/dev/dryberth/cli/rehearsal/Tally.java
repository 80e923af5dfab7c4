package dev.dryberth.cli.rehearsal;

import dev.dryberth.api.proxy.TrafficTap;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Counts a rehearsal's requests, second by second and target by target, and injects its faults.
 * Which revision a target is of becomes known a moment after its first requests at the latest; so
 * revisions are put in only when it is reported. Any thread.
 *
 * <p>A request failed when its client got no answer, not all of it, or one of 500 to 599, whoever
 * made it.
 */
final class Tally implements TrafficTap {

    private static final int FIRST_FAILURE = 500;

    /** The visitor lost its patience. */
    private static final int CLIENT_LEFT = 460;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final double NANOS = 1e9;

    /** Requests that came to no target. */
    private static final String NOBODY = "";

    private final double speed;
    private final List<InjectedFault> faults;
    private final LongSupplier nanos;
    private final DoubleSupplier random;
    private final long began;
    private final ConcurrentSkipListMap<Integer, Map<String, Count>> seconds =
            new ConcurrentSkipListMap<>();
    private final Map<String, Boolean> isNew = new ConcurrentHashMap<>();
    private volatile long rolledNanos = Long.MAX_VALUE;

    private static final class Count {
        final AtomicInteger requests = new AtomicInteger();
        final AtomicInteger failures = new AtomicInteger();
    }

    /**
     * Requests of one second and one kind of target.
     *
     * @param failures how many of them failed
     */
    record Requests(int requests, int failures) {

        static final Requests NONE = new Requests(0, 0);

        Requests plus(Requests more) {
            return new Requests(requests + more.requests, failures + more.failures);
        }
    }

    /**
     * One second of the machine's clock.
     *
     * @param at how many seconds the roll-out had been going on, negative: before it
     * @param nobodys requests that no target answered
     */
    record Second(double at, Requests olds, Requests news, Requests nobodys) {}

    /**
     * Begins to count.
     *
     * @param speed how many times faster the service's clock goes than the machine's
     * @param nanos the machine's clock
     * @param random from 0 to 1
     */
    Tally(double speed, List<InjectedFault> faults, LongSupplier nanos, DoubleSupplier random) {
        this.speed = speed;
        this.faults = List.copyOf(faults);
        this.nanos = nanos;
        this.random = random;
        this.began = nanos.getAsLong();
    }

    /** The roll-out begins now. */
    void rolled() {
        rolledNanos = nanos.getAsLong();
    }

    /** Of each target, as {@code id:port}, whether it is of the new revision. */
    void targets(Map<String, Boolean> known) {
        isNew.putAll(known);
    }

    @Override
    public @Nullable Fault fault(String targetId, int port) {
        if (faults.isEmpty() || rolledNanos == Long.MAX_VALUE) {
            return null;
        }
        Boolean its = isNew.get(key(targetId, port));
        Duration since = Duration.ofNanos(Math.round((nanos.getAsLong() - rolledNanos) * speed));
        for (InjectedFault each : faults) {
            boolean meant =
                    switch (each.revision()) {
                        case ANY -> true;
                        case NEW -> Boolean.TRUE.equals(its);
                        case OLD -> Boolean.FALSE.equals(its);
                    };
            if (meant && each.inForce(since) && random.getAsDouble() < each.rate()) {
                return new Fault(each.status(), each.delay());
            }
        }
        return null;
    }

    @Override
    public void settled(Settled request) {
        String id = request.targetId();
        count(
                id == null ? NOBODY : key(id, request.targetPort()),
                request.status() == 0
                        || request.status() == CLIENT_LEFT
                        || request.status() >= FIRST_FAILURE);
    }

    /** A client found nobody to answer it, so that no listener saw its request. */
    void unanswered() {
        count(NOBODY, true);
    }

    private void count(String target, boolean failed) {
        int second = Math.toIntExact((nanos.getAsLong() - began) / NANOS_PER_SECOND);
        Count count =
                seconds.computeIfAbsent(second, each -> new ConcurrentHashMap<>())
                        .computeIfAbsent(target, each -> new Count());
        count.requests.incrementAndGet();
        if (failed) {
            count.failures.incrementAndGet();
        }
    }

    private static String key(String id, int port) {
        return id + ":" + port;
    }

    /** All seconds in which there were requests, in their order. */
    List<Second> seconds() {
        List<Second> all = new ArrayList<>();
        double offset = rolledNanos == Long.MAX_VALUE ? 0 : (rolledNanos - began) / NANOS;
        new TreeMap<>(seconds)
                .forEach((second, counts) -> {
                    Requests olds = Requests.NONE;
                    Requests news = Requests.NONE;
                    Requests nobodys = Requests.NONE;
                    for (Map.Entry<String, Count> each : counts.entrySet()) {
                        Requests its =
                                new Requests(
                                        each.getValue().requests.get(),
                                        each.getValue().failures.get());
                        if (each.getKey().equals(NOBODY)) {
                            nobodys = nobodys.plus(its);
                        } else if (isNew.getOrDefault(each.getKey(), false)) {
                            news = news.plus(its);
                        } else {
                            olds = olds.plus(its);
                        }
                    }
                    all.add(new Second(second - offset, olds, news, nobodys));
                });
        return all;
    }
}
