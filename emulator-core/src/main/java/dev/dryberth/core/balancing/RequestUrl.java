package dev.dryberth.core.balancing;

import dev.dryberth.core.balancing.RouteTable.Action;
import dev.dryberth.core.balancing.RouteTable.Transform;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Where a request goes, as the client asked for it or as a transform left it.
 *
 * @param protocol {@code http} or {@code https}
 * @param host without a port
 * @param port of the listener
 * @param path still encoded, beginning with a slash
 * @param query still encoded; null: there was no question mark
 */
public record RequestUrl(
        String protocol, String host, int port, String path, @Nullable String query) {

    /**
     * The Location of a redirect. Placeholders may stand anywhere in their parts; {@code #{path}}
     * has no leading slash. The port is always written, as AWS does, and an empty query leaves no
     * question mark. Example: {@code http://shop.com:80/a?b} under {@code HTTPS, #{host}, 443,
     * /#{path}, #{query}} gives {@code https://shop.com:443/a?b}.
     */
    public String redirectedBy(Action.Redirect redirect) {
        String newProtocol = Wildcard.lower(filled(redirect.protocol()));
        String newQuery = filled(redirect.query());
        return newProtocol
                + "://"
                + filled(redirect.host())
                + ":"
                + filled(redirect.port())
                + filled(redirect.path())
                + (newQuery.isEmpty() ? "" : "?" + newQuery);
    }

    /**
     * Each placeholder once from left to right, so that a value holding one is not filled again.
     */
    private String filled(String template) {
        int open = template.indexOf("#{");
        if (open < 0) {
            return template;
        }
        StringBuilder filled = new StringBuilder();
        int start = 0;
        while (open >= 0) {
            int close = template.indexOf('}', open);
            String value = close < 0 ? null : value(template.substring(open + 2, close));
            filled.append(template, start, open);
            if (value == null) {
                filled.append("#{");
                start = open + 2;
            } else {
                filled.append(value);
                start = close + 1;
            }
            open = template.indexOf("#{", start);
        }
        return filled.append(template, start, template.length()).toString();
    }

    private @Nullable String value(String placeholder) {
        return switch (placeholder) {
            case "protocol" -> protocol;
            case "host" -> host;
            case "port" -> Integer.toString(port);
            case "path" -> path.substring(1);
            case "query" -> query == null ? "" : query;
            default -> null;
        };
    }

    /**
     * After a rule's transforms: of an expression the first match is replaced, {@code $1} standing
     * for its first group. A result that could not stand in a request is not used. Compiles the
     * expressions each time; transforms are rare.
     */
    public RequestUrl transformedBy(List<Transform> transforms) {
        RequestUrl url = this;
        for (Transform each : transforms) {
            url =
                    switch (each) {
                        case Transform.HostHeaderRewrite host -> url.withHost(host);
                        case Transform.UrlRewrite rewrite -> url.withTarget(rewrite);
                    };
        }
        return url;
    }

    private RequestUrl withHost(Transform.HostHeaderRewrite rewrite) {
        String rewritten =
                BoundedRegex.ignoringCase(rewrite.regex()).replaceFirst(host, rewrite.replace());
        return isClean(rewritten) ? new RequestUrl(protocol, rewritten, port, path, query) : this;
    }

    private RequestUrl withTarget(Transform.UrlRewrite rewrite) {
        String rewritten =
                BoundedRegex.caseSensitive(rewrite.regex())
                        .replaceFirst(target(), rewrite.replace());
        if (!isClean(rewritten) || rewritten.charAt(0) != '/') {
            return this;
        }
        int question = rewritten.indexOf('?');
        return question < 0
                ? new RequestUrl(protocol, host, port, rewritten, null)
                : new RequestUrl(
                        protocol,
                        host,
                        port,
                        rewritten.substring(0, question),
                        rewritten.substring(question + 1));
    }

    /** Not empty, and nothing that would end a request line or header. */
    private static boolean isClean(String text) {
        return !text.isEmpty() && text.chars().allMatch(each -> each > ' ' && each != 0x7F);
    }

    /** Path and query as they stand in a request line. */
    public String target() {
        return query == null ? path : path + "?" + query;
    }
}
