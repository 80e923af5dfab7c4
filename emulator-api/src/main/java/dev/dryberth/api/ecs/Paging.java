package dev.dryberth.api.ecs;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.zip.CRC32;

/**
 * One request's place in a listing. A token holds the key of the last row of the page before, so it
 * stays good while rows come and go and after the daemon restarted, and a page costs what its own
 * rows cost. A checksum over operation and key turns away tokens that were changed or belong to
 * another operation; it is a guard against mistakes, not a secret, for a token opens nothing that
 * the listing would not show.
 */
final class Paging {

    /** A page of rows; a null token: it was the last. */
    record Page<T>(List<T> items, @Nullable String nextToken) {}

    private static final int CHECKSUM_BYTES = Integer.BYTES;
    private static final int MAX_TOKEN_LENGTH = 2048;

    private final String operation;
    private final int size;
    private final @Nullable String after;

    private Paging(String operation, int size, @Nullable String after) {
        this.operation = operation;
        this.size = size;
        this.after = after;
    }

    /** For listings of up to 100 rows a page, which is also the default. */
    static Paging upTo100(
            String operation, @Nullable Integer maxResults, @Nullable String nextToken) {
        return of(operation, maxResults, nextToken, 100, 100);
    }

    static Paging of(
            String operation,
            @Nullable Integer maxResults,
            @Nullable String nextToken,
            int most,
            int usual) {
        if (maxResults != null && (maxResults < 1 || maxResults > most)) {
            throw EcsErrors.outOfRange("maxResults", 1, most);
        }
        String after =
                nextToken == null || nextToken.isEmpty() ? null : keyIn(operation, nextToken);
        return new Paging(operation, maxResults == null ? usual : maxResults, after);
    }

    /** The key of the last row already shown; null: this is the first page. */
    @Nullable String after() {
        return after;
    }

    /** The page of rows that come in ascending order of their keys' text. */
    <T> Page<T> page(Iterable<T> ascending, Function<T, String> key) {
        return take(ascending, row -> after == null || key.apply(row).compareTo(after) > 0, key);
    }

    /**
     * The page of those rows that {@code shown} takes, from a source that already starts behind
     * {@link #after}, in whatever order. It is iterated and not streamed, because a stream asks for
     * the size, and counting a range of a table costs as much as reading all of it.
     */
    <T> Page<T> take(Iterable<T> rows, Predicate<T> shown, Function<T, String> key) {
        List<T> items = new ArrayList<>();
        for (T row : rows) {
            if (!shown.test(row)) {
                continue;
            }
            if (items.size() == size) {
                return new Page<>(items, token(operation, key.apply(items.getLast())));
            }
            items.add(row);
        }
        return new Page<>(items, null);
    }

    private static String token(String operation, String key) {
        byte[] text = key.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(CHECKSUM_BYTES + text.length);
        bytes.putInt(checksum(operation, text)).put(text);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    private static String keyIn(String operation, String token) {
        ByteBuffer bytes = ByteBuffer.wrap(decode(token));
        if (bytes.remaining() < CHECKSUM_BYTES) {
            throw EcsErrors.badToken();
        }
        int checksum = bytes.getInt();
        byte[] text = new byte[bytes.remaining()];
        bytes.get(text);
        String key = new String(text, StandardCharsets.UTF_8);
        if (checksum != checksum(operation, text) || !token.equals(token(operation, key))) {
            throw EcsErrors.badToken();
        }
        return key;
    }

    private static byte[] decode(String token) {
        if (token.length() > MAX_TOKEN_LENGTH) {
            throw EcsErrors.badToken();
        }
        try {
            return Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException notBase64) {
            throw EcsErrors.badToken();
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
