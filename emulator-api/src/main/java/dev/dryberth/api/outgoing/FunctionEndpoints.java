package dev.dryberth.api.outgoing;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where each Lambda function is called. Immutable; any thread.
 *
 * <p>There may be one URL for all functions, and one for each by its name. A URL without a path is
 * the base of Lambda's own API, as LocalStack, moto and SAM local serve it: the function {@code
 * arn:aws:lambda:us-east-1:000000000000:function:hello:prod} is called at {@code
 * {URL}/2015-03-31/functions/hello/invocations?Qualifier=prod}. A URL with a path that is meant for
 * all functions is put before that path. A function's own URL with a path is used as it is, since
 * the runtime interface emulator in Lambda's base images serves a single function and always calls
 * it {@code function}.
 */
public final class FunctionEndpoints {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern ARN =
            Pattern.compile(
                    "arn:[a-z-]+:lambda:([a-z0-9-]+):([0-9]{12}):function:([^:]+)(?::(.+))?");

    private final @Nullable URI all;
    private final Map<String, URI> own;

    private FunctionEndpoints(@Nullable URI all, Map<String, URI> own) {
        this.all = all;
        this.own = own;
    }

    /** No function can be called anywhere. */
    public static FunctionEndpoints none() {
        return new FunctionEndpoints(null, Map.of());
    }

    /**
     * With the URL for functions that have none of their own.
     *
     * @throws IllegalArgumentException saying why the URL can be none
     */
    public FunctionEndpoints with(String url) {
        return new FunctionEndpoints(checked(url), own);
    }

    /**
     * With the URL of one function.
     *
     * @throws IllegalArgumentException saying why name or URL can be none
     */
    public FunctionEndpoints with(String function, String url) {
        if (!NAME.matcher(function).matches()) {
            throw new IllegalArgumentException(
                    "'%s' (expected: a function's name of up to 64 letters, digits, '-' and '_')"
                            .formatted(function));
        }
        Map<String, URI> more = new TreeMap<>(own);
        more.put(function, checked(url));
        return new FunctionEndpoints(all, more);
    }

    private static URI checked(String url) {
        try {
            URI uri = new URI(url);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException noUrl) {
            throw new IllegalArgumentException(expected(url), noUrl);
        }
        throw new IllegalArgumentException(expected(url));
    }

    private static String expected(String url) {
        return "'%s' (expected: a URL like http://127.0.0.1:9000)".formatted(url);
    }

    /** Where a function is called, and whose it is, as emulators may know several accounts. */
    record Place(URI uri, String account, String region) {}

    /** Null: nobody has said where. */
    @Nullable Place of(String functionArn) {
        Matcher arn = ARN.matcher(functionArn);
        if (!arn.matches()) {
            return null;
        }
        String name = arn.group(3);
        URI mine = own.get(name);
        URI base = mine == null ? all : mine;
        if (base == null) {
            return null;
        }
        return new Place(
                mine != null && hasPath(mine) ? mine : invocations(base, name, arn.group(4)),
                arn.group(2),
                arn.group(1));
    }

    private static boolean hasPath(URI uri) {
        return !uri.getRawPath().isEmpty() && !uri.getRawPath().equals("/");
    }

    private static URI invocations(URI base, String name, @Nullable String qualifier) {
        String root = base.toString();
        String query =
                qualifier == null
                        ? ""
                        : "?Qualifier=" + URLEncoder.encode(qualifier, StandardCharsets.UTF_8);
        return URI.create(
                (root.endsWith("/") ? root.substring(0, root.length() - 1) : root)
                        + "/2015-03-31/functions/"
                        + URLEncoder.encode(name, StandardCharsets.UTF_8)
                        + "/invocations"
                        + query);
    }
}
