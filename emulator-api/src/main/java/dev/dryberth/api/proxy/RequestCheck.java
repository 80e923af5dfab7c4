package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.Desync;
import dev.dryberth.core.balancing.ForwardedHeaders;
import dev.dryberth.core.balancing.OwnAnswer;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpLineException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** All for which a request is refused before anybody asks where it goes. */
final class RequestCheck {

    private static final String FORWARDED_FOR = "X-Forwarded-For";

    private RequestCheck() {}

    /**
     * The refusal, or null.
     *
     * @param verdict of the desync mode on the framing and header names
     */
    static @Nullable OwnAnswer refusal(
            HttpRequest request, Desync.Verdict verdict, ProxyLimits limits) {
        if (request.uri().length() > limits.maxRequestLineBytes()) {
            return OwnAnswer.URI_TOO_LONG;
        }
        if (request.protocolVersion().majorVersion() != 1) {
            return OwnAnswer.VERSION_NOT_SUPPORTED;
        }
        switch (verdict) {
            case REFUSE -> {
                return OwnAnswer.BAD_REQUEST;
            }
            case NOT_IMPLEMENTED -> {
                return OwnAnswer.NOT_IMPLEMENTED;
            }
            case FORWARD, FORWARD_AND_CLOSE -> {}
        }
        String method = request.method().name();
        if (method.equals("TRACE")) {
            return OwnAnswer.METHOD_NOT_ALLOWED;
        }
        HttpHeaders headers = request.headers();
        if (method.equals("CONNECT") || !hasOneHost(request, headers)) {
            return OwnAnswer.BAD_REQUEST;
        }
        if (headers.contains(FORWARDED_FOR)
                && ForwardedHeaders.hasTooManyAddresses(headers.getAll(FORWARDED_FOR))) {
            return OwnAnswer.TOO_MANY_FORWARDED;
        }
        return null;
    }

    private static boolean hasOneHost(HttpRequest request, HttpHeaders headers) {
        boolean seen = false;
        Iterator<? extends CharSequence> hosts =
                headers.valueCharSequenceIterator(HttpHeaderNames.HOST);
        while (hosts.hasNext()) {
            if (seen || !isHost(hosts.next())) {
                return false;
            }
            seen = true;
        }
        return seen || request.protocolVersion().minorVersion() == 0;
    }

    private static boolean isHost(CharSequence host) {
        for (int i = 0; i < host.length(); i++) {
            char each = host.charAt(i);
            if (each <= ' ' || each >= 0x7F || "/?#@\\<>\"".indexOf(each) >= 0) {
                return false;
            }
        }
        return !host.isEmpty();
    }

    /** What Netty could not read at all. */
    static OwnAnswer unreadable(DecoderResult result) {
        return result.cause() instanceof TooLongHttpLineException
                ? OwnAnswer.URI_TOO_LONG
                : OwnAnswer.BAD_REQUEST;
    }

    /**
     * Looks at every header once: too long ones, those that only look like framing, and control
     * characters in the request's target. With {@code dropInvalid}, names AWS does not take
     * (anything but letters, digits and dashes) are removed.
     */
    static Desync.Rating headers(HttpRequest request, ProxyLimits limits, boolean dropInvalid) {
        Desync.Rating worst = uri(request.uri());
        List<String> invalid = null;
        int total = 0;
        Iterator<Map.Entry<CharSequence, CharSequence>> each =
                request.headers().iteratorCharSequence();
        while (each.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = each.next();
            CharSequence name = header.getKey();
            int length = name.length();
            int bytes = length + header.getValue().length();
            total += bytes;
            if (bytes > limits.maxHeaderBytes() || total > limits.maxHeadersBytes()) {
                return Desync.Rating.SEVERE;
            }
            if (length >= 13 && length <= 19) {
                worst = Desync.worse(worst, Desync.headerName(name.toString()));
            }
            if (dropInvalid && !isValidName(name)) {
                invalid = invalid == null ? new ArrayList<>() : invalid;
                invalid.add(name.toString());
            }
        }
        if (invalid != null) {
            invalid.forEach(request.headers()::remove);
        }
        return worst;
    }

    private static boolean isValidName(CharSequence name) {
        for (int i = 0; i < name.length(); i++) {
            char each = name.charAt(i);
            boolean valid =
                    each == '-'
                            || (each >= '0' && each <= '9')
                            || (each >= 'A' && each <= 'Z')
                            || (each >= 'a' && each <= 'z');
            if (!valid) {
                return false;
            }
        }
        return true;
    }

    private static Desync.Rating uri(String uri) {
        Desync.Rating worst = Desync.Rating.COMPLIANT;
        for (int i = 0; i < uri.length(); i++) {
            char each = uri.charAt(i);
            if (each == 0 || each == '\r' || each == '\n' || each == ' ') {
                return Desync.Rating.SEVERE;
            }
            if (each < ' ' || each == 0x7F) {
                worst = Desync.Rating.AMBIGUOUS;
            }
        }
        return worst;
    }
}
