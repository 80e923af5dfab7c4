package dev.dryberth.api.proxy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The HTTP/2 connections to targets, each shared by as many requests as it has room for. One
 * network thread's own.
 */
final class MultiplexedPool {

    private final Worker worker;
    private final Map<TargetTraffic.Key, List<Multiplexed>> byTarget = new HashMap<>();

    MultiplexedPool(Worker worker) {
        this.worker = worker;
    }

    /**
     * Opens a stream for one request. The outcome is told on the worker's thread, maybe at once.
     *
     * @param mayReuse false: on a connection made for it, as the others may have died unnoticed
     */
    void open(
            boolean tls,
            TargetTraffic.Key target,
            boolean mayReuse,
            Consumer<UpstreamConnection.Attempt> then) {
        List<Multiplexed> here = byTarget.computeIfAbsent(target, any -> new ArrayList<>());
        if (mayReuse) {
            for (Multiplexed each : here) {
                if (each.hasRoom()) {
                    each.open(then);
                    return;
                }
            }
        }
        Multiplexed made = new Multiplexed(worker, target);
        here.add(made);
        made.open(then);
        made.connect(tls);
    }

    /** It takes no more requests. */
    void remove(Multiplexed connection) {
        List<Multiplexed> here = byTarget.get(connection.target());
        if (here != null && here.remove(connection) && here.isEmpty()) {
            byTarget.remove(connection.target());
        }
    }

    void sweep(long nowNanos) {
        long since = nowNanos - worker.plane().limits().upstreamIdleTimeout().toNanos();
        List<Multiplexed> old = new ArrayList<>();
        byTarget.values()
                .forEach(here ->
                        here.stream().filter(each -> each.isIdleSince(since)).forEach(old::add));
        for (Multiplexed each : old) {
            remove(each);
            each.close();
        }
    }
}
