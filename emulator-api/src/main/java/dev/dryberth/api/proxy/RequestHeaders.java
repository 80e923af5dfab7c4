package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.ForwardedHeaders;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.random.RandomGenerator;

/** What changes in a head on its way through. Changes the head it is given; one thread. */
final class RequestHeaders {

    static final AsciiString FORWARDED_FOR = AsciiString.cached("X-Forwarded-For");
    private static final AsciiString FORWARDED_PROTO = AsciiString.cached("X-Forwarded-Proto");
    private static final AsciiString FORWARDED_PORT = AsciiString.cached("X-Forwarded-Port");
    private static final AsciiString TRACE_ID = AsciiString.cached("X-Amzn-Trace-Id");
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("Keep-Alive");
    private static final AsciiString PROXY_CONNECTION = AsciiString.cached("Proxy-Connection");

    private RequestHeaders() {}

    /** Readies a request for its target; the trace id it goes with. */
    static String toTarget(
            HttpRequest request,
            ListenerRoute route,
            InetSocketAddress client,
            boolean upgrade,
            long epochSeconds,
            RandomGenerator random) {
        HttpHeaders headers = request.headers();
        removeHopByHop(headers);
        if (upgrade) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        } else {
            headers.remove(HttpHeaderNames.UPGRADE);
        }
        headers.remove(HttpHeaderNames.TE);
        headers.remove(HttpHeaderNames.EXPECT);
        forwardedFor(headers, route.settings(), client);
        headers.set(FORWARDED_PROTO, route.isHttps() ? "https" : "http");
        headers.set(FORWARDED_PORT, Integer.toString(route.listener().port()));
        String id = ForwardedHeaders.newTraceId(epochSeconds, random.nextLong(), random.nextLong());
        String trace = ForwardedHeaders.traceId(headers.get(TRACE_ID), id);
        headers.set(TRACE_ID, trace);
        if (request.protocolVersion().minorVersion() == 0) {
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
        }
        if (!route.settings().preserveHost()) {
            dropDefaultPort(headers, route);
        }
        return trace;
    }

    private static void forwardedFor(
            HttpHeaders headers, BalancerSettings settings, InetSocketAddress client) {
        String address = client.getAddress().getHostAddress();
        String shown =
                settings.forwardClientPort()
                        ? ForwardedHeaders.withPort(address, client.getPort())
                        : address;
        List<String> received = headers.getAll(FORWARDED_FOR);
        String forwarded = ForwardedHeaders.forwardedFor(received, shown, settings.forwardedFor());
        if (forwarded != null) {
            headers.set(FORWARDED_FOR, forwarded);
        } else if (!received.isEmpty()) {
            headers.remove(FORWARDED_FOR);
        }
    }

    /** {@code Host: shop.com:80} on an HTTP listener becomes {@code shop.com}. */
    private static void dropDefaultPort(HttpHeaders headers, ListenerRoute route) {
        String host = headers.get(HttpHeaderNames.HOST);
        if (host != null && host.endsWith(route.isHttps() ? ":443" : ":80")) {
            headers.set(HttpHeaderNames.HOST, NettyHead.withoutPort(host));
        }
    }

    /** Takes away what was meant for this hop alone, and what Connection says was. */
    static void removeHopByHop(HttpHeaders headers) {
        String connection = headers.get(HttpHeaderNames.CONNECTION);
        if (connection != null) {
            removeNamed(headers, connection);
            headers.remove(HttpHeaderNames.CONNECTION);
            headers.remove(KEEP_ALIVE);
        }
        headers.remove(PROXY_CONNECTION);
    }

    private static void removeNamed(HttpHeaders headers, String connection) {
        if (connection.equalsIgnoreCase("keep-alive") || connection.equalsIgnoreCase("close")) {
            return;
        }
        for (String each : connection.split(",", -1)) {
            String name = each.strip();
            boolean framing =
                    name.equalsIgnoreCase("content-length")
                            || name.equalsIgnoreCase("transfer-encoding")
                            || name.equalsIgnoreCase("host")
                            || name.equalsIgnoreCase("upgrade");
            if (!name.isEmpty() && !framing) {
                headers.remove(name);
            }
        }
    }

    /** Whether a client asks to speak WebSocket, or anything else, instead of HTTP. */
    static boolean isUpgrade(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return headers.contains(HttpHeaderNames.UPGRADE)
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && request.protocolVersion().minorVersion() > 0
                && !HttpUtil.isContentLengthSet(request)
                && !HttpUtil.isTransferEncodingChunked(request);
    }

    /** Readies an answer for its client; whether the connection can stay open after it. */
    static boolean toClient(HttpResponse response, Exchange exchange, boolean keepAlive) {
        HttpHeaders headers = response.headers();
        String connection = headers.get(HttpHeaderNames.CONNECTION);
        if (connection != null) {
            removeNamed(headers, connection);
            headers.remove(HttpHeaderNames.CONNECTION);
            headers.remove(KEEP_ALIVE);
        }
        ListenerRoute route = exchange.route;
        if (route != null) {
            route.headers().addTo(headers);
        }
        boolean old = exchange.oldClient;
        response.setProtocolVersion(HttpVersion.HTTP_1_1);
        boolean keep = keepAlive;
        boolean chunked = HttpUtil.isTransferEncodingChunked(response);
        boolean framed = chunked || HttpUtil.isContentLengthSet(response) || bodiless(response);
        if (old && chunked) {
            headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
            keep = false;
        } else if (!framed && !exchange.method.equals("HEAD")) {
            if (old) {
                keep = false;
            } else {
                headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            }
        }
        if (!keep) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (old) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return keep;
    }

    private static boolean bodiless(HttpResponse response) {
        int status = response.status().code();
        return status == 204 || status == 304;
    }

    /** Whether the target will take another request on the same connection. */
    static boolean targetStays(HttpResponse response) {
        return HttpUtil.isKeepAlive(response)
                && (HttpUtil.isTransferEncodingChunked(response)
                        || HttpUtil.isContentLengthSet(response)
                        || bodiless(response));
    }
}
