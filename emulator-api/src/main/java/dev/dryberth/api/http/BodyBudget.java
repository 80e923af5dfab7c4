package dev.dryberth.api.http;

import java.util.concurrent.atomic.AtomicLong;

/** How much memory all requests' bodies hold together. Safe on any thread. */
final class BodyBudget {

    private final long limitBytes;
    private final AtomicLong heldBytes = new AtomicLong();

    BodyBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    boolean tryReserve(int bytes) {
        if (heldBytes.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        heldBytes.addAndGet(-bytes);
        return false;
    }

    void release(int bytes) {
        heldBytes.addAndGet(-bytes);
    }

    long heldBytes() {
        return heldBytes.get();
    }
}
