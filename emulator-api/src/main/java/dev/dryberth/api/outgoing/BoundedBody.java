package dev.dryberth.api.outgoing;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Reads a body up to one byte beyond a limit: who gets more than the limit knows that it was too
 * long, and that the rest was not read. On the HTTP client's threads, one after the other.
 */
final class BoundedBody implements BodySubscriber<byte[]> {

    private final int capacity;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private byte[] bytes = new byte[0];
    private int length;
    private Flow.@org.jspecify.annotations.Nullable Subscription source;

    BoundedBody(int limitBytes) {
        capacity = limitBytes + 1;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        source = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer each : buffers) {
            int taken = Math.min(each.remaining(), capacity - length);
            if (length + taken > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(capacity, 2 * (length + taken)));
            }
            each.get(bytes, length, taken);
            length += taken;
        }
        Flow.Subscription from = source;
        if (length == capacity && from != null) {
            from.cancel();
            onComplete();
        }
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        whole.complete(Arrays.copyOf(bytes, length));
    }
}
