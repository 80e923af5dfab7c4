package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RouteTable.Listener;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a listener's attributes add to every answer, a target's or its own, in place of what is
 * there: the headers that browsers' security hangs on. Follows "HTTP header modification for your
 * Application Load Balancer". Immutable; any thread.
 */
final class ResponseHeaders {

    private static final String PREFIX = "routing.http.response.";
    private static final String VALUE = ".header_value";

    private final Map<String, String> added = new LinkedHashMap<>();
    private final boolean namesServer;

    private ResponseHeaders(Map<String, String> attributes) {
        attributes.forEach((key, value) -> {
            if (key.startsWith(PREFIX) && key.endsWith(VALUE) && !value.isEmpty()) {
                String name = key.substring(PREFIX.length(), key.length() - VALUE.length());
                added.put(name.replace('_', '-'), value);
            }
        });
        namesServer = !"false".equals(attributes.get(PREFIX + "server.enabled"));
    }

    static ResponseHeaders of(Listener listener) {
        return new ResponseHeaders(listener.attributes());
    }

    void apply(HttpHeaders headers) {
        added.forEach(headers::set);
        if (!namesServer) {
            headers.remove(HttpHeaderNames.SERVER);
        }
    }
}
