package dev.dryberth.api.proxy;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/**
 * Whether a listener can be reached at one of its addresses.
 *
 * @param shared the address is that of the machine's loopback, told apart by Host
 * @param failure why not; null: it can
 */
public record ListenerState(
        String listenerArn, InetSocketAddress address, boolean shared, @Nullable String failure) {}
