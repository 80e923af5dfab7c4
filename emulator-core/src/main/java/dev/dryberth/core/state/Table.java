package dev.dryberth.core.state;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.SequencedCollection;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One kind of row in the World, ordered by key. Read on the loop thread only; changed only through
 * a {@link Tx}.
 *
 * @param <K> the key; its text round-trips through {@code toString} and the table's key parser
 * @param <V> an immutable record
 */
public final class Table<K extends Comparable<? super K>, V extends Record> {

    private final String name;
    private final Class<V> type;
    private final Function<String, K> keyParser;
    private final NavigableMap<K, V> rows = new TreeMap<>();
    private final List<Index<?, K, V>> indexes = new ArrayList<>();

    Table(String name, Class<V> type, Function<String, K> keyParser) {
        this.name = name;
        this.type = type;
        this.keyParser = keyParser;
    }

    /** The name under which the journal keeps this table. */
    public String name() {
        return name;
    }

    /** The class of the rows, for the journal. */
    public Class<V> type() {
        return type;
    }

    public @Nullable V get(K key) {
        return rows.get(key);
    }

    /** Every row, in the order of the keys. */
    public Collection<V> all() {
        return Collections.unmodifiableCollection(rows.values());
    }

    /**
     * The rows of the keys from {@code from} (inclusive) to {@code to} (exclusive), in order; none
     * when {@code to} does not come after {@code from}.
     */
    public SequencedCollection<V> between(K from, K to) {
        if (from.compareTo(to) >= 0) {
            return List.of();
        }
        return Collections.unmodifiableSequencedCollection(
                rows.subMap(from, true, to, false).sequencedValues());
    }

    /** A copy of the keys, so that rows may be deleted while it is walked. */
    public List<K> keys() {
        return List.copyOf(rows.keySet());
    }

    public int size() {
        return rows.size();
    }

    /** An index over this table, which is still empty. */
    <G> Index<G, K, V> index(Function<V, ? extends Collection<G>> groups) {
        Index<G, K, V> index = new Index<>(groups);
        indexes.add(index);
        return index;
    }

    @Nullable V set(K key, @Nullable V value) {
        V before = value == null ? rows.remove(key) : rows.put(key, value);
        for (Index<?, K, V> index : indexes) {
            if (before != null) {
                index.remove(key, before);
            }
            if (value != null) {
                index.add(key, value);
            }
        }
        return before;
    }

    /** Puts a row that comes from the journal, before the loop runs. */
    public void restore(String key, Object value) {
        set(keyParser.apply(key), type.cast(value));
    }
}
