package dev.dryberth.core.function;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.core.wire.SdkJson;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;

/** What became of a call, where it is not just what the function said. Stateless, any thread. */
public final class FunctionErrors {

    /** All failures are of this kind since functions report only what they did not handle. */
    private static final String UNHANDLED = "Unhandled";

    /** What a shell adds to a signal's number. */
    private static final int SIGNAL = 128;

    private static final double MILLIS_PER_SECOND = 1000;

    private FunctionErrors() {}

    /** What a function returned, unless it is more than a result may be. */
    public static Invocation result(byte[] payload) {
        return payload.length > FunctionInvoker.MAX_PAYLOAD_BYTES
                ? tooLarge(payload.length)
                : new Invocation.Returned(payload);
    }

    /** A failure in the function's own words. */
    public static Invocation.Failed unhandled(byte[] payload) {
        return new Invocation.Failed(UNHANDLED, payload);
    }

    static Invocation.Failed timedOut(String callId, Duration timeout) {
        return failed(
                "Sandbox.Timedout",
                String.format(
                        Locale.ROOT,
                        "RequestId: %s Error: Task timed out after %.2f seconds",
                        callId,
                        timeout.toMillis() / MILLIS_PER_SECOND));
    }

    static Invocation.Failed exited(String callId, @Nullable Integer exitCode) {
        return failed("Runtime.ExitError", "RequestId: " + callId + " Error: " + cause(exitCode));
    }

    private static String cause(@Nullable Integer exitCode) {
        if (exitCode == null || exitCode == 0) {
            return "Runtime exited without providing a reason";
        }
        return "Runtime exited with error: "
                + switch (exitCode) {
                    case SIGNAL + 6 -> "signal: aborted";
                    case SIGNAL + 9 -> "signal: killed";
                    case SIGNAL + 11 -> "signal: segmentation fault";
                    case SIGNAL + 15 -> "signal: terminated";
                    default -> "exit status " + exitCode;
                };
    }

    static Invocation.Failed notRunnable(String callId, String why) {
        return failed("Runtime.InvalidEntrypoint", "RequestId: " + callId + " Error: " + why);
    }

    private static Invocation.Failed tooLarge(int bytes) {
        return failed(
                "Function.ResponseSizeTooLarge",
                "Response payload size (%d bytes) exceeded maximum allowed payload size (%d bytes)."
                        .formatted(bytes, FunctionInvoker.MAX_PAYLOAD_BYTES));
    }

    private static Invocation.Failed failed(String type, String message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("errorType", type);
            out.writeStringField("errorMessage", message);
            out.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing JSON to memory failed", impossible);
        }
        return unhandled(bytes.toByteArray());
    }
}
