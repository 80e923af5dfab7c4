package dev.dryberth.api.aws.protocol;

import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;
import dev.dryberth.core.wire.Fragments;
import dev.dryberth.core.wire.WireException;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;

/** One of the forms AWS's requests and answers take on the wire. Stateless, safe on any thread. */
public interface Protocol {

    /** Whether the request is of this protocol rather than of another its service speaks. */
    boolean speaks(Request request);

    /** The name of the operation the request asks for; absent if it names none. */
    @Nullable String operation(Request request);

    /** Whether requests of this HTTP method are among the protocol's. */
    boolean takes(String method);

    /**
     * The error for a request that names no operation, or none that the service has.
     *
     * @param targetPrefix how requests name the service; as the service's own description has it
     */
    AwsError unknownOperation(Request request, String targetPrefix);

    /** The error for what {@link #read} could not read. */
    AwsError malformed(WireException wrong);

    /**
     * Sets on the builder of the operation's request class what the request says.
     *
     * @throws WireException if it is malformed or of another shape
     */
    void read(Request request, SdkPojo builder);

    Response answer(Request request, SdkPojo output, Fragments fragments, String requestId);

    Response error(Request request, AwsError error, String requestId);
}
