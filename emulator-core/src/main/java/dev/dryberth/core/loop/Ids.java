package dev.dryberth.core.loop;

import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes identifiers from the randomness it is handed. Used on the loop thread. */
public final class Ids {

    private static final long FIRST_OF_19_DIGITS = 1_000_000_000_000_000_000L;
    private static final String URL_SAFE =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

    private final RandomGenerator random;

    public Ids(RandomGenerator random) {
        this.random = random;
    }

    /** 32 hex digits, as task and container instance ids are. */
    public String hex32() {
        return HexFormat.of().toHexDigits(random.nextLong())
                + HexFormat.of().toHexDigits(random.nextLong());
    }

    /** 17 hex digits, as EC2's ids are. */
    public String hex17() {
        return hex32().substring(0, 17);
    }

    /** 19 decimal digits, as those of deployments and service revisions. */
    public String digits19() {
        return Long.toString(
                FIRST_OF_19_DIGITS + (random.nextLong() >>> 1) % (8 * FIRST_OF_19_DIGITS));
    }

    /** So many characters of a URL-safe alphabet: 21 for service deployments, 43 for hooks. */
    public String urlSafe(int length) {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < length; i++) {
            id.append(URL_SAFE.charAt(random.nextInt(URL_SAFE.length())));
        }
        return id.toString();
    }

    public String uuid() {
        long most = (random.nextLong() & 0xFFFFFFFFFFFF0FFFL) | 0x4000L;
        long least = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(most, least).toString();
    }

    public RandomGenerator random() {
        return random;
    }
}
