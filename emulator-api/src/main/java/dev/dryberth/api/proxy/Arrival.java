package dev.dryberth.api.proxy;

import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/**
 * A client's connection as its requests see it: by which door it came, from where, since when. The
 * requests of a connection share one. On the client's network thread.
 */
final class Arrival {

    private final Worker worker;
    private final Door door;
    private final Channel connection;
    private final InetSocketAddress peer;
    private final long acceptedNanos = System.nanoTime();
    private @Nullable MinuteRing countedIn;

    Arrival(Worker worker, Door door, Channel connection) {
        this.worker = worker;
        this.door = door;
        this.connection = connection;
        peer = (InetSocketAddress) connection.remoteAddress();
        connection.closeFuture().addListener(closed -> ended());
    }

    Door door() {
        return door;
    }

    InetSocketAddress peer() {
        return peer;
    }

    /** What the connection's handshake agreed on, for all its streams; null: it is not secured. */
    @Nullable ClientTls tls() {
        return ClientTls.of(connection);
    }

    long acceptedNanos() {
        return acceptedNanos;
    }

    /** The listener for a request to {@code host}; the empty name stands for any. */
    @Nullable ListenerRoute route(String host) {
        return door.route(worker.plane().routing(), host);
    }

    /**
     * Counts a request, and the connection with its first one: before, nobody knows whose it is.
     */
    void count(@Nullable ListenerRoute route) {
        if (route == null) {
            return;
        }
        MinuteRing metrics = route.settings().metrics();
        metrics.requested();
        if (countedIn == null) {
            countedIn = metrics;
            metrics.connected();
        }
    }

    private void ended() {
        MinuteRing metrics = countedIn;
        if (metrics != null) {
            metrics.disconnected();
            countedIn = null;
        }
    }

    /** Whether clients are to leave by this door once they have their answers. */
    boolean isClosing() {
        return door.isClosed() || worker.plane().isClosing();
    }

    /** Whether another request may follow on the connection. */
    boolean mayStay(ListenerRoute route) {
        return !isClosing()
                && System.nanoTime() - acceptedNanos < route.settings().clientKeepAlive().toNanos();
    }

    /** How long the connection may lie still. */
    long idleNanos() {
        ListenerRoute route = route("");
        return route == null
                ? BalancerSettings.DEFAULT_IDLE_NANOS
                : route.settings().idleTimeout().toNanos();
    }
}
