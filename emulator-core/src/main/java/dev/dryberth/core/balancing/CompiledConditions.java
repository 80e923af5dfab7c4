package dev.dryberth.core.balancing;

import dev.dryberth.core.balancing.RouteTable.Condition;

import java.util.ArrayList;
import java.util.List;

/**
 * A rule's conditions, made ready to be asked many times: all must hold, and of a condition any
 * value may.
 */
final class CompiledConditions {

    private final List<Test> tests = new ArrayList<>();

    /** One condition. */
    private interface Test {
        boolean holds(RequestHead request);
    }

    CompiledConditions(List<Condition> conditions) {
        for (Condition each : conditions) {
            tests.add(
                    switch (each) {
                        case Condition.HostHeader host -> host(host);
                        case Condition.PathPattern path -> path(path);
                        case Condition.HttpHeader header -> header(header);
                        case Condition.HttpRequestMethod method ->
                                request -> method.values().contains(request.method());
                        case Condition.QueryString query -> query(query);
                        case Condition.SourceIp source -> source(source);
                    });
        }
    }

    boolean holds(RequestHead request) {
        for (Test each : tests) {
            if (!each.holds(request)) {
                return false;
            }
        }
        return true;
    }

    private static Test host(Condition.HostHeader condition) {
        TextTest text = TextTest.ignoringCase(condition.values(), condition.regexValues());
        return request -> text.holds(request.host());
    }

    private static Test path(Condition.PathPattern condition) {
        TextTest text =
                new TextTest(
                        condition.values().stream().map(Wildcard::caseSensitive).toList(),
                        condition.regexValues().stream().map(BoundedRegex::caseSensitive).toList());
        return request -> text.holds(request.path());
    }

    private static Test header(Condition.HttpHeader condition) {
        TextTest text = TextTest.ignoringCase(condition.values(), condition.regexValues());
        return request -> {
            for (String value : request.headers(condition.name())) {
                if (text.holds(value)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static Test source(Condition.SourceIp condition) {
        List<AddressRange> ranges = condition.cidrs().stream().map(AddressRange::parse).toList();
        return request -> {
            for (AddressRange each : ranges) {
                if (each.contains(request.peer())) {
                    return true;
                }
            }
            return false;
        };
    }

    private static Test query(Condition.QueryString condition) {
        List<Parameter> wanted = condition.values().stream().map(Parameter::of).toList();
        return request -> {
            String query = request.query();
            return query != null && anyParameter(query, wanted);
        };
    }

    /** Parameters are compared as they were sent; nothing is decoded. */
    private static boolean anyParameter(String query, List<Parameter> wanted) {
        int start = 0;
        while (start <= query.length()) {
            int end = query.indexOf('&', start);
            if (end < 0) {
                end = query.length();
            }
            String parameter = query.substring(start, end);
            int equals = parameter.indexOf('=');
            String key = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            for (Parameter each : wanted) {
                if (each.key.matches(key) && each.value.matches(value)) {
                    return true;
                }
            }
            start = end + 1;
        }
        return false;
    }

    private record Parameter(Wildcard key, Wildcard value) {
        static Parameter of(RouteTable.KeyValue pair) {
            return new Parameter(
                    Wildcard.ignoringCaseWithEscapes(pair.key() == null ? "*" : pair.key()),
                    Wildcard.ignoringCaseWithEscapes(pair.value()));
        }
    }

    private record TextTest(List<Wildcard> wildcards, List<BoundedRegex> regexes) {

        static TextTest ignoringCase(List<String> values, List<String> regexValues) {
            return new TextTest(
                    values.stream().map(Wildcard::ignoringCase).toList(),
                    regexValues.stream().map(BoundedRegex::ignoringCase).toList());
        }

        boolean holds(String text) {
            for (Wildcard each : wildcards) {
                if (each.matches(text)) {
                    return true;
                }
            }
            for (BoundedRegex each : regexes) {
                if (each.matches(text)) {
                    return true;
                }
            }
            return false;
        }
    }
}
