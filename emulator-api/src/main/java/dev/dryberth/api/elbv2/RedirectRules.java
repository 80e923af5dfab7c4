package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.TrafficProtocol;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.elasticloadbalancingv2.model.RedirectActionConfig;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.RedirectActionStatusCodeEnum;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a redirect may send clients. Parts that are not given stay as the client had them. */
final class RedirectRules {

    private static final int MAX_LENGTH = 128;
    private static final String PROTOCOL = "#{protocol}";
    private static final String HOST = "#{host}";
    private static final String PORT = "#{port}";
    private static final String PATH = "/#{path}";
    private static final String QUERY = "#{query}";
    private static final Pattern PLACEHOLDER = Pattern.compile("#\\{([^}]*)}");
    private static final Set<String> PROTOCOLS = Set.of("HTTP", "HTTPS", PROTOCOL);

    private RedirectRules() {}

    static RedirectActionConfig checked(TrafficProtocol listener, RedirectActionConfig wanted) {
        if (wanted.statusCode() == null
                || wanted.statusCode() == RedirectActionStatusCodeEnum.UNKNOWN_TO_SDK_VERSION) {
            throw ElbErrors.invalid(
                    "Redirect status code", wanted.statusCodeAsString(), "HTTP_301 or HTTP_302");
        }
        String protocol = orElse(wanted.protocol(), PROTOCOL);
        String host = orElse(wanted.host(), HOST);
        String port = orElse(wanted.port(), PORT);
        String path = orElse(wanted.path(), PATH);
        String query = orElse(wanted.query(), QUERY);
        if (!PROTOCOLS.contains(protocol)) {
            throw ElbErrors.invalid("Redirect protocol", protocol, "HTTP, HTTPS or #{protocol}");
        }
        if (listener == TrafficProtocol.HTTPS && protocol.equals("HTTP")) {
            throw ElbErrors.action("You cannot redirect HTTPS to HTTP");
        }
        checkPort(port);
        checkText("host", host, Set.of("host"));
        checkText("path", path, Set.of("host", "path", "port"));
        checkText("query", query, Set.of("protocol", "host", "port", "path", "query"));
        if (host.isEmpty()) {
            throw ElbErrors.invalid("Redirect host", host, "from 1 to 128 characters long");
        }
        if (!path.startsWith("/")) {
            throw ElbErrors.invalid("Redirect path", path, "absolute, beginning with '/'");
        }
        if ((protocol.equals(PROTOCOL) || protocol.equals(listener.name()))
                && host.equals(HOST)
                && port.equals(PORT)
                && path.equals(PATH)) {
            throw ElbErrors.action(
                    "The redirect configuration is not valid because it creates a loop.");
        }
        return wanted.toBuilder()
                .protocol(protocol)
                .host(host)
                .port(port)
                .path(path)
                .query(query)
                .build();
    }

    private static String orElse(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }

    private static void checkPort(String port) {
        if (port.equals(PORT)) {
            return;
        }
        try {
            TargetGroupRules.checkedPort(Integer.parseInt(port));
        } catch (NumberFormatException noNumber) {
            throw ElbErrors.invalid("Redirect port", port, "from 1 to 65535, or #{port}");
        }
    }

    private static void checkText(String part, String text, Set<String> placeholders) {
        if (text.length() > MAX_LENGTH) {
            throw ElbErrors.invalid(
                    "Redirect " + part, text, "at most " + MAX_LENGTH + " characters long");
        }
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            if (!placeholders.contains(matcher.group(1))) {
                throw ElbErrors.action(
                        "The redirect %s '%s' holds the placeholder '%s', which it cannot"
                                .formatted(part, text, matcher.group()));
            }
        }
    }
}
