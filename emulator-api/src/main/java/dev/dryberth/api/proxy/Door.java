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
    private final @Nullable String listenerArn;
    private final boolean datagrams;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Channel listening;

    /**
     * A door that is not open yet.
     *
     * @param listenerArn the only listener behind it; null: shared by all on its port
     * @param datagrams whether clients come over UDP instead of TCP
     */
    Door(InetSocketAddress address, @Nullable String listenerArn, boolean datagrams) {
        this.address = address;
        this.listenerArn = listenerArn;
        this.datagrams = datagrams;
    }

    InetSocketAddress address() {
        return address;
    }

    @Nullable String listenerArn() {
        return listenerArn;
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
        if (listenerArn != null) {
            return routing.listener(listenerArn);
        }
        return datagrams
                ? routing.sharedDatagrams(address.getPort())
                : routing.shared(address.getPort(), host);
    }
}
