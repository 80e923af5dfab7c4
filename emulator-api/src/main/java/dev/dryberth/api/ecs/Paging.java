package dev.dryberth.api.ecs;

import dev.dryberth.api.aws.paging.PageToken;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One request's place in a listing. Its token holds the key of the last row of the page before, so
 * a page costs what its own rows cost.
 */
final class Paging {

    /** A page of rows; a null token: it was the last. */
    record Page<T>(List<T> items, @Nullable String nextToken) {}

    private final String operation;
    private final int size;
    private final @Nullable String after;

    private Paging(String operation, int size, @Nullable String after) {
        this.operation = operation;
        this.size = size;
        this.after = after;
    }

    /** For listings of up to 100 rows a page, which is also the default. */
    static Paging upTo100(
            String operation, @Nullable Integer maxResults, @Nullable String nextToken) {
        return of(operation, maxResults, nextToken, 100, 100);
    }

    static Paging of(
            String operation,
            @Nullable Integer maxResults,
            @Nullable String nextToken,
            int most,
            int usual) {
        if (maxResults != null && (maxResults < 1 || maxResults > most)) {
            throw EcsErrors.outOfRange("maxResults", 1, most);
        }
        String after =
                nextToken == null || nextToken.isEmpty() ? null : keyIn(operation, nextToken);
        return new Paging(operation, maxResults == null ? usual : maxResults, after);
    }

    /** The key of the last row already shown; null: this is the first page. */
    @Nullable String after() {
        return after;
    }

    /** The page of rows that come in ascending order of their keys' text. */
    <T> Page<T> page(Iterable<T> ascending, Function<T, String> key) {
        return take(ascending, row -> after == null || key.apply(row).compareTo(after) > 0, key);
    }

    /**
     * The page of those rows that {@code shown} takes, from a source that already starts behind
     * {@link #after}, in whatever order. It is iterated and not streamed, because a stream asks for
     * the size, and counting a range of a table costs as much as reading all of it.
     */
    <T> Page<T> take(Iterable<T> rows, Predicate<T> shown, Function<T, String> key) {
        List<T> items = new ArrayList<>();
        for (T row : rows) {
            if (!shown.test(row)) {
                continue;
            }
            if (items.size() == size) {
                return new Page<>(items, PageToken.of(operation, key.apply(items.getLast())));
            }
            items.add(row);
        }
        return new Page<>(items, null);
    }

    private static String keyIn(String operation, String token) {
        String key = PageToken.key(operation, token);
        if (key == null) {
            throw EcsErrors.badToken();
        }
        return key;
    }
}
