package dev.dryberth.api.proxy;

import dev.dryberth.api.http.HttpDate;
import dev.dryberth.core.balancing.ClientProtocol;
import dev.dryberth.core.balancing.GrpcStatus;
import dev.dryberth.core.balancing.OwnAnswer;
import dev.dryberth.core.balancing.RouteTable.Action;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

import java.nio.charset.StandardCharsets;

/** The messages a load balancer answers with by itself. */
final class OwnAnswers {

    private static final String HTML = "text/html";

    private OwnAnswers() {}

    static FullHttpResponse failure(OwnAnswer answer, ClientProtocol client) {
        if (client == ClientProtocol.GRPC) {
            return grpc(answer);
        }
        return message(
                new HttpResponseStatus(answer.status(), answer.reason()), HTML, answer.html());
    }

    static FullHttpResponse fixed(Action.FixedResponse action) {
        return message(
                HttpResponseStatus.valueOf(action.statusCode()),
                action.contentType(),
                action.body());
    }

    /** In a gRPC client's own words: a head alone, with status and message. */
    private static FullHttpResponse grpc(OwnAnswer answer) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER);
        response.headers()
                .set(HttpHeaderNames.SERVER, OwnAnswer.SERVER)
                .set(HttpHeaderNames.DATE, HttpDate.now())
                .set(HttpHeaderNames.CONTENT_TYPE, GrpcStatus.CONTENT_TYPE)
                .set(GrpcStatus.HEADER, GrpcStatus.ofHttp(answer.status()).code())
                .set(GrpcStatus.MESSAGE_HEADER, answer.reason());
        return response;
    }

    /** The head goes out as for GET, with the length of what does not follow. */
    static FullHttpResponse withoutBody(FullHttpResponse response) {
        FullHttpResponse head = response.replace(Unpooled.EMPTY_BUFFER);
        response.release();
        return head;
    }

    static FullHttpResponse redirect(int statusCode, String location) {
        HttpResponseStatus status = HttpResponseStatus.valueOf(statusCode);
        String title = status.code() + " " + status.reasonPhrase();
        FullHttpResponse response =
                message(
                        status,
                        HTML,
                        "<html>\r\n<head><title>"
                                + title
                                + "</title></head>\r\n<body>\r\n<center><h1>"
                                + title
                                + "</h1></center>\r\n</body>\r\n</html>\r\n");
        response.headers().set(HttpHeaderNames.LOCATION, location);
        return response;
    }

    static FullHttpResponse proceed() {
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER);
    }

    private static FullHttpResponse message(
            HttpResponseStatus status, String contentType, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(bytes));
        response.headers()
                .set(HttpHeaderNames.SERVER, OwnAnswer.SERVER)
                .set(HttpHeaderNames.DATE, HttpDate.now())
                .set(HttpHeaderNames.CONTENT_TYPE, contentType)
                .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
        return response;
    }

    static void close(FullHttpResponse response) {
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
}
