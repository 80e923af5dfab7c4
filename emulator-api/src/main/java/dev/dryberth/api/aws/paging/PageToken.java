package dev.dryberth.api.aws.paging;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * Tokens of listings. A token holds the key of the last row of the page before, so it stays good
 * while rows come and go and after the daemon restarted. A checksum over operation and key turns
 * away tokens that were changed or belong to another operation; it is a guard against mistakes, not
 * a secret, for a token opens nothing that the listing would not show. Any thread.
 */
public final class PageToken {

    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int MAX_LENGTH = 2048;

    private PageToken() {}

    /** The token behind the row with that key. */
    public static String of(String operation, String key) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(CHECKSUM_BYTES + text.length);
        bytes.putInt(checksum(operation, text)).put(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** The key in a token; null: it is none of that operation's. */
    public static @Nullable String key(String operation, String token) {
        byte[] decoded = decode(token);
        if (decoded == null || decoded.length < CHECKSUM_BYTES) {
            return null;
        }
        String key =
                new String(
                        decoded,
                        CHECKSUM_BYTES,
                        decoded.length - CHECKSUM_BYTES,
                        StandardCharsets.UTF_8);
        return token.equals(of(operation, key)) ? key : null;
    }

    private static byte @Nullable [] decode(String token) {
        if (token.length() > MAX_LENGTH) {
            return null;
        }
        try {
            return Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private static int checksum(String operation, byte[] key) {
        CRC32 crc = new CRC32();
        crc.update(operation.getBytes(StandardCharsets.UTF_8));
        crc.update(0);
        crc.update(key);
        return (int) crc.getValue();
    }
}
