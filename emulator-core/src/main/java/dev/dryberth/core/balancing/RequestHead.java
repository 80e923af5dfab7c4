package dev.dryberth.core.balancing;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What of a request routing looks at. Read on one thread, while the request is routed. */
public interface RequestHead {

    String method();

    /** From the Host header, without a port; empty if there was none. */
    String host();

    /** Still encoded, without the query. */
    String path();

    /** Still encoded, without the question mark. */
    @Nullable String query();

    /** The values of every header of that name, in any case; none: an empty list. */
    List<String> headers(String name);

    /** The peer's address in network order, 4 or 16 bytes. */
    byte[] peer();
}
