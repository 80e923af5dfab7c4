package dev.dryberth.api.aws.protocol;

import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;
import dev.dryberth.core.wire.Fragments;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;

/** One of the forms AWS's requests and answers take on the wire. Stateless, safe on any thread. */
public interface Protocol {

    /** The name of the operation the request asks for; absent if it names none. */
    @Nullable String operation(Request request);

    /**
     * Sets on the builder of the operation's request class what the request says.
     *
     * @throws dev.dryberth.core.wire.WireException if it is malformed or of another shape
     */
    void read(Request request, SdkPojo builder);

    Response answer(SdkPojo output, Fragments fragments, String requestId);

    Response error(AwsError error, String requestId);
}
