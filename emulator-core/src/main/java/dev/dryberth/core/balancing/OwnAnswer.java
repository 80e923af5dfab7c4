package dev.dryberth.core.balancing;

/**
 * The answers an application load balancer makes itself, in its own words. Follows "Troubleshoot
 * your Application Load Balancers".
 */
public enum OwnAnswer {
    BAD_REQUEST(400, "Bad Request"),
    UNAUTHORIZED(401, "Authorization Required"),
    METHOD_NOT_ALLOWED(405, "Not Allowed"),
    REQUEST_TIMEOUT(408, "Request Time-out"),
    /** A request to a Lambda function with more than 1 MB of body. */
    PAYLOAD_TOO_LARGE(413, "Request Entity Too Large"),
    URI_TOO_LONG(414, "Request-URI Too Large"),
    /** The client had gone; nobody sees it but the log and the metrics. */
    CLIENT_CLOSED(460, "Client Closed Request"),
    TOO_MANY_FORWARDED(463, "Too Many X-Forwarded-For Addresses"),
    PROTOCOL_MISMATCH(464, "Incompatible Protocol Versions"),
    INTERNAL_ERROR(500, "Internal Server Error"),
    NOT_IMPLEMENTED(501, "Not Implemented"),
    BAD_GATEWAY(502, "Bad Gateway"),
    UNAVAILABLE(503, "Service Temporarily Unavailable"),
    GATEWAY_TIMEOUT(504, "Gateway Time-out"),
    VERSION_NOT_SUPPORTED(505, "HTTP Version Not Supported"),
    /** An identity provider said that something went wrong. */
    IDENTITY_PROVIDER_ERROR(561, "Unauthorized");

    /** What AWS writes in the Server header of answers of its own. */
    public static final String SERVER = "awselb/2.0";

    private final int status;
    private final String reason;

    OwnAnswer(int status, String reason) {
        this.status = status;
        this.reason = reason;
    }

    public int status() {
        return status;
    }

    public String reason() {
        return reason;
    }

    /** The page a person sees, byte for byte as AWS writes it. */
    public String html() {
        String title = status + " " + reason;
        return "<html>\r\n<head><title>"
                + title
                + "</title></head>\r\n<body>\r\n<center><h1>"
                + title
                + "</h1></center>\r\n</body>\r\n</html>\r\n";
    }
}
