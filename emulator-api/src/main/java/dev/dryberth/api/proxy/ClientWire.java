package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.Desync;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;

/**
 * What a client's requests come in by and its answers go out by: a connection of HTTP/1.1, or one
 * stream of an HTTP/2 connection, which carries one request. On the client's network thread.
 */
sealed interface ClientWire permits Http1Wire, StreamWire {

    /** Whether it is a stream: then no second request can follow, nor another protocol. */
    boolean isStream();

    /** How the last request was framed. */
    Desync.Rating rating(HttpRequest request, String method);

    /** All bytes so far, so that one can tell whether a request has begun. */
    long receivedBytes();

    /** The answers that follow are to a request with this method. */
    void answerTo(String method);

    /** What the last piece of an answer is to be written with. */
    ChannelPromise promiseOfEnd();

    /** Done when all that was written has gone out. */
    ChannelFuture flushed();

    /**
     * Ends our half after the last answer.
     *
     * @param whole whether the client has ended its half
     */
    void end(boolean whole);

    /** Ends it at once: the rest of an answer will not come. */
    void cut();

    /** Ends it at once: what came is no request. */
    void reject();

    /** Takes HTTP out of the pipeline. */
    void remove();
}
