package dev.dryberth.api.http;

import io.netty.buffer.ByteBuf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A request's body as it comes in. Memory follows what has arrived, never what was announced, and
 * is counted in the server's budget until {@link #release}.
 */
final class Body {

    private static final byte[] NOTHING = {};
    private static final int TRUST_ANNOUNCED_BYTES = 64 * 1024;

    private final int limitBytes;
    private final BodyBudget budget;
    private byte[] bytes = NOTHING;
    private int length;
    private int reserved;

    Body(int limitBytes, BodyBudget budget) {
        this.limitBytes = limitBytes;
        this.budget = budget;
    }

    /** Adds what a piece holds, leaving the piece's reference count alone. */
    void append(ByteBuf piece, long announcedBytes) throws RefusedRequest {
        int more = piece.readableBytes();
        if (more == 0) {
            return;
        }
        if (length + more > limitBytes) {
            throw RefusedRequest.bodyTooLarge(limitBytes);
        }
        if (length + more > bytes.length) {
            grow(length + more, announcedBytes);
        }
        piece.readBytes(bytes, length, more);
        length += more;
    }

    private void grow(int needed, long announcedBytes) throws RefusedRequest {
        int wanted = (int) Math.min(announcedBytes, TRUST_ANNOUNCED_BYTES);
        if (bytes.length > 0) {
            wanted = Math.min(2 * bytes.length, limitBytes);
        }
        int capacity = Math.max(needed, wanted);
        reserve(capacity - bytes.length);
        bytes = Arrays.copyOf(bytes, capacity);
    }

    byte[] complete() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /**
     * The body without its gzip. A body that would grow beyond the limit is refused when it reaches
     * it, however much more it holds.
     */
    byte[] inflated() throws RefusedRequest {
        int deflated = reserved;
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes, 0, length))) {
            byte[] inflated = in.readNBytes(limitBytes + 1);
            if (inflated.length > limitBytes) {
                throw RefusedRequest.bodyTooLarge(limitBytes);
            }
            reserve(inflated.length);
            bytes = NOTHING;
            reserved -= deflated;
            budget.release(deflated);
            return inflated;
        } catch (IOException broken) {
            throw new RefusedRequest(400, "The body is not gzip, as Content-Encoding says it is.");
        }
    }

    private void reserve(int more) throws RefusedRequest {
        if (!budget.tryReserve(more)) {
            throw new RefusedRequest(
                    503, "Too many large request bodies at once; try again when some are done.");
        }
        reserved += more;
    }

    /** Gives the memory back to the budget; may be called again. */
    void release() {
        budget.release(reserved);
        reserved = 0;
        bytes = NOTHING;
        length = 0;
    }
}
