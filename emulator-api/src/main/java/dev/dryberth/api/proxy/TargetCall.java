package dev.dryberth.api.proxy;

import io.netty.handler.codec.http.HttpContent;

/** A request's way to what answers without a connection. On the client's network thread. */
interface TargetCall {

    /** A piece of the body; with the last one the call is made. */
    void take(HttpContent content);

    /** Whether how long it takes is not the load balancer's to say any more. */
    boolean isMade();

    /** The client needs no answer any more. */
    void abandon();
}
