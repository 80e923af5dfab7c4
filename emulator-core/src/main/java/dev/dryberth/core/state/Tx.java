package dev.dryberth.core.state;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The only way to change a {@link World}: all of a transaction's writes stand, or none. Writes show
 * in the tables at once, so a handler reads what it wrote; {@link #rollBack} puts everything back.
 * Used on the loop thread.
 */
public final class Tx {

    private final World world;
    private final Map<RowKey, Change> changes = new LinkedHashMap<>();
    private final Map<RowKey, Change> fresh = new LinkedHashMap<>();
    private final List<Runnable> undo = new ArrayList<>();

    public Tx(World world) {
        this.world = world;
    }

    private record RowKey(String table, String key) {}

    public World world() {
        return world;
    }

    public <K extends Comparable<? super K>, V extends Record> void put(
            Table<K, V> table, K key, V value) {
        write(table, key, value);
    }

    public <K extends Comparable<? super K>, V extends Record> void delete(
            Table<K, V> table, K key) {
        if (table.get(key) != null) {
            write(table, key, null);
        }
    }

    private <K extends Comparable<? super K>, V extends Record> void write(
            Table<K, V> table, K key, @Nullable V value) {
        V before = table.set(key, value);
        undo.add(() -> table.set(key, before));
        String text = key.toString();
        Change change = new Change(table.name(), text, value);
        changes.put(new RowKey(table.name(), text), change);
        fresh.put(new RowKey(table.name(), text), change);
    }

    /** What this transaction wrote, one change a row, in the order rows were first written. */
    public List<Change> changes() {
        return List.copyOf(changes.values());
    }

    /** What was written since this was last asked for, one change a row. */
    public List<Change> takeFresh() {
        List<Change> taken = List.copyOf(fresh.values());
        fresh.clear();
        return taken;
    }

    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Undoes every write, latest first. */
    public void rollBack() {
        undo.reversed().forEach(Runnable::run);
        undo.clear();
        changes.clear();
        fresh.clear();
    }
}
