package dev.dryberth.api.ecs;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/**
 * The sizes Fargate offers, and how sizes of tasks are written. A size is CPU units with MiB of
 * memory: {@code "256"} is also {@code ".25 vCPU"}, {@code "512"} also {@code "0.5GB"}. Used at
 * registration and for the overrides of RunTask. Stateless.
 */
final class FargateSizes {

    /** The memory that goes with {@code cpuUnits}: from, to and every {@code stepMiB} between. */
    record Band(int cpuUnits, int fromMiB, int toMiB, int stepMiB) {

        boolean offers(int memoryMiB) {
            return memoryMiB >= fromMiB
                    && memoryMiB <= toMiB
                    && (memoryMiB - fromMiB) % stepMiB == 0;
        }
    }

    /** As AWS lists them. 256 CPU units are the exception: 512, 1024 and 2048, but not 1536. */
    static final List<Band> BANDS =
            List.of(
                    new Band(256, 512, 1024, 512),
                    new Band(256, 2048, 2048, 1024),
                    new Band(512, 1024, 4096, 1024),
                    new Band(1024, 2048, 8192, 1024),
                    new Band(2048, 4096, 16384, 1024),
                    new Band(4096, 8192, 30720, 1024),
                    new Band(8192, 16384, 61440, 4096),
                    new Band(16384, 32768, 122880, 8192));

    private static final int UNITS_PER_VCPU = 1024;
    private static final int MIB_PER_GB = 1024;
    private static final int MAX_DIGITS = 9;

    private FargateSizes() {}

    static boolean exists(int cpuUnits, int memoryMiB) {
        for (Band band : BANDS) {
            if (band.cpuUnits == cpuUnits && band.offers(memoryMiB)) {
                return true;
            }
        }
        return false;
    }

    /** The refusal of a pair that is not {@link #exists offered}. */
    static String noConfiguration(int cpuUnits, int memoryMiB) {
        return "No Fargate configuration exists for given values: "
                + cpuUnits
                + " CPU, "
                + memoryMiB
                + " memory. See the Amazon ECS documentation for the valid values.";
    }

    /** CPU units of {@code "1024"} or {@code "1 vCPU"}; null: the text is no size. */
    static @Nullable Integer parseCpuUnits(String text) {
        return parse(text, "vcpu", UNITS_PER_VCPU);
    }

    /** MiB of {@code "2048"} or {@code "2 GB"}; null: the text is no size. */
    static @Nullable Integer parseMemoryMiB(String text) {
        return parse(text, "gb", MIB_PER_GB);
    }

    private static @Nullable Integer parse(String text, String unit, int perUnit) {
        String trimmed = text.strip();
        boolean inUnits = trimmed.toLowerCase(Locale.ROOT).endsWith(unit);
        String number =
                inUnits
                        ? trimmed.substring(0, trimmed.length() - unit.length()).stripTrailing()
                        : trimmed;
        int dot = inUnits ? number.indexOf('.') : -1;
        String whole = dot < 0 ? number : number.substring(0, dot);
        String fraction = dot < 0 ? "" : number.substring(dot + 1);
        if (whole.length() + fraction.length() == 0
                || whole.length() + fraction.length() > MAX_DIGITS
                || !digits(whole)
                || !digits(fraction)) {
            return null;
        }
        long scaled = value(whole + fraction) * (inUnits ? perUnit : 1L);
        long divisor = 1;
        for (int i = 0; i < fraction.length(); i++) {
            divisor *= 10;
        }
        long size = scaled / divisor;
        return scaled % divisor == 0 && size <= Integer.MAX_VALUE ? (int) size : null;
    }

    private static boolean digits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static long value(String digits) {
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            value = value * 10 + (digits.charAt(i) - '0');
        }
        return value;
    }
}
