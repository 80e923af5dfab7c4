package dev.dryberth.core.balancing;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The cookies that keep a client with a target or a target group. Immutable; any thread. Follows
 * "Sticky sessions for your Application Load Balancer".
 *
 * <p>A cookie needs no memory on this side: its value says for whom it was made and until when, and
 * is signed, so one that a client made up or kept too long is as good as none. Layout before
 * Base64: purpose, newline, what it names, newline, the expiry in seconds, newline, a nonce that
 * makes each value new as AWS rotates them; then 12 bytes of HMAC-SHA256 over that. AWS's own
 * values are encrypted; neither is meant to be read.
 */
public final class Stickiness {

    public static final String TARGET = "AWSALB";
    public static final String TARGET_CORS = "AWSALBCORS";
    public static final String GROUP = "AWSALBTG";
    public static final String GROUP_CORS = "AWSALBTGCORS";
    public static final String APP = "AWSALBAPP-0";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 12;
    private static final int MAX_VALUE_LENGTH = 1024;

    private final SecretKeySpec key;

    /**
     * @param key the same for all load balancers; new with each start of the process is enough
     */
    public Stickiness(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** A value naming {@code what}, good for one purpose (a cookie's kind and its group). */
    public String value(String purpose, String what, Instant expires, long nonce) {
        byte[] content =
                (purpose + "\n" + what + "\n" + expires.getEpochSecond() + "\n" + nonce)
                        .getBytes(StandardCharsets.UTF_8);
        byte[] signed = Arrays.copyOf(content, content.length + SIGNATURE_BYTES);
        System.arraycopy(signature(content), 0, signed, content.length, SIGNATURE_BYTES);
        return Base64.getEncoder().encodeToString(signed);
    }

    /** What a client's value names; null when it was not made here for this, or has expired. */
    public @Nullable String named(String purpose, @Nullable String value, Instant now) {
        if (value == null || value.length() > MAX_VALUE_LENGTH) {
            return null;
        }
        byte[] signed;
        try {
            signed = Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        int length = signed.length - SIGNATURE_BYTES;
        if (length <= 0) {
            return null;
        }
        byte[] content = Arrays.copyOf(signed, length);
        if (!Arrays.equals(signed, length, signed.length, signature(content), 0, SIGNATURE_BYTES)) {
            return null;
        }
        String[] parts = new String(content, StandardCharsets.UTF_8).split("\n", -1);
        boolean good =
                parts.length == 4
                        && parts[0].equals(purpose)
                        && Long.parseLong(parts[2]) > now.getEpochSecond();
        return good ? parts[1] : null;
    }

    private byte[] signature(byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, impossible);
        }
    }

    /** The two Set-Cookie values of a pair such as AWSALB and AWSALBCORS. */
    public static List<String> pair(
            String name, String corsName, String value, Instant now, Duration lasts) {
        String expires = "; Expires=" + httpDate(now.plus(lasts)) + "; Path=/";
        return List.of(
                name + "=" + value + expires,
                corsName + "=" + value + expires + "; SameSite=None; Secure");
    }

    /**
     * The Set-Cookie values of application stickiness; the value always fits into the first of the
     * four chunks, and the others tell the client to forget what it may have.
     */
    public static List<String> chunks(String value, Instant now, Duration lasts) {
        String expires = "; Expires=" + httpDate(now.plus(lasts)) + "; Path=/";
        return List.of(
                APP + "=" + value + expires,
                "AWSALBAPP-1=_remove_" + expires,
                "AWSALBAPP-2=_remove_" + expires,
                "AWSALBAPP-3=_remove_" + expires);
    }

    /** A cookie's value in any of the Cookie headers; null if there is none of that name. */
    public static @Nullable String cookie(List<String> headers, String name) {
        for (String header : headers) {
            int start = 0;
            while (start < header.length()) {
                int end = header.indexOf(';', start);
                if (end < 0) {
                    end = header.length();
                }
                String pair = header.substring(start, end).strip();
                if (pair.length() > name.length()
                        && pair.startsWith(name)
                        && pair.charAt(name.length()) == '=') {
                    return pair.substring(name.length() + 1);
                }
                start = end + 1;
            }
        }
        return null;
    }

    /** Whether a response sets the cookie. */
    public static boolean sets(List<String> setCookieHeaders, String name) {
        for (String each : setCookieHeaders) {
            String header = each.strip();
            if (header.startsWith(name)
                    && header.length() > name.length()
                    && header.charAt(name.length()) == '=') {
                return true;
            }
        }
        return false;
    }

    /** A time as cookies have it. */
    public static String httpDate(Instant at) {
        java.time.ZonedDateTime time =
                Instant.ofEpochSecond(at.getEpochSecond()).atZone(java.time.ZoneOffset.UTC);
        return "%s, %02d %s %d %02d:%02d:%02d GMT"
                .formatted(
                        threeLetters(time.getDayOfWeek().name()),
                        time.getDayOfMonth(),
                        threeLetters(time.getMonth().name()),
                        time.getYear(),
                        time.getHour(),
                        time.getMinute(),
                        time.getSecond());
    }

    private static String threeLetters(String name) {
        return name.charAt(0) + name.substring(1, 3).toLowerCase(Locale.ROOT);
    }
}
