package dev.dryberth.core.runtime.journal;

import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * SQLite's native library, unpacked once by the build. Left to itself the driver writes it to a
 * temporary file at every start, which takes longer than all the rest of opening the journal.
 * {@code -Dorg.sqlite.lib.path} points at the result.
 */
public final class SqliteLibrary {
    private SqliteLibrary() {}

    /**
     * Writes the library for this machine into {@code directory}. It appears there whole: another
     * process may load it at any moment.
     */
    public static void unpack(Path directory) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            if (library == null) {
                throw new IOException(
                        "SQLite's driver has no library for this machine: " + resource);
            }
            Files.createDirectories(directory);
            Path half = Files.createTempFile(directory, name, null);
            Files.copy(library, half, StandardCopyOption.REPLACE_EXISTING);
            Files.move(half, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
