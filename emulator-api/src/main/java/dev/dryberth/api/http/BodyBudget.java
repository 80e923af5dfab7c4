package dev.dryberth.api.http;

import java.util.concurrent.atomic.AtomicLong;

/** How much memory all requests' bodies hold together. Safe on any thread. */
public final class BodyBudget {

    private final long limitBytes;
    private final AtomicLong heldBytes = new AtomicLong();

    /** A budget of which nothing is spent. */
    public BodyBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** False: there is not that much left, and nothing was taken. */
    public boolean tryReserve(int bytes) {
        if (heldBytes.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        heldBytes.addAndGet(-bytes);
        return false;
    }

    /** Gives back what was reserved. */
    public void release(int bytes) {
        heldBytes.addAndGet(-bytes);
    }

    long heldBytes() {
        return heldBytes.get();
    }
}
