package dev.dryberth.core.balancing;

/**
 * What a gRPC client is told in place of an HTTP status, when the load balancer answers by itself
 * or a target answers in plain HTTP. Follows gRPC's own "HTTP to gRPC Status Code Mapping". Any
 * thread.
 */
public enum GrpcStatus {
    UNKNOWN(2),
    PERMISSION_DENIED(7),
    UNIMPLEMENTED(12),
    INTERNAL(13),
    UNAVAILABLE(14),
    UNAUTHENTICATED(16);

    public static final String CONTENT_TYPE = "application/grpc";
    public static final String HEADER = "grpc-status";
    public static final String MESSAGE_HEADER = "grpc-message";

    private final int code;

    GrpcStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static GrpcStatus ofHttp(int status) {
        return switch (status) {
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }
}
