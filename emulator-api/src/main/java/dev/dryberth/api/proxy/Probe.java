package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.CodeMatcher;
import dev.dryberth.core.balancing.ProbeResult;
import dev.dryberth.core.balancing.RouteTable.HealthCheck;
import dev.dryberth.core.balancing.RouteTable.TargetProtocol;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One health check: a TCP connection that stands, or a GET whose status the matcher has. HTTPS
 * certificates are not verified and redirects not followed. On one network thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails ends in channelInactive
final class Probe extends ChannelInboundHandlerAdapter {

    private static final String USER_AGENT = "ELB-HealthChecker/2.0";

    private final CodeMatcher matcher;
    private final Consumer<ProbeResult> then;
    private @Nullable Channel channel;
    private @Nullable Future<?> timer;
    private boolean ended;

    private Probe(CodeMatcher matcher, Consumer<ProbeResult> then) {
        this.matcher = matcher;
        this.then = then;
    }

    /** The result is told once, on the worker's thread, within the timeout. */
    static void run(
            Worker worker,
            InetSocketAddress address,
            HealthCheck check,
            CodeMatcher matcher,
            Duration timeout,
            Consumer<ProbeResult> then) {
        new Probe(matcher, then).start(worker, address, check, timeout);
    }

    private void start(
            Worker worker, InetSocketAddress address, HealthCheck check, Duration timeout) {
        boolean http =
                check.protocol() == TargetProtocol.HTTP || check.protocol() == TargetProtocol.HTTPS;
        timer =
                worker.loop()
                        .schedule(
                                () -> end(new ProbeResult.TimedOut()),
                                timeout.toNanos(),
                                TimeUnit.NANOSECONDS);
        Channel connecting =
                new Bootstrap()
                        .group(worker.loop())
                        .channel(worker.plane().transport().client())
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) Math.max(1, timeout.toMillis()))
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel made) {
                                        if (check.protocol() == TargetProtocol.HTTPS) {
                                            made.pipeline().addLast(Tls.toTarget(made));
                                        }
                                        if (http) {
                                            made.pipeline().addLast(new HttpClientCodec());
                                        }
                                        made.pipeline().addLast(Probe.this);
                                    }
                                })
                        .connect(address)
                        .addListener(
                                (ChannelFutureListener)
                                        done -> {
                                            if (!done.isSuccess()) {
                                                end(failure(done.cause()));
                                            } else if (http) {
                                                done.channel()
                                                        .writeAndFlush(request(address, check));
                                            } else {
                                                end(new ProbeResult.Passed());
                                            }
                                        })
                        .channel();
        channel = connecting;
        if (ended) {
            connecting.close();
        }
    }

    private static ProbeResult failure(Throwable cause) {
        return cause instanceof ConnectTimeoutException
                ? new ProbeResult.TimedOut()
                : new ProbeResult.Failed();
    }

    private static FullHttpRequest request(InetSocketAddress address, HealthCheck check) {
        FullHttpRequest request =
                new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_1, HttpMethod.GET, check.path(), Unpooled.EMPTY_BUFFER);
        request.headers()
                .set(
                        HttpHeaderNames.HOST,
                        address.getAddress().getHostAddress() + ":" + address.getPort())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(HttpHeaderNames.USER_AGENT, USER_AGENT);
        return request;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpResponse response && !ended) {
                int status = response.status().code();
                if (response.decoderResult().isFailure()) {
                    end(new ProbeResult.Failed());
                } else if (status >= 200) {
                    end(
                            matcher.matches(status)
                                    ? new ProbeResult.Passed()
                                    : new ProbeResult.WrongCode(Integer.toString(status)));
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(new ProbeResult.Failed());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(new ProbeResult.Failed());
    }

    private void end(ProbeResult result) {
        if (ended) {
            return;
        }
        ended = true;
        Future<?> planned = timer;
        if (planned != null) {
            planned.cancel(false);
        }
        Channel its = channel;
        if (its != null) {
            its.close();
        }
        then.accept(result);
    }
}
