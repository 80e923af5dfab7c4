package dev.dryberth.core.balancing;

import dev.dryberth.core.balancing.RouteTable.ProtocolVersion;

import org.jspecify.annotations.Nullable;

/** What a client speaks, request by request. Any thread. */
public enum ClientProtocol {
    HTTP1,
    HTTP2,
    /** HTTP/2 with gRPC's content type. */
    GRPC;

    /**
     * {@code application/grpc}, and with a format, but not gRPC-Web, which is made for HTTP/1.1.
     */
    public static ClientProtocol of(boolean http2, @Nullable String contentType) {
        if (!http2) {
            return HTTP1;
        }
        boolean grpc =
                contentType != null
                        && contentType.startsWith(GrpcStatus.CONTENT_TYPE)
                        && (contentType.length() == GrpcStatus.CONTENT_TYPE.length()
                                || "+;"
                                                .indexOf(
                                                        contentType.charAt(
                                                                GrpcStatus.CONTENT_TYPE.length()))
                                        >= 0);
        return grpc ? GRPC : HTTP2;
    }

    /**
     * Whether a group takes the request; else the client gets 464. Follows "HTTP 464" of the
     * troubleshooting guide: HTTP/1.1 reaches groups of version HTTP1 only, gRPC those of HTTP2 and
     * GRPC only, and HTTP/2 those of GRPC only with POST.
     */
    public boolean reaches(ProtocolVersion version, String method) {
        return switch (version) {
            case HTTP1 -> this != GRPC;
            case HTTP2 -> this != HTTP1;
            case GRPC -> this == GRPC || (this == HTTP2 && method.equals("POST"));
        };
    }
}
