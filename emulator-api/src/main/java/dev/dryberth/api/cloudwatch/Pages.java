package dev.dryberth.api.cloudwatch;

import dev.dryberth.api.aws.paging.PageToken;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** One request's place in a listing: so many rows behind those that earlier pages had. */
final class Pages {

    /** A page of rows; a null token: it was the last. */
    record Page<T>(List<T> items, @Nullable String nextToken) {}

    private final String operation;
    private final int size;
    private final int from;

    private Pages(String operation, int size, int from) {
        this.operation = operation;
        this.size = size;
        this.from = from;
    }

    static Pages of(String operation, int size, @Nullable String token) {
        if (token == null || token.isEmpty()) {
            return new Pages(operation, size, 0);
        }
        String key = PageToken.key(operation, token);
        if (key == null) {
            throw CloudWatchErrors.badToken();
        }
        return new Pages(operation, size, Integer.parseInt(key));
    }

    /** The wanted number of rows, which must be in the range. */
    static int size(String name, @Nullable Integer wanted, int otherwise, int most) {
        if (wanted != null && (wanted < 1 || wanted > most)) {
            throw CloudWatchErrors.invalid(name, wanted, "from 1 to " + most);
        }
        return wanted == null ? otherwise : wanted;
    }

    int from() {
        return from;
    }

    <T> Page<T> page(List<T> rows) {
        int begin = Math.min(from, rows.size());
        int end = Math.min(rows.size(), begin + size);
        return new Page<>(rows.subList(begin, end), end < rows.size() ? token(end) : null);
    }

    String token(int next) {
        return PageToken.of(operation, Integer.toString(next));
    }
}
