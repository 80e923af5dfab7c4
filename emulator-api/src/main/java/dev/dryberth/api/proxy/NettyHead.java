package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.RequestHead;
import dev.dryberth.core.balancing.RequestUrl;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.List;

/** A request's head as routing sees it. Made for one request. */
final class NettyHead implements RequestHead {

    private final HttpRequest request;
    private final InetSocketAddress peer;
    private final String authority;
    private final String host;
    private final boolean absolute;
    private final String path;
    private final @Nullable String query;

    NettyHead(HttpRequest request, InetSocketAddress peer) {
        this.request = request;
        this.peer = peer;
        String uri = request.uri();
        String named = request.headers().get(HttpHeaderNames.HOST, "");
        boolean isAbsolute = false;
        String target = uri;
        if (!uri.startsWith("/")) {
            // RFC 9112, 3.2.2: an absolute target's host counts, and not the Host header's.
            int scheme = uri.indexOf("://");
            int slash = scheme < 0 ? -1 : uri.indexOf('/', scheme + 3);
            if (scheme > 0) {
                isAbsolute = true;
                named = uri.substring(scheme + 3, slash < 0 ? uri.length() : slash);
                target = slash < 0 ? "/" : uri.substring(slash);
            }
        }
        absolute = isAbsolute;
        authority = named;
        host = withoutPort(authority);
        int question = target.indexOf('?');
        path = question < 0 ? target : target.substring(0, question);
        query = question < 0 ? null : target.substring(question + 1);
    }

    static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon < 0 || authority.indexOf(']', colon) > 0
                ? authority
                : authority.substring(0, colon);
    }

    RequestUrl url(ListenerRoute route) {
        return new RequestUrl(
                route.isHttps() ? "https" : "http",
                host,
                route.listener().port(),
                path.startsWith("/") ? path : "/" + path,
                query);
    }

    /** Whether the request line names the host itself. */
    boolean isAbsolute() {
        return absolute;
    }

    /** The host with the port it may have had. */
    String authority() {
        return authority;
    }

    /** Whether the target names a place on a host, which {@code *} of OPTIONS does not. */
    boolean isPlain() {
        return path.startsWith("/") || path.equals("*");
    }

    @Override
    public String method() {
        return request.method().name();
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public List<String> headers(String name) {
        return request.headers().getAll(name);
    }

    @Override
    public byte[] peer() {
        return peer.getAddress().getAddress();
    }
}
