package dev.dryberth.core.runtime;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where one part of the daemon keeps a text with keys in it. One thread at a time. */
public interface SecretStore {

    /** What was saved last; null: there is nothing yet. */
    @Nullable String load() throws IOException;

    void save(String text) throws IOException;

    /** Forgotten with the daemon. */
    static SecretStore inMemory() {
        return new SecretStore() {
            private @Nullable String kept;

            @Override
            public @Nullable String load() {
                return kept;
            }

            @Override
            public void save(String text) {
                kept = text;
            }
        };
    }

    /** In a file that only its owner can read. */
    static SecretStore inFile(Path directory, String name) {
        return new SecretStore() {
            private final Path file = directory.resolve(name);

            @Override
            public @Nullable String load() throws IOException {
                return Files.exists(file) ? Files.readString(file) : null;
            }

            @Override
            public void save(String text) throws IOException {
                OwnerOnly.createDirectories(directory);
                // By way of a draft, so that a daemon killed here leaves a whole one or none.
                Path draft = directory.resolve(name + ".draft");
                OwnerOnly.createFile(draft);
                Files.writeString(draft, text);
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
        };
    }
}
