package dev.dryberth.api.aws;

import dev.dryberth.api.http.Request;

import java.net.InetAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Keeps web pages away from an API behind which stands a Docker socket.
 *
 * <p>A page can make its visitor's browser send requests to loopback in two ways. With DNS
 * rebinding its own host name comes to resolve to 127.0.0.1; the Host header still has that name,
 * so only names that mean this machine are let through. Or it just posts across origins; the
 * browser then says so in the Origin header. No CORS header is ever sent, so no page can read an
 * answer it was not served with.
 *
 * <p>An application behind a load balancer is visited by browsers, and its pages may come through
 * this very port, under the load balancer's name. Such requests are the load balancer's and never
 * looked at here. What its pages send to the API is refused like any other page's, although their
 * origin is a {@code *.localhost}: whoever can put a script into an application must not thereby
 * run containers.
 */
final class Guard {

    private static final int FORBIDDEN = 403;

    private final Set<String> allowedHosts = new HashSet<>();

    Guard(Collection<String> allowedHosts) {
        allowedHosts.forEach(host -> this.allowedHosts.add(withoutPort(host)));
    }

    void check(Request request) throws RefusedCall {
        String host = request.host();
        if (host == null || !isTrusted(withoutPort(host), request)) {
            throw refusal("Host", host == null ? "" : host);
        }
        if (request.headers().first("origin") != null) {
            for (String origin : request.headers().all("origin")) {
                checkOrigin(origin, request);
            }
        }
    }

    private void checkOrigin(String origin, Request request) throws RefusedCall {
        int scheme = origin.indexOf("://");
        String host = scheme < 0 ? "" : withoutPort(origin.substring(scheme + 3));
        if (scheme < 0 || isLoadBalancer(host) || !isTrusted(host, request)) {
            throw refusal("Origin", origin);
        }
    }

    /** {@code web-1.us-east-1.elb.localhost} or {@code net-0a.elb.us-east-1.localhost}. */
    private static boolean isLoadBalancer(String host) {
        return host.endsWith(".localhost") && host.contains(".elb.");
    }

    private boolean isTrusted(String host, Request request) {
        if (host.equals("localhost")
                || host.endsWith(".localhost")
                || allowedHosts.contains(host)) {
            return true;
        }
        if (host.isEmpty() || (Character.digit(host.charAt(0), 10) < 0 && host.indexOf(':') < 0)) {
            return false;
        }
        try {
            InetAddress address = InetAddress.ofLiteral(host);
            return address.isLoopbackAddress() || address.equals(request.local().getAddress());
        } catch (IllegalArgumentException aName) {
            return false;
        }
    }

    /** {@code [::1]:4566} is {@code ::1}, and {@code LOCALHOST.:4566} is {@code localhost}. */
    static String withoutPort(String hostAndPort) {
        String host = hostAndPort.trim().toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? "" : host.substring(1, end);
        }
        int colon = host.indexOf(':');
        if (colon >= 0 && colon == host.lastIndexOf(':')) {
            host = host.substring(0, colon);
        }
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static RefusedCall refusal(String header, String value) {
        return new RefusedCall(
                FORBIDDEN,
                "AccessDeniedException",
                "%s \"%s\" is not allowed (expected: a loopback address, localhost, *.localhost, the bound address or an --allowed-host)."
                        .formatted(header, value));
    }
}
