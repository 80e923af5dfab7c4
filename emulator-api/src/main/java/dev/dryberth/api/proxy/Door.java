package dev.dryberth.api.proxy;

import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An address clients come in by. Once closed it takes nobody new, and those inside leave after the
 * request they have in hand. Any thread.
 */
final class Door {

    private final InetSocketAddress address;
    private final Behind behind;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Channel listening;

    /** Who is behind a door: the listener a request to a host has come to; null: nobody. */
    interface Behind {

        @Nullable ListenerRoute route(Routing routing, String host);

        /** One listener and no other. */
        static Behind only(String listenerArn) {
            return (routing, host) -> routing.listener(listenerArn);
        }

        /** All listeners on a TCP port, told apart by Host. */
        static Behind port(int port) {
            return (routing, host) -> routing.shared(port, host);
        }

        /** The listener that has the UDP port to itself. */
        static Behind datagrams(int port) {
            return (routing, host) -> routing.sharedDatagrams(port);
        }

        /** Any load balancer that the Host names. */
        static Behind anyName() {
            return Routing::named;
        }
    }

    /** A door that is not open yet. */
    Door(InetSocketAddress address, Behind behind) {
        this.address = address;
        this.behind = behind;
    }

    InetSocketAddress address() {
        return address;
    }

    void opened(Channel channel) {
        listening = channel;
    }

    boolean isOpen() {
        return listening != null && !closed.get();
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Waits until the address is free again. Not on a network thread. */
    void close() {
        closed.set(true);
        Channel channel = listening;
        if (channel != null) {
            channel.close().awaitUninterruptibly();
        }
    }

    /** The listener a request to {@code host} has come to; null: gone, or nobody of that name. */
    @Nullable ListenerRoute route(Routing routing, String host) {
        return behind.route(routing, host);
    }
}
