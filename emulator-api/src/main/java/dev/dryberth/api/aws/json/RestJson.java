package dev.dryberth.api.aws.json;

import dev.dryberth.api.aws.protocol.AwsError;
import dev.dryberth.api.aws.protocol.Protocol;
import dev.dryberth.api.http.Headers;
import dev.dryberth.api.http.Request;
import dev.dryberth.api.http.Response;
import dev.dryberth.core.wire.Fragments;
import dev.dryberth.core.wire.SdkJson;
import dev.dryberth.core.wire.Shape;
import dev.dryberth.core.wire.WireException;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * restJson1: the operation is told by method and path, and members are in path, query, headers and
 * body as the model has it.
 */
public final class RestJson implements Protocol {

    private static final int NOT_FOUND = 404;
    private static final int BAD_REQUEST = 400;

    private final String model;
    private final List<String> capitalMessages;

    /** Read from the model with the first request. */
    private volatile @Nullable List<Route> routes;

    /**
     * The protocol of one service.
     *
     * @param model a line for each operation: {@code Invoke POST /functions/{FunctionName}/x 200}
     * @param capitalMessages the errors whose message is spelt with a capital
     */
    public RestJson(String model, List<String> capitalMessages) {
        this.model = model;
        this.capitalMessages = List.copyOf(capitalMessages);
    }

    /**
     * One operation's place.
     *
     * @param segments the path's; a member's is its name in braces
     * @param status of its answers
     */
    private record Route(String operation, String method, List<String> segments, int status) {

        static Route parse(String line) {
            String[] words = line.trim().split(" +", -1);
            return new Route(words[0], words[1], between(words[2]), Integer.parseInt(words[3]));
        }

        private boolean matches(String askedMethod, List<String> asked) {
            if (!method.equals(askedMethod) || asked.size() != segments.size()) {
                return false;
            }
            for (int i = 0; i < asked.size(); i++) {
                boolean fits =
                        isMember(segments.get(i))
                                ? !asked.get(i).isEmpty()
                                : segments.get(i).equals(asked.get(i));
                if (!fits) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isMember(String segment) {
            return segment.startsWith("{");
        }

        private Map<String, String> members(List<String> asked) {
            Map<String, String> members = new LinkedHashMap<>();
            for (int i = 0; i < asked.size(); i++) {
                String segment = segments.get(i);
                if (isMember(segment)) {
                    members.put(
                            segment.substring(1, segment.length() - 1),
                            // A plus is itself in a path.
                            decoded(asked.get(i).replace("+", "%2B")));
                }
            }
            return members;
        }
    }

    /** What is between slashes; one at the end counts for nothing. */
    private static List<String> between(String path) {
        List<String> segments = new ArrayList<>(List.of(path.split("/", -1)));
        segments.removeFirst();
        if (!segments.isEmpty() && segments.getLast().isEmpty()) {
            segments.removeLast();
        }
        return segments;
    }

    private @Nullable Route route(Request request) {
        List<String> asked = between(request.path());
        List<Route> known = routes;
        if (known == null) {
            known = model.strip().lines().map(Route::parse).toList();
            routes = known;
        }
        for (Route each : known) {
            if (each.matches(request.method(), asked)) {
                return each;
            }
        }
        return null;
    }

    private Route known(Request request) {
        Route route = route(request);
        if (route == null) {
            throw new IllegalStateException(request.path() + " has no route");
        }
        return route;
    }

    @Override
    public boolean speaks(Request request) {
        return true;
    }

    @Override
    public @Nullable String operation(Request request) {
        Route route = route(request);
        return route == null ? null : route.operation();
    }

    @Override
    public boolean takes(String method) {
        return true;
    }

    @Override
    public AwsError unknownOperation(Request request, String targetPrefix) {
        return AwsError.frontEnd(
                NOT_FOUND,
                "UnknownOperationException",
                "There is no operation at %s %s.".formatted(request.method(), request.path()));
    }

    @Override
    public AwsError malformed(WireException wrong) {
        return AwsError.frontEnd(BAD_REQUEST, "SerializationException", wrong.getMessage());
    }

    @Override
    public void read(Request request, SdkPojo builder) {
        Shape shape = Shape.of(builder);
        Shape.Field whole = shape.payload();
        if (whole == null) {
            SdkJson.readInto(request.body(), builder);
        } else {
            whole.set(builder, SdkBytes.fromByteArrayUnsafe(request.body()));
        }
        Map<String, String> path = known(request).members(between(request.path()));
        for (Shape.Field field : shape.elsewhere()) {
            Object value =
                    switch (field.location()) {
                        case PATH, GREEDY_PATH -> scalar(field, path.get(field.name()));
                        case QUERY_PARAM -> queried(field, request);
                        case HEADER -> scalar(field, request.headers().first(field.name()));
                        case PAYLOAD, STATUS_CODE -> null;
                    };
            if (value != null) {
                field.set(builder, value);
            }
        }
    }

    private static @Nullable Object queried(Shape.Field field, Request request) {
        List<String> values = new ArrayList<>();
        String query = request.query() == null ? "" : request.query();
        for (String each : query.split("&", -1)) {
            int equals = each.indexOf('=');
            if (decoded(equals < 0 ? each : each.substring(0, equals)).equals(field.name())) {
                values.add(equals < 0 ? "" : decoded(each.substring(equals + 1)));
            }
        }
        if (field.type() == MarshallingKnownType.LIST) {
            return values;
        }
        return values.isEmpty() ? null : scalar(field, values.getFirst());
    }

    private static @Nullable Object scalar(Shape.Field field, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return switch (field.type()) {
                case INTEGER -> Integer.valueOf(text);
                case LONG -> Long.valueOf(text);
                case BOOLEAN -> Boolean.valueOf(text);
                default -> text;
            };
        } catch (NumberFormatException notOne) {
            throw new WireException("STRING_VALUE cannot be converted to Integer: " + text, notOne);
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            throw new WireException("Not well encoded: " + text, badEscape);
        }
    }

    @Override
    public Response answer(Request request, SdkPojo output, Fragments fragments, String requestId) {
        Shape shape = Shape.of(output);
        Shape.Field whole = shape.payload();
        int status = known(request).status();
        Headers headers = headers(requestId);
        for (Shape.Field field : shape.elsewhere()) {
            Object value = field.get(output);
            if (value instanceof Integer code && field.location() == MarshallLocation.STATUS_CODE) {
                status = code;
            } else if (value != null) {
                headers = headers.with(field.name(), value.toString());
            }
        }
        byte[] body;
        if (whole != null) {
            body =
                    whole.get(output) instanceof SdkBytes bytes
                            ? bytes.asByteArrayUnsafe()
                            : NOTHING;
        } else {
            body = shape.fields().isEmpty() ? NOTHING : SdkJson.toBytes(output, fragments);
        }
        return new Response(status, headers, body);
    }

    private static final byte[] NOTHING = {};

    @Override
    public Response error(Request request, AwsError error, String requestId) {
        String messageName = capitalMessages.contains(error.code()) ? "Message" : "message";
        return new Response(
                error.status(),
                headers(requestId).with("x-amzn-ErrorType", error.code()),
                ErrorJson.of(error, messageName, Map.of()));
    }

    private static Headers headers(String requestId) {
        return Headers.of("x-amzn-RequestId", requestId, "Content-Type", "application/json");
    }
}
