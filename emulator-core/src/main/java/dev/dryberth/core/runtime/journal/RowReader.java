package dev.dryberth.core.runtime.journal;

import dev.dryberth.core.state.Table;
import dev.dryberth.core.state.World;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts stored rows into a World, or says which row can't be. */
final class RowReader {

    private static final int MAX_SHOWN_BYTES = 200;

    private final Map<String, Table<?, ?>> tables = new LinkedHashMap<>();

    RowReader(World world) {
        for (Table<?, ?> table : world.tables()) {
            tables.put(table.name(), table);
        }
    }

    void restore(String kind, String key, byte[] value) throws IOException {
        decode(kind, key, value).restore();
    }

    /** A row that was read and is not in the World yet. */
    interface Decoded {

        /** Loop thread. */
        void restore() throws IOException;
    }

    /**
     * Reads a row. Safe on any thread.
     *
     * @throws IOException if it can't be read; what is wrong only with its key shows when it is
     *     restored
     */
    Decoded decode(String kind, String key, byte[] value) throws IOException {
        Table<?, ?> table = tables.get(kind);
        if (table == null) {
            throw new IOException(
                    "row %s %s: its kind is unknown here (expected: one of %s)"
                            .formatted(kind, key, tables.keySet()));
        }
        try {
            return decoded(table, key, value);
        } catch (IOException | RuntimeException unreadable) {
            throw unreadable(kind, key, value, unreadable);
        }
    }

    private static <V extends Record> Decoded decoded(Table<?, V> table, String key, byte[] value)
            throws IOException {
        V row = RecordCodec.decode(value, table.type());
        return () -> {
            try {
                table.restore(key, row);
            } catch (RuntimeException unreadable) {
                throw unreadable(table.name(), key, value, unreadable);
            }
        };
    }

    private static IOException unreadable(
            String kind, String key, byte[] value, Exception unreadable) {
        return new IOException(
                "row %s %s can't be read: %s, in: %s"
                        .formatted(kind, key, unreadable.getMessage(), beginningOf(value)),
                unreadable);
    }

    private static String beginningOf(byte[] value) {
        int shown = Math.min(value.length, MAX_SHOWN_BYTES);
        String text = new String(value, 0, shown, StandardCharsets.UTF_8);
        return shown < value.length ? text + "…" : text;
    }
}
