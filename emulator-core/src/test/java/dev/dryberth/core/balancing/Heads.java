package dev.dryberth.core.balancing;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Request heads for tests: {@code GET http://a.com/path?query}, and headers beside it. */
final class Heads implements RequestHead {

    private String method = "GET";
    private String host = "";
    private String path = "/";
    private @Nullable String query;
    private byte[] peer = {127, 0, 0, 1};
    private final List<String> headers = new ArrayList<>();

    static Heads get(String hostAndTarget) {
        Heads head = new Heads();
        int slash = hostAndTarget.indexOf('/');
        head.host = hostAndTarget.substring(0, slash);
        String target = hostAndTarget.substring(slash);
        int question = target.indexOf('?');
        head.path = question < 0 ? target : target.substring(0, question);
        head.query = question < 0 ? null : target.substring(question + 1);
        return head;
    }

    Heads method(String value) {
        method = value;
        return this;
    }

    Heads header(String name, String value) {
        headers.add(name);
        headers.add(value);
        return this;
    }

    Heads from(String address) {
        peer = InetAddress.ofLiteral(address).getAddress();
        return this;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < headers.size(); i += 2) {
            if (headers.get(i).equalsIgnoreCase(name)) {
                values.add(headers.get(i + 1));
            }
        }
        return values;
    }

    @Override
    public byte[] peer() {
        return peer;
    }
}
