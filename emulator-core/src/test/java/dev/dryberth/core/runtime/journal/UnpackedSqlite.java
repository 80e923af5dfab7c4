package dev.dryberth.core.runtime.journal;

import java.io.IOException;
import java.nio.file.Path;

/**
 * SQLite's library below target/, for tests. The driver's own copy in the machine's temporary
 * directory would outlive every JVM that is killed.
 */
final class UnpackedSqlite {

    private static final String PATH = "org.sqlite.lib.path";

    private UnpackedSqlite() {}

    /** Makes this JVM's driver take it; the option that makes another JVM's take it too. */
    static String use() throws IOException {
        Path directory =
                Path.of(System.getProperty("basedir", "."), "target", "native").toAbsolutePath();
        if (System.getProperty(PATH) == null) {
            SqliteLibrary.unpack(directory);
            System.setProperty(PATH, directory.toString());
        }
        return "-D" + PATH + "=" + directory;
    }
}
