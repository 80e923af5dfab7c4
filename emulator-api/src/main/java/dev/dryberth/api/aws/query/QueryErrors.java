package dev.dryberth.api.aws.query;

import dev.dryberth.api.aws.protocol.AwsError;
import dev.dryberth.api.http.Headers;
import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * How a caller of the awsQuery protocol is refused, so that {@code aws elbv2 …} shows a clear
 * message and not a parser's complaint.
 */
public final class QueryErrors {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String ACTION = "Action=";
    private static final int SERVER_FAULT = 500;

    private QueryErrors() {}

    /** The Action the request's form or query names; absent if this is no awsQuery request. */
    public static @Nullable String action(Request request) {
        String type = request.headers().first("content-type");
        String form =
                type != null && type.startsWith(FORM)
                        ? new String(request.body(), StandardCharsets.UTF_8)
                        : request.query();
        if (form == null) {
            return null;
        }
        for (String parameter : form.split("&", -1)) {
            if (parameter.startsWith(ACTION)) {
                return parameter.substring(ACTION.length());
            }
        }
        return null;
    }

    public static Response error(AwsError error, String requestId) {
        String body =
                """
                <ErrorResponse><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error>\
                <RequestId>%s</RequestId></ErrorResponse>\
                """
                        .formatted(
                                error.status() >= SERVER_FAULT ? "Receiver" : "Sender",
                                escaped(error.code()),
                                escaped(error.message() == null ? "" : error.message()),
                                requestId);
        return new Response(
                error.status(),
                Headers.of("x-amzn-RequestId", requestId, "Content-Type", "text/xml"),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
