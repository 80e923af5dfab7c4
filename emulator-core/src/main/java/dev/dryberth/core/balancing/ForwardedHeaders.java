package dev.dryberth.core.balancing;

import org.jspecify.annotations.Nullable;

import java.util.HexFormat;
import java.util.List;

/**
 * The headers a load balancer adds for its targets: X-Forwarded-For and X-Amzn-Trace-Id. Follows
 * "HTTP headers and Application Load Balancers" and "Request tracing". Any thread.
 */
public final class ForwardedHeaders {

    /** With more addresses a request is refused with 463. */
    public static final int MAX_FORWARDED_FOR = 30;

    private static final int HEX_DIGITS_OF_ID = 24;

    private ForwardedHeaders() {}

    /** Attribute {@code routing.http.xff_header_processing.mode}. */
    public enum Mode {
        APPEND,
        PRESERVE,
        REMOVE;

        public static Mode parse(@Nullable String text) {
            if (text == null) {
                return APPEND;
            }
            return switch (text) {
                case "preserve" -> PRESERVE;
                case "remove" -> REMOVE;
                default -> APPEND;
            };
        }
    }

    /**
     * The X-Forwarded-For to send; null: none. Several headers become one.
     *
     * @param client its address, or with {@code xff_client_port} {@link #withPort}
     */
    public static @Nullable String forwardedFor(List<String> received, String client, Mode mode) {
        return switch (mode) {
            case APPEND ->
                    received.isEmpty() ? client : String.join(", ", received) + ", " + client;
            case PRESERVE -> received.isEmpty() ? null : String.join(", ", received);
            case REMOVE -> null;
        };
    }

    /** {@code 192.0.2.1:40000}, or {@code [2001:db8::1]:40000}. */
    public static String withPort(String address, int port) {
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    }

    public static boolean hasTooManyAddresses(List<String> received) {
        int addresses = 0;
        for (String each : received) {
            addresses++;
            for (int i = 0; i < each.length(); i++) {
                if (each.charAt(i) == ',') {
                    addresses++;
                }
            }
        }
        return addresses > MAX_FORWARDED_FOR;
    }

    /** {@code 1-65a0d1c2-0123456789abcdef01234567}: version, time, and 24 digits of chance. */
    public static String newTraceId(long epochSeconds, long random, long moreRandom) {
        HexFormat hex = HexFormat.of();
        StringBuilder id = new StringBuilder(3 + 8 + HEX_DIGITS_OF_ID);
        id.append("1-");
        id.append(hex.toHexDigits(epochSeconds, 8)).append('-');
        id.append(hex.toHexDigits(random, 16)).append(hex.toHexDigits(moreRandom, 8));
        return id.toString();
    }

    /**
     * The X-Amzn-Trace-Id to send. None received: {@code Root=id}. With a Root it stays, and {@code
     * Self=id} is put in front in place of an older Self. Without a Root one is appended, and all
     * else stays: {@code Self=old;Sampled=1} becomes {@code Sampled=1;Root=id}.
     */
    public static String traceId(@Nullable String received, String id) {
        if (received == null || received.isBlank()) {
            return "Root=" + id;
        }
        boolean hasRoot = false;
        StringBuilder others = new StringBuilder();
        for (String field : received.split(";", -1)) {
            String each = field.strip();
            if (each.isEmpty() || each.regionMatches(true, 0, "Self=", 0, 5)) {
                continue;
            }
            hasRoot |= each.regionMatches(true, 0, "Root=", 0, 5);
            others.append(others.isEmpty() ? "" : ";").append(each);
        }
        if (hasRoot) {
            return "Self=" + id + ";" + others;
        }
        return (others.isEmpty() ? "" : others + ";") + "Root=" + id;
    }
}
