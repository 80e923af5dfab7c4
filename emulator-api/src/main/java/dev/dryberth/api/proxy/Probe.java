package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.ProbeResult;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One health check: a TCP connection that stands, or a request whose status the matcher has. HTTPS
 * certificates are not verified and redirects not followed. On one network thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a close that fails ends in channelInactive
final class Probe extends ChannelInboundHandlerAdapter {

    private final ProbeQuestion question;
    private final Consumer<ProbeResult> then;
    private @Nullable Channel channel;
    private @Nullable Future<?> timer;
    private boolean asked;
    private boolean ended;

    private Probe(ProbeQuestion question, Consumer<ProbeResult> then) {
        this.question = question;
        this.then = then;
    }

    /** The result is told once, on the worker's thread, within the timeout. */
    static void run(
            Worker worker,
            InetSocketAddress address,
            ProbeQuestion question,
            Duration timeout,
            Consumer<ProbeResult> then) {
        new Probe(question, then).start(worker, address, timeout);
    }

    private void start(Worker worker, InetSocketAddress address, Duration timeout) {
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
                                        question.prepare(worker, made, Probe.this);
                                    }
                                })
                        .connect(address)
                        .addListener(
                                (ChannelFutureListener)
                                        done -> {
                                            if (!done.isSuccess()) {
                                                end(failure(done.cause()));
                                            } else {
                                                question.connected(done.channel(), this);
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

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpObject part && !ended) {
                ProbeResult result =
                        part.decoderResult().isFailure()
                                ? new ProbeResult.Failed()
                                : question.read(part);
                if (result != null) {
                    end(result);
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

    /** True from the second time on. */
    boolean hasAsked() {
        boolean before = asked;
        asked = true;
        return before;
    }

    void end(ProbeResult result) {
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
