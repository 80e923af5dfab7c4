package dev.dryberth.api.http;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/**
 * One request, complete. Its body has been unchunked and inflated. Immutable but for the body's
 * bytes, which belong to the handler.
 */
public final class Request {

    private final String method;
    private final Target target;
    private final Headers headers;
    private final byte[] body;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final Executor executor;

    Request(
            String method,
            Target target,
            Headers headers,
            byte[] body,
            InetSocketAddress remote,
            InetSocketAddress local,
            Executor executor) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
        this.remote = remote;
        this.local = local;
        this.executor = executor;
    }

    public String method() {
        return method;
    }

    /** The path as sent, still percent-encoded, without the query. */
    public String path() {
        return target.path();
    }

    /** What stood behind the question mark, still encoded. */
    public @Nullable String query() {
        return target.query();
    }

    /**
     * The host, with its port if it had one, that the client believes it speaks to: the target's
     * own if the request line named one, else the Host header. Absent only in HTTP/1.0.
     */
    public @Nullable String host() {
        return target.authority() != null ? target.authority() : headers.first("host");
    }

    public Headers headers() {
        return headers;
    }

    public byte[] body() {
        return body;
    }

    public InetSocketAddress remote() {
        return remote;
    }

    /** The address of this machine the client connected to. */
    public InetSocketAddress local() {
        return local;
    }

    /**
     * The connection's own thread. Work on the answer that costs time belongs here rather than on
     * the thread that completed the handler's stage.
     */
    public Executor executor() {
        return executor;
    }

    /** The request line's target, in any of the forms HTTP/1.1 has. */
    record Target(@Nullable String authority, String path, @Nullable String query) {

        static Target parse(String text) {
            String authority = null;
            String rest = text;
            int scheme = text.indexOf("://");
            if (scheme > 0 && !text.startsWith("/")) {
                int path = text.indexOf('/', scheme + 3);
                int end = path < 0 ? text.length() : path;
                authority = text.substring(scheme + 3, end);
                rest = path < 0 ? "/" : text.substring(path);
            }
            int query = rest.indexOf('?');
            return query < 0
                    ? new Target(authority, rest, null)
                    : new Target(authority, rest.substring(0, query), rest.substring(query + 1));
        }
    }
}
