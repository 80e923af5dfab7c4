package dev.dryberth.api.http;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A request line with its headers, checked for all that can be refused before the body comes. */
record RequestHead(
        String method,
        Request.Target target,
        Headers headers,
        long announcedBytes,
        boolean gzip,
        boolean awaitsContinue,
        boolean keepAlive) {

    static RequestHead check(HttpRequest request, HttpLimits limits) throws RefusedRequest {
        HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != 1) {
            throw new RefusedRequest(505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.");
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && version.minorVersion() > 0)) {
            throw new RefusedRequest(
                    400, "The request has %d Host headers (expected: 1).".formatted(hosts.size()));
        }
        checkTransferEncoding(request);
        long announced = HttpUtil.getContentLength(request, 0L);
        if (announced > limits.maxBodyBytes()) {
            throw RefusedRequest.bodyTooLarge(limits.maxBodyBytes());
        }
        return new RequestHead(
                request.method().name(),
                Request.Target.parse(request.uri()),
                headers(request),
                announced,
                isGzip(request),
                awaitsContinue(request),
                HttpUtil.isKeepAlive(request));
    }

    private static void checkTransferEncoding(HttpRequest request) throws RefusedRequest {
        String encoding = request.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
        if (encoding != null
                && !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encoding.trim())) {
            throw new RefusedRequest(
                    501,
                    "Transfer-Encoding %s is not supported (expected: chunked)."
                            .formatted(encoding));
        }
    }

    private static boolean isGzip(HttpRequest request) throws RefusedRequest {
        String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING);
        if (encoding == null) {
            return false;
        }
        return switch (encoding.trim().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default ->
                    throw new RefusedRequest(
                            415,
                            "Content-Encoding %s is not supported (expected: gzip or identity)."
                                    .formatted(encoding));
        };
    }

    private static boolean awaitsContinue(HttpRequest request) throws RefusedRequest {
        String expect = request.headers().get(HttpHeaderNames.EXPECT);
        if (expect == null || request.protocolVersion().minorVersion() == 0) {
            return false;
        }
        if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect)) {
            throw new RefusedRequest(
                    417, "Expect: %s is not supported (expected: 100-continue).".formatted(expect));
        }
        return true;
    }

    private static Headers headers(HttpRequest request) {
        List<String> namesAndValues = new ArrayList<>(2 * request.headers().size());
        Iterator<Map.Entry<String, String>> each = request.headers().iteratorAsString();
        while (each.hasNext()) {
            Map.Entry<String, String> header = each.next();
            namesAndValues.add(header.getKey());
            namesAndValues.add(header.getValue());
        }
        return Headers.ofAll(namesAndValues);
    }

    /** Says what was wrong with bytes that could not be read as HTTP. */
    static RefusedRequest refusal(DecoderResult failed) {
        @Nullable Throwable cause = failed.cause();
        return switch (cause) {
            case TooLongHttpLineException line ->
                    new RefusedRequest(414, "The request line is too long.");
            case TooLongHttpHeaderException headers ->
                    new RefusedRequest(431, "The request's headers are too large.");
            case null, default ->
                    new RefusedRequest(400, "This is not a well-formed HTTP request.");
        };
    }
}
