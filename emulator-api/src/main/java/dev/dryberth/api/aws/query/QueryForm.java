package dev.dryberth.api.aws.query;

import dev.dryberth.api.http.Request;
import dev.dryberth.core.wire.WireException;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters of an awsQuery request, from its form body or, of a GET, from its query string.
 * {@code Actions.member.1.Order=5} is a tree: each dot goes one level down.
 */
public final class QueryForm {

    /** A thousand targets, the most one call can name, are three thousand parameters. */
    static final int MAX_PARAMETERS = 20_000;

    /** The deepest member of Elastic Load Balancing's requests has about a dozen levels. */
    static final int MAX_DEPTH = 64;

    private static final String FORM = "application/x-www-form-urlencoded";

    private QueryForm() {}

    /** What stands at one place of the tree: a value, or what is below it. */
    static final class Node {

        private @Nullable String value;
        private final Map<String, Node> children = new LinkedHashMap<>();

        @Nullable String value() {
            return value;
        }

        Map<String, Node> children() {
            return children;
        }
    }

    /** The Action the request names; absent if this is no awsQuery request. */
    public static @Nullable String action(Request request) {
        return parameter(request, "Action");
    }

    /** The API version the request names. */
    public static @Nullable String version(Request request) {
        return parameter(request, "Version");
    }

    private static @Nullable String parameter(Request request, String name) {
        String form = text(request);
        if (form == null) {
            return null;
        }
        int start = form.startsWith(name + "=") ? 0 : form.indexOf("&" + name + "=") + 1;
        if (start == 0 && !form.startsWith(name + "=")) {
            return null;
        }
        int end = form.indexOf('&', start);
        return form.substring(start + name.length() + 1, end < 0 ? form.length() : end);
    }

    private static @Nullable String text(Request request) {
        String type = request.headers().first("content-type");
        return type != null && type.startsWith(FORM)
                ? new String(request.body(), StandardCharsets.UTF_8)
                : request.query();
    }

    static Node parse(Request request) {
        Node root = new Node();
        String form = text(request);
        int count = 0;
        int start = 0;
        while (form != null && start < form.length()) {
            if (++count > MAX_PARAMETERS) {
                throw new WireException(
                        "Too many parameters (expected: <= " + MAX_PARAMETERS + ")");
            }
            int end = form.indexOf('&', start);
            if (end < 0) {
                end = form.length();
            }
            if (end > start) {
                put(root, form.substring(start, end));
            }
            start = end + 1;
        }
        return root;
    }

    private static void put(Node root, String parameter) {
        int equals = parameter.indexOf('=');
        String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals));
        Node node = root;
        int depth = 0;
        for (String part : name.split("\\.", -1)) {
            if (++depth > MAX_DEPTH) {
                throw new WireException(
                        "A parameter nests too deep (expected: <= " + MAX_DEPTH + " levels)");
            }
            node = node.children.computeIfAbsent(part, fresh -> new Node());
        }
        node.value = equals < 0 ? "" : decoded(parameter.substring(equals + 1));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            throw new WireException("Not well encoded: " + text, badEscape);
        }
    }
}
