package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.Target;
import dev.dryberth.core.balancing.RouteTable.TargetGroup;
import dev.dryberth.core.balancing.RouteTable.TargetType;
import dev.dryberth.core.balancing.TargetReports;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The requests and flows one target has in hand. Outlives the tables that name the target. Any
 * thread.
 *
 * <p>A target must not be told idle while a request that read an older table is on its way to it.
 * So a request first counts itself in and then asks whether the target drains; the publisher first
 * says it drains and then asks for the count. Whichever comes second sees the other.
 */
final class TargetTraffic {

    private static final long NEVER = Long.MAX_VALUE;

    /**
     * Which target; the address is part of it, as an id may come back elsewhere.
     *
     * @param place null: it is a Lambda function, which is called by its id
     */
    record Key(String groupArn, String id, int port, @Nullable InetSocketAddress place) {

        /** Null: nobody knows where the target is. */
        static @Nullable Key of(TargetGroup group, Target target) {
            if (group.targetType() == TargetType.LAMBDA) {
                return new Key(group.arn(), target.id(), target.port(), null);
            }
            String address = target.address();
            return address == null
                    ? null
                    : new Key(
                            group.arn(),
                            target.id(),
                            target.port(),
                            new InetSocketAddress(
                                    java.net.InetAddress.ofLiteral(address), target.port()));
        }

        /** Where connections to it are made. */
        InetSocketAddress address() {
            if (place == null) {
                throw new IllegalStateException(id + " takes no connections");
            }
            return place;
        }
    }

    private final Key key;
    private final TargetReports reports;
    private final String text;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicBoolean toldIdle = new AtomicBoolean();
    private volatile boolean draining;
    private volatile boolean unhealthy;
    private volatile long cutAtMillis = NEVER;

    TargetTraffic(Key key, TargetReports reports) {
        this.key = key;
        this.reports = reports;
        InetSocketAddress place = key.place();
        text = place == null ? "-" : place.getAddress().getHostAddress() + ":" + place.getPort();
    }

    Key key() {
        return key;
    }

    InetSocketAddress address() {
        return key.address();
    }

    /** Address and port as logs name it; a dash for a function. */
    String text() {
        return text;
    }

    int inFlight() {
        return inFlight.get();
    }

    /** False: it drains, so choose another one. Each true must be followed by one {@link #end}. */
    boolean tryBegin() {
        inFlight.incrementAndGet();
        if (draining) {
            end();
            return false;
        }
        return true;
    }

    void end() {
        if (inFlight.decrementAndGet() == 0 && draining) {
            tellIdle();
        }
    }

    /** A new table has the target in this state. */
    void serve(boolean healthyEnough) {
        draining = false;
        unhealthy = !healthyEnough;
        cutAtMillis = NEVER;
        toldIdle.set(false);
    }

    /** A new table has it draining; what is in hand then is cut. */
    void drain(long untilEpochMillis) {
        cutAtMillis = untilEpochMillis;
        draining = true;
        if (inFlight.get() == 0) {
            tellIdle();
        }
    }

    /** It has left its group: what is still in hand is cut now. */
    void leave() {
        cutAtMillis = 0;
        draining = true;
        toldIdle.set(true);
    }

    private void tellIdle() {
        if (toldIdle.compareAndSet(false, true)) {
            reports.idle(key.groupArn(), key.id(), key.port());
        }
    }

    boolean isCut(long epochMillis) {
        return epochMillis >= cutAtMillis;
    }

    boolean isUnhealthy() {
        return unhealthy;
    }
}
