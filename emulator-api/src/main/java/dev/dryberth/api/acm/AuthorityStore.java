package dev.dryberth.api.acm;

import dev.dryberth.core.runtime.OwnerOnly;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where the local authority's certificate and key are kept. One thread at a time. */
public interface AuthorityStore {

    /** The name of the file in the state directory. */
    String FILE = "authority.pem";

    /** The certificate and the key, both as PEM in one text; null: there is none yet. */
    @Nullable String load() throws IOException;

    void save(String pem) throws IOException;

    /** Forgotten with the daemon. */
    static AuthorityStore inMemory() {
        return new AuthorityStore() {
            private @Nullable String kept;

            @Override
            public @Nullable String load() {
                return kept;
            }

            @Override
            public void save(String pem) {
                kept = pem;
            }
        };
    }

    /** In a file that only its owner can read. */
    static AuthorityStore inDirectory(Path directory) {
        return new AuthorityStore() {
            private final Path file = directory.resolve(FILE);

            @Override
            public @Nullable String load() throws IOException {
                return Files.exists(file) ? Files.readString(file) : null;
            }

            @Override
            public void save(String pem) throws IOException {
                OwnerOnly.createDirectories(directory);
                // By way of a draft, so that a daemon killed here leaves a whole one or none.
                Path draft = directory.resolve(FILE + ".draft");
                OwnerOnly.createFile(draft);
                Files.writeString(draft, pem);
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
        };
    }
}
