package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.CodeMatcher;
import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;
import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetState;
import dev.dryberth.core.balancing.TargetReports;

import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Checks every target of every group, but for those that drain or are not in use. The first check
 * comes at once, the next an interval after the last began, but never before that one has ended.
 * Runs on one network thread.
 *
 * <p>The interval passes through the clock's speed, down to {@link #SHORTEST_INTERVAL}. The timeout
 * does not: the targets' own programs run no faster, and one that answers in time on AWS must do so
 * here, whatever the speed.
 */
final class Probes {

    static final Duration SHORTEST_INTERVAL = Duration.ofMillis(50);

    private final Worker worker;
    private final TargetReports reports;
    private final Map<TargetTraffic.Key, Checked> checked = new HashMap<>();

    Probes(Worker worker, TargetReports reports) {
        this.worker = worker;
        this.reports = reports;
    }

    void follow(Routing routing) {
        worker.loop().execute(() -> adjust(routing));
    }

    private void adjust(Routing routing) {
        Set<TargetTraffic.Key> present = new HashSet<>();
        for (GroupRoute route : routing.groups()) {
            TargetGroup group = route.group();
            if (!route.carried()) {
                continue;
            }
            for (Target each : group.targets()) {
                TargetTraffic.Key key = TargetTraffic.Key.of(group, each);
                if (key != null && isChecked(group.healthCheck(), each.state())) {
                    present.add(key);
                    check(key, route);
                }
            }
        }
        checked.entrySet()
                .removeIf(each -> {
                    if (present.contains(each.getKey())) {
                        return false;
                    }
                    each.getValue().stop();
                    return true;
                });
    }

    private static boolean isChecked(HealthCheck check, TargetState state) {
        return check.enabled() && state != TargetState.DRAINING && state != TargetState.UNUSED;
    }

    private void check(TargetTraffic.Key key, GroupRoute group) {
        Checked known = checked.get(key);
        if (known == null || !known.isOf(group)) {
            if (known != null) {
                known.stop();
            }
            Checked begun = new Checked(key, group);
            checked.put(key, begun);
            begun.probe();
        }
    }

    void close() {
        worker.loop()
                .execute(() -> {
                    checked.values().forEach(Checked::stop);
                    checked.clear();
                });
    }

    /** One target under check. */
    private final class Checked {
        private final TargetTraffic.Key key;
        private final HealthCheck check;
        private final ProtocolVersion version;
        private final boolean multiValue;
        private final CodeMatcher matcher;
        private @Nullable ScheduledFuture<?> next;
        private boolean stopped;

        private Checked(TargetTraffic.Key key, GroupRoute group) {
            this.key = key;
            check = group.group().healthCheck();
            version = group.group().protocolVersion();
            multiValue = group.isMultiValue();
            matcher = CodeMatcher.parse(check.matcher());
        }

        private boolean isOf(GroupRoute group) {
            return check.equals(group.group().healthCheck()) && multiValue == group.isMultiValue();
        }

        private void probe() {
            long begun = System.nanoTime();
            Consumer<ProbeResult> then = result -> ended(result, begun);
            if (key.place() == null) {
                FunctionProbe.run(worker, key, check, multiValue, matcher, check.timeout(), then);
                return;
            }
            Integer port = check.port();
            InetSocketAddress own = key.address();
            InetSocketAddress address =
                    port == null ? own : new InetSocketAddress(own.getAddress(), port);
            Probe.run(
                    worker,
                    address,
                    ProbeQuestion.of(address, check, version, matcher),
                    check.timeout(),
                    then);
        }

        private void ended(ProbeResult result, long begunNanos) {
            if (stopped) {
                return;
            }
            reports.probed(key.groupArn(), key.id(), key.port(), result);
            Duration wanted = worker.plane().clock().wait(check.interval());
            long interval = Math.max(SHORTEST_INTERVAL.toNanos(), wanted.toNanos());
            long pause = interval - (System.nanoTime() - begunNanos);
            next = worker.loop().schedule(this::probe, Math.max(0, pause), TimeUnit.NANOSECONDS);
        }

        private void stop() {
            stopped = true;
            ScheduledFuture<?> planned = next;
            if (planned != null) {
                planned.cancel(false);
            }
        }
    }
}
