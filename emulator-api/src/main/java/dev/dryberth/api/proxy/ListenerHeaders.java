package dev.dryberth.api.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The headers a listener adds by its attributes. Follows "HTTP header modification for your
 * Application Load Balancer": what is set for answers is in every answer, in place of what the
 * target says; the server header is left out of answers the load balancer makes itself.
 *
 * @param added to answers
 * @param server whether answers of the load balancer's own name their server
 */
record ListenerHeaders(List<Header> added, boolean server) {

    private static final String RESPONSE = "routing.http.response.";
    private static final String VALUE = ".header_value";

    /** A header of every answer. */
    record Header(String name, String value) {}

    static ListenerHeaders of(Map<String, String> attributes) {
        List<Header> added = new ArrayList<>();
        attributes.forEach((key, value) -> {
            if (key.startsWith(RESPONSE) && key.endsWith(VALUE) && !value.isEmpty()) {
                added.add(new Header(name(key), value));
            }
        });
        return new ListenerHeaders(
                List.copyOf(added), !"false".equals(attributes.get(RESPONSE + "server.enabled")));
    }

    /** {@code …x_frame_options.header_value} sets {@code X-Frame-Options}. */
    private static String name(String key) {
        StringBuilder name = new StringBuilder();
        String words = key.substring(RESPONSE.length(), key.length() - VALUE.length());
        for (String each : words.split("_", -1)) {
            name.append(name.isEmpty() ? "" : "-");
            name.append(each.substring(0, 1).toUpperCase(Locale.ROOT)).append(each.substring(1));
        }
        return name.toString();
    }

    void addTo(HttpHeaders response) {
        for (Header each : added) {
            response.set(each.name(), each.value());
        }
    }

    /** An answer of our own. */
    void addToOwn(HttpHeaders response) {
        addTo(response);
        if (!server) {
            response.remove(HttpHeaderNames.SERVER);
        }
    }
}
