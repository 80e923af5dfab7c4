package dev.dryberth.api.proxy;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One TLS connection through a network load balancer, as its access log has it: AWS's version 2.0
 * of "Access logs for your Network Load Balancer". Other connections are not logged there, as on
 * AWS. On the connection's network thread.
 *
 * <p>Deviation: alerts, the protocols a client offered, and what was agreed with the target are
 * always {@code -}.
 */
final class TlsFlowLog {

    private final Worker worker;
    private final Channel channel;
    private final @Nullable InetSocketAddress client;
    private final @Nullable InetSocketAddress listener;
    private final long acceptedNanos = System.nanoTime();
    private final Instant created;
    private long securedNanos;
    private @Nullable ClientTls agreed;
    private @Nullable String application;

    TlsFlowLog(Worker worker, Channel channel) {
        this.worker = worker;
        this.channel = channel;
        client = (InetSocketAddress) channel.remoteAddress();
        listener = (InetSocketAddress) channel.localAddress();
        created = worker.plane().clock().now();
    }

    void secured() {
        securedNanos = System.nanoTime();
        agreed = ClientTls.of(channel);
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        application = handler == null ? null : handler.applicationProtocol();
    }

    /** The connection is over. */
    void ended(@Nullable ListenerRoute route, long receivedBytes, long sentBytes) {
        if (route == null || !route.settings().logged()) {
            return;
        }
        long nanos = System.nanoTime();
        Instant now = worker.plane().clock().now();
        worker.plane()
                .log(
                        new AccessLog.Line(
                                route.settings().balancer().name(),
                                () -> line(route, now, nanos, receivedBytes, sentBytes)));
    }

    private String line(
            ListenerRoute route, Instant now, long nanos, long receivedBytes, long sentBytes) {
        String balancer = route.settings().balancer().arn();
        String listenerArn = route.listener().arn();
        ClientTls tls = agreed;
        return String.join(
                " ",
                "tls",
                "2.0",
                time(now),
                balancer.substring(balancer.indexOf("loadbalancer/") + "loadbalancer/".length()),
                listenerArn.substring(listenerArn.lastIndexOf('/') + 1),
                address(client),
                address(listener),
                millis(nanos),
                securedNanos == 0 ? "-" : millis(securedNanos),
                Long.toString(receivedBytes),
                Long.toString(sentBytes),
                "-",
                tls == null ? "-" : orDash(tls.certificateArn()),
                "-",
                tls == null ? "-" : tls.cipher(),
                tls == null ? "-" : tls.protocol().toLowerCase(Locale.ROOT).replace(".", ""),
                "-",
                tls == null ? "-" : domain(tls.serverName()),
                orDash(application),
                "-",
                "-",
                time(created));
    }

    private static String time(Instant instant) {
        return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
                instant.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC));
    }

    private static String address(@Nullable InetSocketAddress address) {
        return address == null
                ? "-"
                : address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private String millis(long untilNanos) {
        return Long.toString(TimeUnit.NANOSECONDS.toMillis(untilNanos - acceptedNanos));
    }

    private static String domain(@Nullable String name) {
        return name == null ? "-" : URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private static String orDash(@Nullable String text) {
        return text == null || text.isEmpty() ? "-" : text;
    }
}
