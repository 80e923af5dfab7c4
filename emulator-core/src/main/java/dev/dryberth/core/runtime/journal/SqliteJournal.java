package dev.dryberth.core.runtime.journal;

import dev.dryberth.core.runtime.OwnerOnly;
import dev.dryberth.core.state.Change;
import dev.dryberth.core.state.Journal;
import dev.dryberth.core.state.World;

import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The journal of a daemon with a state directory: one SQLite file, one table, a row for every row
 * of the World. Restored first and then appended to, by one thread at a time.
 *
 * <p>The file is in WAL mode. A commit writes to the log and returns: the operating system has it
 * then, so it survives the death of the daemon, {@code kill -9} included. With {@link Sync#FULL} a
 * commit also waits for the disk and survives the loss of power.
 *
 * <p>The table has no index on kind and key, because the keys of new rows are spread all over it:
 * every row of a commit would dirty a page of its own, which made commits of a hundred task
 * definitions three times as slow. Rows are numbered as they come, so a commit fills pages in
 * order, and which number a key has is kept in memory, where the World is too.
 *
 * <p>What can't be understood is never dropped or overwritten: a file of a newer version, a damaged
 * file or an unreadable row ends the start with a message that names it.
 */
public final class SqliteJournal implements Journal {

    /** What an acknowledged change survives. */
    public enum Sync {
        /** The death of the process. */
        NORMAL,
        /** The loss of power too. */
        FULL
    }

    /** The database's name inside the state directory. */
    public static final String FILE = "journal.db";

    /** The layout of the file and of its rows; a change that old code can't read raises it. */
    static final int SCHEMA_VERSION = 2;

    /** Tells our files from other SQLite files: "dryb" in ASCII. */
    private static final int APPLICATION_ID = 0x64727962;

    /** How long the log grows (16 MiB) before its pages go into the file itself. */
    private static final int CHECKPOINT_PAGES = 4_000;

    private final Path file;
    private final DirectoryLock lock;
    private final Connection connection;
    private final Map<RowKey, Long> ids = new HashMap<>();
    private long lastId;

    private final PreparedStatement insert;
    private final PreparedStatement update;
    private final PreparedStatement delete;

    private record RowKey(String kind, String key) {}

    private SqliteJournal(Path file, DirectoryLock lock, Connection connection)
            throws SQLException {
        this.file = file;
        this.lock = lock;
        this.connection = connection;
        this.insert =
                connection.prepareStatement(
                        "INSERT INTO row(value, id, kind, key) VALUES (?, ?, ?, ?)");
        this.update = connection.prepareStatement("UPDATE row SET value = ? WHERE id = ?");
        this.delete = connection.prepareStatement("DELETE FROM row WHERE id = ?");
    }

    /**
     * Opens the journal of a state directory, making both if they do not exist.
     *
     * @throws IOException with a message for the user when the directory is in use, or the file
     *     damaged, foreign or of a newer version
     */
    public static SqliteJournal open(Path stateDirectory, Sync sync) throws IOException {
        OwnerOnly.createDirectories(stateDirectory);
        DirectoryLock lock = DirectoryLock.take(stateDirectory);
        Path file = stateDirectory.resolve(FILE);
        try {
            // SQLite gives the log beside it the same permissions.
            OwnerOnly.createFile(file);
            return open(file, lock, sync);
        } catch (SQLException | IOException e) {
            lock.close();
            throw e instanceof SQLException sql ? unusable(file, sql) : (IOException) e;
        }
    }

    private static SqliteJournal open(Path file, DirectoryLock lock, Sync sync)
            throws SQLException, IOException {
        Connection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties());
        try {
            boolean fresh = isFresh(connection, file);
            configure(connection, sync);
            connection.setAutoCommit(false);
            if (fresh) {
                create(connection);
            }
            return new SqliteJournal(file, lock, connection);
        } catch (SQLException | IOException e) {
            connection.close();
            throw e;
        }
    }

    private static boolean isFresh(Connection connection, Path file)
            throws SQLException, IOException {
        long application = number(connection, "PRAGMA application_id");
        long version = number(connection, "PRAGMA user_version");
        if (application == 0 && number(connection, "SELECT count(*) FROM sqlite_schema") == 0) {
            return true;
        }
        if (application != APPLICATION_ID) {
            throw new IOException(
                    "%s is not a journal of Dryberth; it was not touched".formatted(file));
        }
        if (version != SCHEMA_VERSION) {
            throw new IOException(
                    "%s was written by another version of Dryberth (schema %d, expected: %d); it was not touched: use that version, or move it away to start empty"
                            .formatted(file, version, SCHEMA_VERSION));
        }
        return false;
    }

    private static void configure(Connection connection, Sync sync) throws SQLException {
        execute(connection, "PRAGMA journal_mode = WAL");
        execute(connection, "PRAGMA synchronous = " + sync);
        execute(connection, "PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
    }

    private static void create(Connection connection) throws SQLException {
        execute(
                connection,
                """
                CREATE TABLE row(
                    id INTEGER PRIMARY KEY,
                    kind TEXT NOT NULL,
                    key TEXT NOT NULL,
                    value BLOB NOT NULL)\
                """);
        execute(connection, "PRAGMA application_id = " + APPLICATION_ID);
        execute(connection, "PRAGMA user_version = " + SCHEMA_VERSION);
        connection.commit();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.getLong(1);
        }
    }

    @Override
    public void restore(World world) throws IOException {
        Restoring restoring = new Restoring(new RowReader(world));
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT id, kind, key, value FROM row ORDER BY id")) {
            while (row.next()) {
                RowKey key = new RowKey(row.getString(2), row.getString(3));
                lastId = row.getLong(1);
                if (ids.put(key, lastId) != null) {
                    throw new IOException("row %s %s is there twice".formatted(key.kind, key.key));
                }
                restoring.add(key.kind(), key.key(), row.getBytes(4));
            }
            restoring.finish();
        } catch (SQLException e) {
            throw unusable(file, e);
        } catch (IOException e) {
            throw new IOException(
                    "%s can't be restored and was not touched: %s".formatted(file, e.getMessage()),
                    e);
        }
    }

    @Override
    public void append(List<Change> changes) throws IOException {
        try {
            write(lastOfEachRow(changes));
        } catch (SQLException e) {
            rollBack(e);
            throw unusable(file, e);
        } catch (RuntimeException | Error unwritable) {
            rollBack(unwritable);
            throw unwritable;
        }
    }

    /**
     * Several transactions commit together; of a row they all wrote, only the last value counts.
     */
    private static Collection<Change> lastOfEachRow(List<Change> changes) {
        Map<RowKey, Change> last = new LinkedHashMap<>();
        for (Change change : changes) {
            last.put(new RowKey(change.table(), change.key()), change);
        }
        return last.values();
    }

    private void write(Collection<Change> changes) throws SQLException {
        Map<RowKey, Long> inserted = new LinkedHashMap<>();
        List<RowKey> deleted = new ArrayList<>();
        for (Change change : changes) {
            RowKey key = new RowKey(change.table(), change.key());
            Long id = ids.get(key);
            Record value = change.value();
            if (value == null) {
                if (id != null) {
                    delete.setLong(1, id);
                    delete.addBatch();
                    deleted.add(key);
                }
            } else if (id == null) {
                long newId = lastId + inserted.size() + 1;
                insert.setBytes(1, RecordCodec.encode(value));
                insert.setLong(2, newId);
                insert.setString(3, key.kind());
                insert.setString(4, key.key());
                insert.addBatch();
                inserted.put(key, newId);
            } else {
                update.setBytes(1, RecordCodec.encode(value));
                update.setLong(2, id);
                update.addBatch();
            }
        }
        insert.executeBatch();
        update.executeBatch();
        delete.executeBatch();
        connection.commit();
        ids.putAll(inserted);
        deleted.forEach(ids::remove);
        lastId += inserted.size();
    }

    private void rollBack(Throwable cause) {
        try {
            insert.clearBatch();
            update.clearBatch();
            delete.clearBatch();
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try (lock;
                connection) {
            insert.close();
            update.close();
            delete.close();
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("Closing " + file + " failed", e);
        }
    }

    private static IOException unusable(Path file, SQLException e) {
        SQLiteErrorCode code = e instanceof SQLiteException sqlite ? sqlite.getResultCode() : null;
        String what =
                isDamage(code)
                        ? "%s is damaged and was not touched; move it away to start empty: %s"
                        : "%s can't be used: %s";
        return new IOException(what.formatted(file, e.getMessage()), e);
    }

    private static boolean isDamage(@Nullable SQLiteErrorCode code) {
        return code == SQLiteErrorCode.SQLITE_NOTADB || code == SQLiteErrorCode.SQLITE_CORRUPT;
    }
}
