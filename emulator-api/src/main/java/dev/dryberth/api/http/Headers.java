package dev.dryberth.api.http;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Header fields in the order they were sent; names are compared without regard to case. */
public final class Headers {

    public static final Headers NONE = new Headers(List.of());

    /** Names and values by turns: there are a dozen, and a walk is quicker than a map. */
    private final List<String> namesAndValues;

    private Headers(List<String> namesAndValues) {
        this.namesAndValues = namesAndValues;
    }

    /** Names and values by turns: {@code of("Content-Type", "text/plain")}. */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("the last header has a name but no value");
        }
        return new Headers(List.of(namesAndValues));
    }

    static Headers ofAll(List<String> namesAndValues) {
        return new Headers(namesAndValues);
    }

    /** These and one more. */
    public Headers with(String name, String value) {
        List<String> more = new ArrayList<>(namesAndValues);
        more.add(name);
        more.add(value);
        return new Headers(List.copyOf(more));
    }

    public @Nullable String first(String name) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i).equalsIgnoreCase(name)) {
                return namesAndValues.get(i + 1);
            }
        }
        return null;
    }

    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        forEach((each, value) -> {
            if (each.equalsIgnoreCase(name)) {
                values.add(value);
            }
        });
        return values;
    }

    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            action.accept(namesAndValues.get(i), namesAndValues.get(i + 1));
        }
    }

    @Override
    public String toString() {
        return namesAndValues.toString();
    }
}
