package dev.dryberth.core.function;

import dev.dryberth.core.model.FunctionArn;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/** The log of one call, as Invoke's LogType Tail shows it. Stateless, any thread. */
public final class FunctionLog {

    private static final int MAX_BYTES = 4096;
    private static final double NANOS_PER_MILLI = 1_000_000;

    private FunctionLog() {}

    /** The last 4 KB of what was written, between the lines that Lambda adds. */
    public static byte[] tail(String callId, String written, Duration took, int memoryMiB) {
        String text =
                "START RequestId: %s Version: %s\n".formatted(callId, FunctionArn.LATEST)
                        + (written.isEmpty() || written.endsWith("\n") ? written : written + "\n")
                        + "END RequestId: %s\n".formatted(callId)
                        + String.format(
                                Locale.ROOT,
                                "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\t\n",
                                callId,
                                took.toNanos() / NANOS_PER_MILLI,
                                took.plusNanos(999_999).toMillis(),
                                memoryMiB);
        byte[] whole = text.getBytes(StandardCharsets.UTF_8);
        return whole.length <= MAX_BYTES
                ? whole
                : Arrays.copyOfRange(whole, whole.length - MAX_BYTES, whole.length);
    }
}
