package dev.dryberth.api.proxy;

/**
 * Something with a deadline. A timer set and cancelled for each request would cost more than most
 * requests do, so deadlines are fields, and each network thread looks at all of its own now and
 * then.
 */
interface Timed {

    /** On the network thread the object belongs to. It may leave the worker's set meanwhile. */
    void check(long nowNanos, long epochMillis);
}
