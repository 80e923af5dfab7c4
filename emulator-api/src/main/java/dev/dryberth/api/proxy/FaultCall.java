package dev.dryberth.api.proxy;

import dev.dryberth.api.http.HttpDate;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A request that is answered in its target's place: counted and logged as the target's own answer.
 * It is read to its end first, and times out as one to a slow target does.
 */
final class FaultCall implements TargetCall {

    private final Worker worker;
    private final Answering answering;
    private final Exchange exchange;
    private final TrafficTap.Fault fault;
    private boolean over;

    FaultCall(Worker worker, Answering answering, Exchange exchange, TrafficTap.Fault fault) {
        this.worker = worker;
        this.answering = answering;
        this.exchange = exchange;
        this.fault = fault;
        exchange.sentNanos = System.nanoTime();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the network thread
    public void take(HttpContent content) {
        content.release();
        if (!(content instanceof LastHttpContent)) {
            return;
        }
        if (fault.delay().isZero()) {
            answer();
        } else {
            worker.loop().schedule(this::answer, fault.delay().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void answer() {
        if (!over) {
            over = true;
            answering.answeredByFunction(response());
        }
    }

    private FullHttpResponse response() {
        boolean bodiless = fault.status() == 204 || fault.status() == 304;
        byte[] body =
                bodiless
                        ? new byte[0]
                        : "%d: a fault injected for %s%n"
                                .formatted(fault.status(), exchange.host)
                                .getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(fault.status()),
                        Unpooled.wrappedBuffer(body));
        response.headers().set(HttpHeaderNames.DATE, HttpDate.now());
        if (!bodiless) {
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "text/plain")
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        return response;
    }

    /** The load balancer's idle timeout holds for it. */
    @Override
    public boolean isMade() {
        return false;
    }

    @Override
    public void abandon() {
        over = true;
    }
}
