package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.AuthError;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one load balancer or target group did, minute by minute, for the last {@link #KEPT_MINUTES};
 * and since the start. Counting is for network threads, rolling for the plane's own, reading for
 * any.
 */
final class MinuteRing {

    static final int KEPT_MINUTES = 180;
    private static final long MILLIS_PER_MINUTE = 60_000;

    private final String arn;
    private final String name;
    private final Counts total = new Counts(0);
    private final Latencies latencies = new Latencies();
    private final AtomicInteger activeConnections = new AtomicInteger();
    private final Map<FlowKind, FlowCounts> flows = flowCounts();
    private final List<Counts> past = new ArrayList<>();
    private volatile Counts current = new Counts(0);
    private volatile long healthyHosts;
    private volatile long unhealthyHosts;

    MinuteRing(String arn, String name) {
        this.arn = arn;
        this.name = name;
    }

    /** Flows of one kind through a network load balancer, since the start. */
    static final class FlowCounts {
        private final AtomicInteger active = new AtomicInteger();
        private final LongAdder begun = new LongAdder();
        private final LongAdder bytes = new LongAdder();

        int active() {
            return active.get();
        }

        long begun() {
            return begun.sum();
        }

        long bytes() {
            return bytes.sum();
        }
    }

    private static Map<FlowKind, FlowCounts> flowCounts() {
        Map<FlowKind, FlowCounts> counts = new EnumMap<>(FlowKind.class);
        for (FlowKind each : FlowKind.values()) {
            counts.put(each, new FlowCounts());
        }
        return Collections.unmodifiableMap(counts);
    }

    /** The counters of one minute. */
    static final class Counts {
        private final long epochMinute;
        private final LongAdder requests = new LongAdder();
        private final LongAdder[] byTarget = adders();
        private final LongAdder[] byBalancer = adders();
        private final LongAdder responses = new LongAdder();
        private final LongAdder responseNanos = new LongAdder();
        private final LongAdder newConnections = new LongAdder();
        private final LongAdder bytes = new LongAdder();
        private final LongAdder targetConnectionErrors = new LongAdder();
        private final LongAdder functionUserErrors = new LongAdder();
        private final LongAdder functionInternalErrors = new LongAdder();
        private final LongAdder functionBytes = new LongAdder();
        private final LongAdder logins = new LongAdder();
        private final LongAdder refreshedLogins = new LongAdder();
        private final LongAdder providerCalls = new LongAdder();
        private final LongAdder providerNanos = new LongAdder();
        private final Map<AuthError.Metric, LongAdder> failedLogins = failures();

        private Counts(long epochMinute) {
            this.epochMinute = epochMinute;
        }

        private static LongAdder[] adders() {
            LongAdder[] adders = new LongAdder[6];
            for (int i = 0; i < adders.length; i++) {
                adders[i] = new LongAdder();
            }
            return adders;
        }

        long epochMinute() {
            return epochMinute;
        }

        long requests() {
            return requests.sum();
        }

        /** Answers of targets whose code begins with the digit. */
        long byTarget(int firstDigit) {
            return byTarget[firstDigit].sum();
        }

        /** Answers the load balancer made itself whose code begins with the digit. */
        long byBalancer(int firstDigit) {
            return byBalancer[firstDigit].sum();
        }

        long responses() {
            return responses.sum();
        }

        double responseSeconds() {
            return responseNanos.sum() / 1e9;
        }

        long newConnections() {
            return newConnections.sum();
        }

        long bytes() {
            return bytes.sum();
        }

        long targetConnectionErrors() {
            return targetConnectionErrors.sum();
        }

        long functionUserErrors() {
            return functionUserErrors.sum();
        }

        long functionInternalErrors() {
            return functionInternalErrors.sum();
        }

        long functionBytes() {
            return functionBytes.sum();
        }

        private static Map<AuthError.Metric, LongAdder> failures() {
            Map<AuthError.Metric, LongAdder> adders = new EnumMap<>(AuthError.Metric.class);
            for (AuthError.Metric each : AuthError.Metric.values()) {
                adders.put(each, new LongAdder());
            }
            return adders;
        }

        long logins() {
            return logins.sum();
        }

        long refreshedLogins() {
            return refreshedLogins.sum();
        }

        long failedLogins(AuthError.Metric how) {
            LongAdder adder = failedLogins.get(how);
            return adder == null ? 0 : adder.sum();
        }

        long providerCalls() {
            return providerCalls.sum();
        }

        long providerNanos() {
            return providerNanos.sum();
        }
    }

    String arn() {
        return arn;
    }

    String name() {
        return name;
    }

    void requested() {
        current.requests.increment();
        total.requests.increment();
    }

    void answeredByTarget(int status, long nanos) {
        int digit = firstDigit(status);
        current.byTarget[digit].increment();
        total.byTarget[digit].increment();
        current.responses.increment();
        total.responses.increment();
        current.responseNanos.add(nanos);
        total.responseNanos.add(nanos);
        latencies.add(nanos);
    }

    void answeredByBalancer(int status) {
        int digit = firstDigit(status);
        current.byBalancer[digit].increment();
        total.byBalancer[digit].increment();
    }

    private static int firstDigit(int status) {
        return Math.clamp(status / 100, 0, 5);
    }

    void connected() {
        activeConnections.incrementAndGet();
        current.newConnections.increment();
        total.newConnections.increment();
    }

    void disconnected() {
        activeConnections.decrementAndGet();
    }

    void carried(long bytes) {
        current.bytes.add(bytes);
        total.bytes.add(bytes);
    }

    void flowBegan(FlowKind kind) {
        connected();
        FlowCounts its = flows(kind);
        its.active.incrementAndGet();
        its.begun.increment();
    }

    void flowEnded(FlowKind kind) {
        disconnected();
        flows(kind).active.decrementAndGet();
    }

    void flowCarried(FlowKind kind, long bytes) {
        carried(bytes);
        flows(kind).bytes.add(bytes);
    }

    FlowCounts flows(FlowKind kind) {
        return Objects.requireNonNull(flows.get(kind));
    }

    void targetConnectionFailed() {
        current.targetConnectionErrors.increment();
        total.targetConnectionErrors.increment();
    }

    /**
     * A request to a function failed.
     *
     * @param users whether the function, or who set it up, is to blame
     */
    void functionFailed(boolean users) {
        (users ? current.functionUserErrors : current.functionInternalErrors).increment();
        (users ? total.functionUserErrors : total.functionInternalErrors).increment();
    }

    /** Bytes that went to a function or came from it. */
    void functionCarried(long bytes) {
        current.functionBytes.add(bytes);
        total.functionBytes.add(bytes);
    }

    /**
     * A user is logged in.
     *
     * @param again whether by a refresh token
     */
    void authenticated(boolean again) {
        (again ? total.refreshedLogins : total.logins).increment();
    }

    void authenticationFailed(AuthError.Metric how) {
        LongAdder adder = total.failedLogins.get(how);
        if (adder != null) {
            adder.increment();
        }
    }

    /** An identity provider was asked for tokens and user. */
    void askedProvider(long nanos) {
        total.providerCalls.increment();
        total.providerNanos.add(nanos);
    }

    /**
     * What is known of the targets.
     *
     * @param checked healthy or not; those whose checks are off are neither
     */
    void hosts(long healthy, long checked) {
        healthyHosts = healthy;
        unhealthyHosts = checked - healthy;
    }

    /** Begins a new minute if the clock has. A count made meanwhile may fall into the old one. */
    synchronized void roll(long epochMillis) {
        long minute = epochMillis / MILLIS_PER_MINUTE;
        if (current.epochMinute == minute) {
            return;
        }
        if (current.epochMinute != 0) {
            past.add(current);
        }
        if (past.size() > KEPT_MINUTES) {
            past.removeFirst();
        }
        current = new Counts(minute);
    }

    /** From the oldest minute kept to the running one. */
    synchronized List<Counts> minutes() {
        List<Counts> minutes = new ArrayList<>(past);
        minutes.add(current);
        return minutes;
    }

    Counts total() {
        return total;
    }

    Latencies latencies() {
        return latencies;
    }

    int activeConnections() {
        return activeConnections.get();
    }

    long healthyHosts() {
        return healthyHosts;
    }

    long unhealthyHosts() {
        return unhealthyHosts;
    }
}
