package dev.dryberth.core.balancing;

import dev.dryberth.core.balancing.RouteTable.Protocol;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;
import dev.dryberth.core.balancing.RouteTable.TargetType;

import org.jspecify.annotations.Nullable;

/**
 * What the data plane carries. Whatever it does not is refused as a whole, with these words: by the
 * API where it is asked for, and again by the data plane should a table hold it.
 */
public final class Carried {

    private Carried() {}

    /** Why a listener is not carried; null: it is. */
    public static @Nullable String listenerRefusal(RouteTable.Type type, Protocol protocol) {
        boolean carried =
                switch (protocol) {
                    case HTTP, HTTPS -> type == RouteTable.Type.APPLICATION;
                    case TCP, TLS, UDP, TCP_UDP -> type == RouteTable.Type.NETWORK;
                };
        return carried
                ? null
                : "%s listeners of %s load balancers are not carried"
                        .formatted(protocol, Wildcard.lower(type.name()));
    }

    /** Why a target group is not carried; null: it is. */
    public static @Nullable String groupRefusal(TargetType type, TargetProtocol protocol) {
        boolean carried = protocol != TargetProtocol.NONE || type == TargetType.LAMBDA;
        return carried ? null : "target groups of protocol %s are not carried".formatted(protocol);
    }
}
