package dev.dryberth.api.proxy;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Connections to targets that are ready for another request. One network thread's own. The one used
 * last is taken first, so those no longer needed grow old and are closed.
 */
final class UpstreamPool {

    private final ProxyLimits limits;
    private final Map<TargetTraffic.Key, Deque<UpstreamConnection>> idle = new HashMap<>();

    UpstreamPool(ProxyLimits limits) {
        this.limits = limits;
    }

    @Nullable UpstreamConnection take(TargetTraffic.Key target) {
        Deque<UpstreamConnection> ready = idle.get(target);
        if (ready == null) {
            return null;
        }
        UpstreamConnection connection = ready.pollLast();
        while (connection != null && !connection.isUsable()) {
            connection.close();
            connection = ready.pollLast();
        }
        return connection;
    }

    void offer(UpstreamConnection connection) {
        Deque<UpstreamConnection> ready =
                idle.computeIfAbsent(connection.target(), any -> new ArrayDeque<>());
        if (ready.size() >= limits.maxIdleUpstreams()) {
            connection.close();
        } else {
            ready.addLast(connection);
        }
    }

    /** It was closed by the target while nobody used it. */
    void remove(UpstreamConnection connection) {
        Deque<UpstreamConnection> ready = idle.get(connection.target());
        if (ready != null) {
            ready.remove(connection);
        }
    }

    void sweep(long nowNanos) {
        long longest = limits.upstreamIdleTimeout().toNanos();
        List<UpstreamConnection> old = new ArrayList<>();
        Iterator<Deque<UpstreamConnection>> each = idle.values().iterator();
        while (each.hasNext()) {
            Deque<UpstreamConnection> ready = each.next();
            while (!ready.isEmpty() && nowNanos - ready.peekFirst().idleSinceNanos() > longest) {
                old.add(ready.pollFirst());
            }
            if (ready.isEmpty()) {
                each.remove();
            }
        }
        old.forEach(UpstreamConnection::close);
    }
}
