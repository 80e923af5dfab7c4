package dev.dryberth.api.proxy;

import dev.dryberth.core.balancing.ClientProtocol;
import dev.dryberth.core.balancing.OwnAnswer;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One request and what became of it. Its client's network thread only, until it is logged. */
final class Exchange {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final int LONGEST_LOGGED_TEXT = 8 * 1024;

    final HttpRequest request;
    final long startNanos;
    final Instant created;
    final String method;
    final String uri;
    final boolean clientKeepsAlive;
    final boolean oldClient;
    final ClientProtocol protocol;
    @Nullable ListenerRoute route;
    ListenerRoute.@Nullable Decision decision;
    TargetChoice.@Nullable Choice choice;

    /** Null: the client's connection is not secured. */
    @Nullable ClientTls tls;

    String host = "";
    String traceId = "-";
    String redirectUrl = "-";
    String action = "-";

    /** What was done before the action, as the access log writes it. */
    String actionBefore = "";

    /** Set-Cookie values that the answer gets, whoever makes it. */
    final List<String> cookies = new ArrayList<>();

    /** The access log's error reason: why a function or an identity provider was of no use. */
    String errorReason = "-";

    boolean closeAfter;
    boolean replayable;
    boolean retried;
    boolean upgrade;
    boolean takesTrailers;
    boolean responseStarted;
    int targetStatus;
    int status;
    long requestBytes;
    long responseBytes;
    long sentNanos;
    long answeredNanos;

    /** Why the answer is not the target's, if it is not. */
    @Nullable OwnAnswer own;

    Exchange(
            HttpRequest request,
            long startNanos,
            Instant created,
            boolean clientKeepsAlive,
            ClientProtocol protocol) {
        this.protocol = protocol;
        this.request = request;
        this.startNanos = startNanos;
        this.created = created;
        this.clientKeepsAlive = clientKeepsAlive;
        method = request.method().name();
        uri = request.uri();
        oldClient = request.protocolVersion().minorVersion() == 0;
    }

    /** Whether its head says that nothing follows it. */
    boolean isBodiless() {
        return !HttpUtil.isTransferEncodingChunked(request)
                && HttpUtil.getContentLength(request, 0L) == 0;
    }

    /** The line of AWS's "Access logs for your Application Load Balancer". */
    String logLine(InetSocketAddress client, Instant now, long nowNanos) {
        ListenerRoute through = route;
        TargetChoice.Choice chosen = choice;
        String target = chosen == null ? "-" : chosen.target().text();
        StringBuilder line = new StringBuilder(512);
        line.append(type(through)).append(' ').append(now).append(' ');
        line.append(through == null ? "-" : balancer(through.settings().balancer().arn()));
        line.append(' ').append(client.getAddress().getHostAddress());
        line.append(':').append(client.getPort()).append(' ').append(target).append(' ');
        line.append(seconds(startNanos, sentNanos)).append(' ');
        line.append(seconds(sentNanos, answeredNanos)).append(' ');
        line.append(seconds(answeredNanos, answeredNanos == 0 ? 0 : nowNanos)).append(' ');
        line.append(status == 0 ? "-" : Integer.toString(status)).append(' ');
        line.append(targetStatus == 0 ? "-" : Integer.toString(targetStatus)).append(' ');
        line.append(requestBytes).append(' ').append(responseBytes).append(" \"");
        line.append(quoted(method + " " + url(through) + " " + version()));
        line.append("\" \"");
        line.append(quoted(request.headers().get(HttpHeaderNames.USER_AGENT, "-")));
        ClientTls secured = tls;
        line.append("\" ").append(secured == null ? "-" : secured.cipher()).append(' ');
        line.append(secured == null ? "-" : secured.protocol()).append(' ');
        line.append(chosen == null ? "-" : chosen.group().group().arn()).append(" \"");
        line.append(quoted(traceId)).append("\" \"");
        line.append(secured == null ? "-" : quoted(orDash(secured.serverName())));
        line.append("\" \"").append(secured == null ? "-" : orDash(secured.certificateArn()));
        line.append("\" ");
        line.append(decision == null ? "-" : decision.priority()).append(' ');
        line.append(created).append(" \"").append(actionBefore).append(action);
        line.append("\" \"");
        line.append(quoted(redirectUrl)).append("\" \"").append(errorReason);
        line.append("\" \"").append(target).append("\" \"");
        line.append(targetStatus == 0 ? "-" : Integer.toString(targetStatus));
        return line.append("\" \"-\" \"-\" -").toString();
    }

    private String type(@Nullable ListenerRoute through) {
        boolean https = through != null && through.isHttps();
        return switch (protocol) {
            case GRPC -> "grpcs";
            case HTTP2 -> "h2";
            case HTTP1 -> upgrade ? (https ? "wss" : "ws") : https ? "https" : "http";
        };
    }

    private String version() {
        return protocol == ClientProtocol.HTTP1 ? request.protocolVersion().text() : "HTTP/2.0";
    }

    private String url(@Nullable ListenerRoute through) {
        if (through == null || !uri.startsWith("/")) {
            return uri;
        }
        return (through.isHttps() ? "https://" : "http://")
                + (host.isEmpty() ? "-" : host)
                + ":"
                + through.listener().port()
                + uri;
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    /** {@code app/name/id} out of the ARN. */
    private static String balancer(String arn) {
        int at = arn.indexOf("loadbalancer/");
        return at < 0 ? arn : arn.substring(at + "loadbalancer/".length());
    }

    private static String seconds(long from, long to) {
        return from == 0 || to == 0
                ? "-1"
                : String.format(Locale.ROOT, "%.3f", (to - from) / NANOS_PER_SECOND);
    }

    private static String quoted(String text) {
        String shortened =
                text.length() > LONGEST_LOGGED_TEXT ? text.substring(0, LONGEST_LOGGED_TEXT) : text;
        return shortened.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
