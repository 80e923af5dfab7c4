package dev.dryberth.core.network;

import java.util.List;
import java.util.regex.Pattern;

/** An IPv4 address range, {@code 10.0.0.0/16}. */
public record Cidr(int base, int prefix) {

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,3}");

    public Cidr {
        if (prefix < 0 || prefix > 32) {
            throw new IllegalArgumentException("prefix: " + prefix + " (expected: 0 to 32)");
        }
        base &= mask(prefix);
    }

    /**
     * Reads a range from its text.
     *
     * @throws IllegalArgumentException when the text is no IPv4 range
     */
    public static Cidr parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an address range (expected: like 10.0.0.0/16)");
        }
        return new Cidr(address(parts[0]), number(parts[1], 32, text));
    }

    static int address(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv4 address");
        }
        int value = 0;
        for (String part : parts) {
            value = (value << 8) | number(part, 255, text);
        }
        return value;
    }

    private static int number(String digits, int most, String whole) {
        boolean plain = DIGITS.matcher(digits).matches();
        if (!plain || Integer.parseInt(digits) > most) {
            throw new IllegalArgumentException(
                    "'" + digits + "' in '" + whole + "' is not a number from 0 to " + most);
        }
        return Integer.parseInt(digits);
    }

    static String text(int address) {
        return List.of(24, 16, 8, 0).stream()
                .map(shift -> Integer.toString((address >>> shift) & 0xFF))
                .reduce((a, b) -> a + "." + b)
                .orElseThrow();
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (32 - prefix);
    }

    public long size() {
        return 1L << (32 - prefix);
    }

    public boolean overlaps(Cidr other) {
        int mask = mask(Math.min(prefix, other.prefix));
        return (base & mask) == (other.base & mask);
    }

    /** The {@code index}-th range of length {@code newPrefix} inside this one. */
    Cidr part(int index, int newPrefix) {
        return new Cidr(base + (index << (32 - newPrefix)), newPrefix);
    }

    /** The address {@code offset} places after the first. */
    String addressAt(long offset) {
        return text((int) (base + offset));
    }

    @Override
    public String toString() {
        return text(base) + "/" + prefix;
    }
}
