package dev.dryberth.api.proxy;

import dev.dryberth.api.http.HttpDate;
import dev.dryberth.core.balancing.HeaderField;
import dev.dryberth.core.balancing.LambdaAnswer;
import dev.dryberth.core.balancing.LambdaError;
import dev.dryberth.core.balancing.LambdaEvent;
import dev.dryberth.core.balancing.OwnAnswer;
import dev.dryberth.core.function.Invocation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A request on its way to a Lambda function: its body is gathered, the function called, and what it
 * returned becomes the answer. On the client's network thread, but for what {@link LambdaAnswer}
 * makes of the result, which is worked out where the result arrives.
 *
 * <p>A call that has been made cannot be taken back: when the client leaves first, the function
 * still runs and its result is dropped.
 */
final class FunctionCall implements TargetCall {

    private static final Logger LOG = LoggerFactory.getLogger(FunctionCall.class);

    private final Worker worker;
    private final Answering answering;
    private final Exchange exchange;
    private final TargetChoice.Choice choice;
    private ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int reserved;
    private boolean made;
    private boolean over;

    FunctionCall(
            Worker worker, Answering answering, Exchange exchange, TargetChoice.Choice choice) {
        this.worker = worker;
        this.answering = answering;
        this.exchange = exchange;
        this.choice = choice;
    }

    /** Why a request whose head alone is known cannot be for a function; null: it may. */
    static @Nullable OwnAnswer refusal(Exchange exchange) {
        if (exchange.upgrade) {
            return OwnAnswer.BAD_REQUEST;
        }
        return HttpUtil.getContentLength(exchange.request, 0L) > LambdaEvent.MAX_BODY_BYTES
                ? failed(exchange, LambdaError.REQUEST_TOO_LARGE)
                : null;
    }

    private static OwnAnswer failed(Exchange exchange, LambdaError error) {
        exchange.errorReason = error.code();
        TargetChoice.Choice choice = exchange.choice;
        if (choice != null) {
            choice.group().metrics().functionFailed(error.isUsers());
        }
        return error.answer();
    }

    @Override
    public void take(HttpContent content) {
        try {
            if (over) {
                return;
            }
            if (gather(content.content()) && content instanceof LastHttpContent) {
                call();
            }
        } finally {
            content.release();
        }
    }

    private boolean gather(ByteBuf part) {
        int bytes = part.readableBytes();
        if (body.size() + bytes > LambdaEvent.MAX_BODY_BYTES) {
            exchange.closeAfter = true;
            fail(LambdaError.REQUEST_TOO_LARGE, "");
            return false;
        }
        if (!worker.plane().functionBytes().tryReserve(bytes)) {
            exchange.closeAfter = true;
            answering.refuse(OwnAnswer.UNAVAILABLE);
            return false;
        }
        reserved += bytes;
        try {
            part.readBytes(body, bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException("Writing to memory failed", impossible);
        }
        return true;
    }

    private void call() {
        GroupRoute group = choice.group();
        byte[] event =
                LambdaEvent.of(
                        group.group().arn(),
                        group.isMultiValue(),
                        exchange.method,
                        exchange.request.uri(),
                        fields(exchange.request.headers()),
                        body.toByteArray());
        if (event == null) {
            fail(LambdaError.BAD_REQUEST, "");
            return;
        }
        made = true;
        body = new ByteArrayOutputStream(0);
        exchange.sentNanos = System.nanoTime();
        boolean multiValue = group.isMultiValue();
        int held = reserved;
        var _ =
                worker.plane()
                        .functions()
                        .invoke(choice.target().key().id(), event)
                        .thenAccept(invocation -> {
                            worker.plane().functionBytes().release(held);
                            LambdaAnswer answer = LambdaAnswer.of(invocation, multiValue);
                            int bytes = event.length + size(invocation);
                            worker.later(() -> answered(answer, bytes));
                        });
    }

    /** Without what was meant for the connection the client has. */
    private static List<HeaderField> fields(HttpHeaders headers) {
        List<HeaderField> fields = new ArrayList<>();
        for (Map.Entry<String, String> each : headers) {
            if (!each.getKey().equalsIgnoreCase("transfer-encoding")) {
                fields.add(new HeaderField(each.getKey(), each.getValue()));
            }
        }
        return fields;
    }

    private static int size(Invocation invocation) {
        return switch (invocation) {
            case Invocation.Returned returned -> returned.payload().length;
            case Invocation.Failed failed -> failed.payload().length;
            case Invocation.NotInvoked not -> 0;
        };
    }

    private void answered(LambdaAnswer answer, int bytes) {
        ListenerRoute route = exchange.route;
        if (route != null) {
            route.settings().metrics().functionCarried(bytes);
        }
        if (over) {
            return;
        }
        switch (answer) {
            case LambdaAnswer.Answered answered -> {
                over = true;
                answering.answeredByFunction(response(answered));
            }
            case LambdaAnswer.Refused refused -> fail(refused.error(), refused.why());
        }
    }

    private static FullHttpResponse response(LambdaAnswer.Answered answer) {
        HttpResponseStatus usual = HttpResponseStatus.valueOf(answer.status());
        String reason = answer.reason();
        boolean bodiless = answer.status() == 204 || answer.status() == 304;
        byte[] content = bodiless ? new byte[0] : answer.body();
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        reason == null ? usual : new HttpResponseStatus(answer.status(), reason),
                        Unpooled.wrappedBuffer(content));
        HttpHeaders headers = response.headers();
        for (HeaderField each : answer.headers()) {
            headers.add(each.name(), each.value());
        }
        if (!headers.contains(HttpHeaderNames.SERVER)) {
            headers.set(HttpHeaderNames.SERVER, OwnAnswer.SERVER);
        }
        if (!headers.contains(HttpHeaderNames.DATE)) {
            headers.set(HttpHeaderNames.DATE, HttpDate.now());
        }
        if (!bodiless) {
            if (!headers.contains(HttpHeaderNames.CONTENT_TYPE)) {
                headers.set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
            }
            headers.set(HttpHeaderNames.CONTENT_LENGTH, content.length);
        }
        return response;
    }

    private void fail(LambdaError error, String why) {
        over = true;
        if (!why.isEmpty()) {
            LOG.warn("{}: {}: {}", choice.target().key().id(), error.code(), why);
        }
        answering.refuse(failed(exchange, error));
    }

    /** Whether the function has the request: how long it takes is Lambda's to say. */
    @Override
    public boolean isMade() {
        return made;
    }

    @Override
    public void abandon() {
        over = true;
        if (!made) {
            worker.plane().functionBytes().release(reserved);
            reserved = 0;
        }
    }
}
