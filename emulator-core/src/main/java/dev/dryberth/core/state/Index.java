package dev.dryberth.core.state;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedCollection;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The rows of a table by something they have in common, kept up with every write, so that finding
 * them costs nothing for the rows that are not meant. Read on the loop thread only.
 *
 * @param <G> what rows have in common; equal by {@code equals}
 */
public final class Index<G, K extends Comparable<? super K>, V extends Record> {

    private final Function<V, ? extends Collection<G>> groups;
    private final Map<G, NavigableMap<K, V>> rows = new HashMap<>();

    /**
     * @param groups what a row is found by: any number of groups, or none
     */
    Index(Function<V, ? extends Collection<G>> groups) {
        this.groups = groups;
    }

    /** The rows of a group, in the order of their keys. */
    public SequencedCollection<V> of(G group) {
        NavigableMap<K, V> found = rows.get(group);
        return found == null
                ? List.of()
                : Collections.unmodifiableSequencedCollection(found.sequencedValues());
    }

    public int size(G group) {
        NavigableMap<K, V> found = rows.get(group);
        return found == null ? 0 : found.size();
    }

    void add(K key, V row) {
        for (G group : groups.apply(row)) {
            rows.computeIfAbsent(group, fresh -> new TreeMap<>()).put(key, row);
        }
    }

    void remove(K key, V row) {
        for (G group : groups.apply(row)) {
            NavigableMap<K, V> found = rows.get(group);
            if (found != null) {
                found.remove(key);
                if (found.isEmpty()) {
                    rows.remove(group);
                }
            }
        }
    }
}
