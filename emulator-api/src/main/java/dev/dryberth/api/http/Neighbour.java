package dev.dryberth.api.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpObject;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Who answers requests to other names that come in on the server's port. A connection whose request
 * names one of them becomes the neighbour's, for good. Network threads; nothing here waits.
 */
public interface Neighbour {

    /** Whether a request with this Host header is the neighbour's. */
    boolean answersTo(String host);

    /** Why a name that is the neighbour's is not reached on this port; null: it is no such name. */
    @Nullable String refusal(String host);

    /**
     * Takes a connection over, on its network thread. Of its pipeline only the codec is left, and
     * it reads nothing until its auto-read is on again; it may be closed already.
     *
     * @param received from the head of the first request on, to be released by the neighbour
     */
    void take(
            Channel connection,
            ServerCodec.Requests requests,
            ServerCodec.Answers answers,
            List<HttpObject> received);
}
