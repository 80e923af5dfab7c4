package dev.dryberth.api.elbv2;

import dev.dryberth.api.aws.paging.PageToken;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One request's place in a listing: up to 400 rows, which is also the default, behind the row its
 * Marker names.
 */
final class Pages {

    /** A page of rows; a null marker: it was the last. */
    record Page<T>(List<T> items, @Nullable String nextMarker) {}

    private static final int MAX_SIZE = 400;

    private final String operation;
    private final int size;
    private final @Nullable String after;

    private Pages(String operation, int size, @Nullable String after) {
        this.operation = operation;
        this.size = size;
        this.after = after;
    }

    static Pages of(String operation, @Nullable Integer pageSize, @Nullable String marker) {
        if (pageSize != null && (pageSize < 1 || pageSize > MAX_SIZE)) {
            throw ElbErrors.invalid("PageSize", pageSize, "from 1 to " + MAX_SIZE);
        }
        String after = null;
        if (marker != null && !marker.isEmpty()) {
            after = PageToken.key(operation, marker);
            if (after == null) {
                throw ElbErrors.invalid("Marker", marker, "the NextMarker of the page before");
            }
        }
        return new Pages(operation, pageSize == null ? MAX_SIZE : pageSize, after);
    }

    /**
     * The page of these rows, in their order. A marker whose row has gone leads on from where the
     * row would be if the keys ascend, as those of tables do.
     */
    <T> Page<T> page(Iterable<T> rows, Function<T, String> key) {
        List<T> items = new ArrayList<>();
        for (T row : rows) {
            if (after != null && key.apply(row).compareTo(after) <= 0) {
                continue;
            }
            if (items.size() == size) {
                return new Page<>(items, PageToken.of(operation, key.apply(items.getLast())));
            }
            items.add(row);
        }
        return new Page<>(items, null);
    }
}
